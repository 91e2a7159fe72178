"""Real pairs of snapshots of one record, and real changes between two exports of the WHO's platform."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import orjson
import pytest

from tests.changes.kit.records import altered, checked, put, rows_in, study, trial_of
from trialwire.changes.difference import differences
from trialwire.changes.normal_form import normal_form
from trialwire.changes.semantic.criteria import criteria_changes
from trialwire.changes.store import Report, Store
from trialwire.schemas.record import RawRecord
from trialwire.transforms.eligibility import parse
from trialwire.transforms.read.any_record import READING_VERSION

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

LEAVES = [("other", "derived.interventionBrowseModule.browseLeaves")]
POSTED = [("other", f"status.{name}PostDateStruct.type") for name in ("lastUpdate", "studyFirst")]
PAIRS: dict[str, list[tuple[str, str]]] = {
    "NCT05911841": [], "NCT05913700": [], "NCT05915026": [], "NCT05921903": [],
    "NCT05914155": [],  # twelve leaf paths of the JSON differ, all of them by order
    "NCT02552212": LEAVES, "NCT05913115": LEAVES, "NCT05915702": LEAVES, "NCT05915728": LEAVES,
    "NCT05923112": POSTED, "NCT05923281": POSTED,
}  # fmt: skip
"""What each pair differs in, beside the daily stamp, which alters in all of them."""


def pair(real_records: Path, trial_id: str) -> tuple[dict[str, Any], dict[str, Any]]:
    one, other = (
        orjson.loads((real_records / "versions" / f"{trial_id}.v{number}.json").read_bytes()) for number in (1, 2)
    )
    # The two copies were anonymised apart from each other: contact data differs only for that reason.
    return without_contacts(one), without_contacts(other)


def without_contacts(document: dict[str, Any]) -> dict[str, Any]:
    places = document["protocolSection"].get("contactsLocationsModule", {})
    for key in ("centralContacts", "overallOfficials", "locations_nested"):
        places.pop(key, None)
    for site in places.get("locations", ()):
        site.pop("contacts", None)
    document.pop("resultsSection", None)
    return document


@pytest.mark.parametrize("trial_id", sorted(PAIRS))
def test_a_real_pair_is_told_as_what_it_is(real_records: Path, trial_id: str) -> None:
    before, after = pair(real_records, trial_id)
    assert before["derivedSection"]["miscInfoModule"] != after["derivedSection"]["miscInfoModule"]
    found = differences(normal_form(trial_of(before)), normal_form(trial_of(after)))
    assert [(change.code, change.path) for change in found] == PAIRS[trial_id]


def test_the_earlier_snapshot_never_replaces_the_later_one(real_records: Path, store: Store) -> None:
    before, after = pair(real_records, "NCT05915702")
    assert put(store, after, before) == ["new", "unchanged"]
    assert "older-record" in {finding.code for finding in store.sightings.findings("NCT05915702")}
    assert store.history.trial("NCT05915702") == trial_of(after)


def entries(text: str) -> list[str]:
    return [part.strip() for part in text.split(";") if part.strip()]


def interventions(text: str) -> list[dict[str, str]]:
    return [{"type": "OTHER", "name": entry} for entry in entries(text)]


def outcomes(text: str) -> list[dict[str, str]]:
    return [{"measure": entry} for entry in entries(text)]


def status(text: str) -> str:
    return "RECRUITING" if text == "Recruiting" else "ACTIVE_NOT_RECRUITING"


def text(value: str) -> str:
    return value


EXPORTED: dict[str, tuple[str, Callable[[str], Any], str]] = {
    "Recruitment Status": ("statusModule.overallStatus", status, "status"),
    "Public title": ("identificationModule.briefTitle", text, "title"),
    "Scientific title": ("identificationModule.officialTitle", text, "title"),
    "Acronym": ("identificationModule.acronym", text, "title"),
    "Target size": ("designModule.enrollmentInfo.count", int, "enrollment"),
    "Primary sponsor": ("sponsorCollaboratorsModule.leadSponsor.name", text, "sponsor"),
    "Condition": ("conditionsModule.conditions", entries, "conditions"),
    "Intervention": ("armsInterventionsModule.interventions", interventions, "interventions"),
    "Primary outcome": ("outcomesModule.primaryOutcomes", outcomes, "outcomes"),
    "Inclusion Criteria": ("eligibilityModule.eligibilityCriteria", text, "eligibility.criteria"),
    "Inclusion agemin": ("eligibilityModule.minimumAge", text, "eligibility.age"),
    "Inclusion agemax": ("eligibilityModule.maximumAge", text, "eligibility.age"),
}


def test_real_changes_between_two_exports_have_the_code_of_their_field(real_records: Path) -> None:
    """Field by field, carried over to a fictional record; order alone, which one of them has, is no change."""
    lines = (real_records / "versions" / "ictrp_7Apr2020_to_15Apr2020.changed.jsonl").read_bytes().splitlines()
    tried: set[str] = set()
    order_only: set[tuple[str, str]] = set()
    for row in map(orjson.loads, lines):
        for field, (old, new) in row["changed"].items():
            if field not in EXPORTED or not row["TrialID"].startswith("NCT"):
                continue
            path, read, code = EXPORTED[field]
            forms = [
                normal_form(trial_of(altered(study(), f"protocolSection.{path}", read(value)))) for value in (old, new)
            ]
            codes = {change.code for change in differences(*forms)}
            tried.add(field)
            if codes != {code}:
                assert (field, codes) == ("Intervention", set())
                assert sorted(entries(old)) == sorted(entries(new))
                order_only.add((row["TrialID"], field))
    assert tried == EXPORTED.keys() - {"Target size"} or tried == EXPORTED.keys()
    assert ("NCT04244591", "Intervention") in order_only


def test_real_edits_of_criteria_are_named_as_a_reader_would(real_records: Path) -> None:
    """Of the 34 texts: an addition, a misspelling corrected, a limit changed, a text cut into other lines."""
    lines = (real_records / "versions" / "ictrp_7Apr2020_to_15Apr2020.changed.jsonl").read_bytes().splitlines()
    found: dict[str, list[tuple[str, str]]] = {}
    for entry in map(orjson.loads, lines):
        for name in entry["changed"].keys() & {"Inclusion Criteria", "Exclusion Criteria"}:
            old, new = (re.sub(r"\s*\n?<br>", "\n", side) for side in entry["changed"][name])
            changes = criteria_changes(parse(old), parse(new))
            found.setdefault(entry["TrialID"], []).extend((change.kind, change.sentence) for change in changes)
    assert len(found) == 31
    assert all(found.values())
    assert found["NCT04325061"] == [
        ("added", "Exclusion criterion added: “Patients receiving or under treatment with corticosteroids”.")
    ]
    assert ("reworded", "Exclusion criterion reworded: [-Myastania-]{+Myastenia+} gravis.") in found["NCT04333628"]
    assert [
        kind for kind, sentence in found["EUCTR2020-001500-41-BE"] if "frailty scale above [-2-]{+3+}" in sentence
    ] == ["changed"]
    assert ("removed", "Exclusion criterion removed: “Currently hospitalized”.") in found["NCT04332107"]


def test_real_records_are_stored_once_and_a_second_run_writes_nothing(real_records: Path, store: Store) -> None:
    paths = sorted((real_records / "ctgov").glob("*.json"))[::12]
    records = [RawRecord(path.name, path.read_bytes()) for path in paths]
    assert store.versions.write([checked(store, record) for record in records]) == Report(new=len(records))
    before = rows_in(store)
    assert len(store.sightings.familiar(records, READING_VERSION).seen) == len(records)
    assert store.versions.write([checked(store, record) for record in records]) == Report(unchanged=len(records))
    assert rows_in(store) == before
    ids = [row.change.trial_id for row in store.outbox.latest_per_trial()]
    assert ids == sorted({path.stem for path in paths})
    for record, path in zip(records[:20], paths, strict=False):
        assert store.history.trial(path.stem) == trial_of(orjson.loads(record.content))

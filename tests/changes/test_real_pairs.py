"""Real pairs of snapshots of one record, and real changes between two exports of the WHO's platform."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson
import pytest

from changes.comparison import compare
from changes.difference import differences
from changes.normal_form import normal_form
from changes.store import Report, Store
from schemas.record import RawRecord
from tests.changes.records import checked, rows_in, trial_of

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.realdata

ONLY_THE_STAMP = {"NCT05911841", "NCT05913700", "NCT05914155", "NCT05921903"}
DERIVED_ONLY = {"NCT02552212", "NCT05913115", "NCT05915026", "NCT05915702", "NCT05915728"}
POSTED = {"NCT05923112", "NCT05923281"}


def pair(shared_data: Path, trial_id: str) -> tuple[dict[str, Any], dict[str, Any]]:
    one, other = (
        orjson.loads((shared_data / "versions" / f"{trial_id}.v{number}.json").read_bytes()) for number in (1, 2)
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


@pytest.mark.parametrize("trial_id", sorted(ONLY_THE_STAMP | DERIVED_ONLY | POSTED))
def test_a_real_pair_is_told_as_what_it_is(shared_data: Path, trial_id: str) -> None:
    before, after = map(normal_form, map(trial_of, pair(shared_data, trial_id)))
    found = differences(before, after)
    if trial_id in ONLY_THE_STAMP:
        assert found == []
        return
    places = {change.path.split("[")[0] for change in found}
    if trial_id in POSTED:
        assert {place for place in places if not place.startswith("derived.")} <= {
            "status.studyFirstPostDateStruct.type", "status.lastUpdatePostDateStruct.type",
        }  # fmt: skip
        assert ("status.lastUpdatePostDateStruct.type", "ESTIMATED", "ACTUAL") in {
            (change.path, change.old, change.new) for change in found
        } or found
    else:
        assert all(place.startswith("derived.") for place in places), places
    assert {change.code for change in found} <= {"other", "conditions", "interventions"}


def test_the_earlier_snapshot_never_replaces_the_later_one(shared_data: Path) -> None:
    before, after = pair(shared_data, "NCT05915702")
    first = compare(trial_of(after), None)
    from changes.comparison import Known, registry_date, release_date

    base = first.trial
    known = Known(1, first.fingerprint, partial=False, registry_updated_date=registry_date(base),
                  release_date=release_date(base), trial=lambda: base)  # fmt: skip
    found = compare(trial_of(before), known)
    assert found.kind == "unchanged"
    assert [finding.code for finding in found.findings] == ["older-record"]


FIELDS = {
    "Recruitment_Status": ("protocolSection.statusModule.overallStatus", "status"),
    "Public_title": ("protocolSection.identificationModule.briefTitle", "title"),
    "Scientific_title": ("protocolSection.identificationModule.officialTitle", "title"),
    "Target_size": ("protocolSection.designModule.enrollmentInfo.count", "enrollment"),
    "Phase": ("protocolSection.designModule.phases", "phase"),
}


def test_real_records_are_stored_once_and_a_second_run_writes_nothing(shared_data: Path, store: Store) -> None:
    paths = sorted((shared_data / "ctgov").glob("*.json"))[::12]
    records = [RawRecord(path.name, path.read_bytes()) for path in paths]
    assert store.write([checked(store, record) for record in records]) == Report(new=len(records))
    before = rows_in(store)
    assert len(store.familiar(records).seen) == len(records)
    assert store.write([checked(store, record) for record in records]) == Report(unchanged=len(records))
    assert rows_in(store) == before
    ids = [row.change.trial_id for row in store.latest_per_trial()]
    assert ids == sorted({path.stem for path in paths})
    for record, path in zip(records[:20], paths, strict=False):
        assert store.trial(path.stem) == trial_of(orjson.loads(record.content))

"""Registry record → Trial: nothing lost, nothing coerced, every fault told at once."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from trialwire.schemas.errors import HoldError
from trialwire.sources.shipped import FICTIONAL
from trialwire.transforms.read.from_clinicaltrials_gov import from_clinicaltrials_gov
from trialwire.transforms.read.markup import unescape
from trialwire.transforms.registry_shape import PLACES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from trialwire.schemas.trial import Trial

READABLE = sorted(path for path in (FICTIONAL / "registry").glob("*.json") if path.stem != "NCT99990013")


def study(number: str = "NCT99990001") -> dict[str, Any]:
    found: dict[str, Any] = json.loads((FICTIONAL / "registry" / f"{number}.json").read_bytes())
    return found


def faults(record: dict[str, Any]) -> dict[str, str]:
    with pytest.raises(HoldError) as caught:
        from_clinicaltrials_gov(record)
    return {reason.path: reason.code for reason in caught.value.reasons}


def leaves(value: object, path: tuple[str | int, ...] = ()) -> Iterator[tuple[tuple[str | int, ...], object]]:
    """Every leaf with its place; an empty object or list is a leaf too."""
    if isinstance(value, dict) and value:
        for key, item in value.items():
            yield from leaves(item, (*path, key))
    elif isinstance(value, list) and value:
        for number, item in enumerate(value):
            yield from leaves(item, (*path, number))
    else:
        yield path, value


_PARTS = {place.source: place.part for place in PLACES}


def expected_places(record: dict[str, Any]) -> dict[tuple[str | int, ...], object]:
    """Where each leaf of a record must be found in the Trial's own document: renamed sections, the same names inside."""
    places: dict[tuple[str | int, ...], object] = {}
    for path, value in leaves(record):
        if path[0] == "resultsSection":
            continue
        source = next((source for source in _PARTS if path[: len(source)] == source), None)
        places[(_PARTS[source], *path[len(source) :]) if source else path] = value
    return places


def lost(record: dict[str, Any], trial: Trial) -> dict[tuple[str | int, ...], object]:
    """Leaves of the record that are not in the Trial under their name, or with another value (escapes aside)."""
    document = json.loads(trial.model_dump_json(by_alias=True))
    missing = {}
    for path, value in expected_places(record).items():
        found: Any = document
        try:
            for step in path:
                found = found[step]
        except (KeyError, IndexError, TypeError):
            missing[path] = value
            continue
        # An object the record leaves empty is, in the Trial, one whose fields are all absent.
        same = type(found) is type(value) and (found == value or value == {})
        if not same and not (isinstance(value, str) and found == unescape(value)):
            missing[path] = value
    return missing


@pytest.mark.parametrize("path", READABLE, ids=lambda path: path.stem)
def test_every_leaf_of_a_shipped_record_is_in_the_trial(path: Path) -> None:
    record = json.loads(path.read_bytes())
    trial, findings = from_clinicaltrials_gov(record)
    assert lost(record, trial) == {}
    assert findings == []
    assert trial.trial_id == path.stem
    assert not trial.partial


def test_every_leaf_of_every_real_record_is_in_the_trial(real_records: Path) -> None:
    paths = sorted((real_records / "ctgov").glob("NCT*.json"))
    assert len(paths) == 1112
    for path in paths:
        record = json.loads(path.read_bytes())
        before = copy.deepcopy(record)
        trial, findings = from_clinicaltrials_gov(record)
        assert record == before
        assert (path.name, lost(record, trial)) == (path.name, {})
        assert (trial.results is not None) == ("resultsSection" in record)
        assert all(finding.severity == "info" for finding in findings)


def test_the_keys_outside_the_dictionary_are_the_three_that_are_known(real_records: Path) -> None:
    keys = set()
    for path in sorted((real_records / "ctgov").glob("NCT*.json")):
        _, findings = from_clinicaltrials_gov(json.loads(path.read_bytes()))
        keys |= {finding.path.rsplit(".", 1)[1] for finding in findings if finding.code == "unknown-key"}
    assert keys <= {"modelPredictions", "locations_nested", "interventionMappedName"}


def test_an_unknown_key_is_kept_under_its_name_at_its_place_and_counted() -> None:
    record = study()
    for arm in record["protocolSection"]["armsInterventionsModule"]["armGroups"]:
        arm["colour"] = {"of": ["the", "box"]}
    record["protocolSection"]["newModule"] = {"a": 1}
    record["newSection"] = [1]
    trial, findings = from_clinicaltrials_gov(record)
    assert lost(record, trial) == {}
    assert {finding.path: finding.message for finding in findings if "colour" in finding.path} == {
        "protocolSection.armsInterventionsModule.armGroups.colour": (
            "protocolSection.armsInterventionsModule.armGroups.colour is not in the registry's dictionary as this version"
            " knows it; it is kept under its own name (3 times)."
        )
    }
    assert {finding.path for finding in findings} >= {"protocolSection.newModule", "newSection"}


@pytest.mark.parametrize("name", ["partial", "source", "layout", "registry", "results", "status", "trial_id", "nct_id"])
def test_a_key_with_a_name_of_the_trials_own_does_not_fill_that_field(name: str) -> None:
    record = study()
    record[name] = {"evil": True}
    trial, findings = from_clinicaltrials_gov(record)
    plain, _ = from_clinicaltrials_gov(study())
    for field in ("partial", "source", "layout", "registry", "results", "status", "identification"):
        assert getattr(trial, field) == getattr(plain, field)
    assert "evil" in trial.model_dump_json(by_alias=True)
    assert [finding.code for finding in findings] == ["unknown-key"]


def test_a_python_name_does_not_stand_in_for_the_registrys_own() -> None:
    record = study()
    record["protocolSection"]["statusModule"]["overall_status"] = "COMPLETED"
    trial, findings = from_clinicaltrials_gov(record)
    assert trial.status.overall_status == "RECRUITING"
    assert [finding.path for finding in findings] == ["protocolSection.statusModule.overall_status"]


@pytest.mark.parametrize(
    ("place", "value"),
    [
        ("statusModule.overallStatus", "PAUSED"),
        ("statusModule.overallStatus", "recruiting"),
        ("designModule.phases", ["PHASE2", "PHASE5"]),
        ("designModule.designInfo.maskingInfo.masking", "QUINTUPLE"),
        ("eligibilityModule.sex", "BOTH"),
        ("sponsorCollaboratorsModule.leadSponsor.class", "UNIVERSITY"),
        ("contactsLocationsModule.locations.0.status", "OPEN"),
        ("armsInterventionsModule.armGroups.0.type", "EXPERIMENT"),
    ],
)
def test_a_value_outside_its_vocabulary_holds_the_record_and_is_never_guessed(place: str, value: object) -> None:
    record = study()
    put(record["protocolSection"], place, value)
    ((path, code),) = faults(record).items()
    assert code == "unknown-value"
    assert path.startswith("protocolSection.")


def put(node: Any, place: str, value: object) -> None:
    *parents, last = place.split(".")
    for step in parents:
        node = node[int(step)] if step.isdigit() else node[step]
    node[last] = value


@pytest.mark.parametrize(
    ("place", "value"),
    [
        ("eligibilityModule.healthyVolunteers", "false"),
        ("eligibilityModule.healthyVolunteers", 0),
        ("designModule.enrollmentInfo.count", "390"),
        ("designModule.enrollmentInfo.count", 390.5),
        ("designModule.phases", "PHASE2"),
        ("conditionsModule.conditions", "Eczema"),
        ("identificationModule.briefTitle", 7),
        ("statusModule", []),
        ("statusModule.startDateStruct", "2024-09-16"),
        ("contactsLocationsModule.locations.0.geoPoint.lat", "53.41"),
    ],
)
def test_nothing_is_coerced(place: str, value: object) -> None:
    record = study()
    put(record["protocolSection"], place, value)
    assert set(faults(record).values()) == {"wrong-type"}


@pytest.mark.parametrize(
    "date", ["2024-13", "2024-02-30", "16.09.2024", "2024-9-1", "0000-01-01", "", "2024-09-16T00:00"]
)
def test_a_date_that_is_none_holds_the_record(date: str) -> None:
    record = study()
    record["protocolSection"]["statusModule"]["startDateStruct"]["date"] = date
    assert faults(record) == {"protocolSection.statusModule.startDateStruct.date": "bad-date"}


def test_partial_dates_keep_their_precision() -> None:
    status = from_clinicaltrials_gov(study("NCT99990015"))[0].status
    assert status.start_date_struct is not None
    assert status.completion_date_struct is not None
    assert (status.start_date_struct.date, status.start_date_struct.type) == ("2001-10", None)
    assert status.completion_date_struct.date == "2004"


@pytest.mark.parametrize(
    "number", ["NCT9999000", "nct99990001", "NCT99990001 ", "ISRCTN99990001", "NCT９９９９０００１", 99990001, None, ""]
)
def test_a_record_without_a_usable_number_is_held(number: object) -> None:
    record = study()
    record["protocolSection"]["identificationModule"]["nctId"] = number
    (path,) = faults(record)
    assert path == "protocolSection.identificationModule.nctId"


def test_all_faults_of_a_record_are_told_at_once_in_the_registrys_names() -> None:
    record = study()
    protocol = record["protocolSection"]
    protocol["statusModule"]["overallStatus"] = "PAUSED"
    protocol["statusModule"]["startDateStruct"]["date"] = "soon"
    protocol["designModule"]["enrollmentInfo"]["count"] = "many"
    protocol["armsInterventionsModule"]["armGroups"][1]["type"] = "ODD"
    record["hasResults"] = "no"
    assert faults(record) == {
        "protocolSection.statusModule.overallStatus": "unknown-value",
        "protocolSection.statusModule.startDateStruct.date": "bad-date",
        "protocolSection.designModule.enrollmentInfo.count": "wrong-type",
        "protocolSection.armsInterventionsModule.armGroups[1].type": "unknown-value",
        "hasResults": "wrong-type",
    }


def test_a_message_shows_the_value_but_never_a_persons_data() -> None:
    record = study()
    record["protocolSection"]["statusModule"]["overallStatus"] = "PAUSED"
    record["protocolSection"]["contactsLocationsModule"]["centralContacts"][0]["role"] = "ines@example.org"
    with pytest.raises(HoldError) as caught:
        from_clinicaltrials_gov(record)
    assert "'PAUSED'" in str(caught.value)
    assert "ines@" not in str(caught.value)
    assert "ines@" not in "".join(reason.model_dump_json() for reason in caught.value.reasons)


def test_markup_is_unescaped_once_and_criteria_stay_verbatim() -> None:
    trial = from_clinicaltrials_gov(study())[0]
    assert trial.description.brief_summary is not None
    assert "(EASI >= 16)" in trial.description.brief_summary
    assert trial.eligibility.criteria is not None
    assert r"EASI score \>= 16" in trial.eligibility.criteria
    assert trial.outcomes.primary_outcomes[0].description is not None
    assert "by >= 75%" in trial.outcomes.primary_outcomes[0].description


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        (r"a \>= b", "a >= b"),
        (r"a \\>= b", r"a \>= b"),
        (r"C:\new", r"C:\new"),
        (r"5 x 10\^9/L \[sic\]", "5 x 10^9/L [sic]"),
        ("&gt; 5", "&gt; 5"),
        ("ends with \\", "ends with \\"),
    ],
)
def test_the_rule_of_escapes(text: str, plain: str) -> None:
    assert unescape(text) == plain


def test_results_are_kept_as_their_presence_and_change_with_their_content() -> None:
    record = study("NCT99990006")
    trial = from_clinicaltrials_gov(record)[0]
    assert trial.results is not None
    assert trial.results.modules == ("moreInfoModule", "outcomeMeasuresModule", "participantFlowModule")
    record["resultsSection"]["participantFlowModule"]["groups"][0]["title"] = "Other"
    changed = from_clinicaltrials_gov(record)[0]
    assert changed.results is not None
    assert changed.results.digest != trial.results.digest
    assert "Screening" not in trial.model_dump_json()


def test_null_is_absent_and_is_told() -> None:
    record = study()
    record["protocolSection"]["identificationModule"]["acronym"] = None
    record["protocolSection"]["oversightModule"] = None
    trial, findings = from_clinicaltrials_gov(record)
    assert trial.identification.acronym is None
    assert [finding.code for finding in findings] == ["null-value"]


def test_the_same_record_gives_the_same_trial() -> None:
    assert from_clinicaltrials_gov(study())[0] == from_clinicaltrials_gov(study())[0]

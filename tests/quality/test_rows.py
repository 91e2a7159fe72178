"""Row rules: which records are held, which are only told of, and which real ones offend."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from trialwire.quality import rows
from trialwire.quality.flat_row import UNREADABLE, minutes
from trialwire.schemas.event import FieldChange
from trialwire.schemas.record import RawRecord
from trialwire.schemas.trial import Trial
from trialwire.transforms.read.any_record import read

TODAY = date(2026, 11, 25)
GOOD: dict[str, Any] = {
    "source": "clinicaltrials_gov",
    "identification": {"nctId": "NCT99990001", "briefTitle": "A study of placebin"},
    "status": {
        "overallStatus": "RECRUITING",
        "startDateStruct": {"date": "2026-01-15", "type": "ACTUAL"},
        "completionDateStruct": {"date": "2028-06", "type": "ESTIMATED"},
        "studyFirstSubmitDate": "2025-12-01",
        "lastUpdateSubmitDate": "2026-03-01",
    },
    "design": {"studyType": "INTERVENTIONAL", "enrollmentInfo": {"count": 40, "type": "ESTIMATED"}},
    "armsInterventions": {"armGroups": [{"label": "Placebin"}], "interventions": [{"name": "placebin"}]},
    "eligibility": {"eligibilityCriteria": "Adults", "minimumAge": "18 Years", "maximumAge": "65 Years", "sex": "ALL"},
    "contactsLocations": {"locations": [{"facility": "Clinic", "status": "RECRUITING"}]},
}


def trial(**parts: dict[str, Any]) -> Trial:
    """The good trial with parts of it changed, by the registry's names."""
    return Trial.model_validate(GOOD | {name: GOOD.get(name, {}) | part for name, part in parts.items()})


def codes(found: Trial) -> set[str]:
    return {finding.code for finding in rows.check(rows.flat(found), today=TODAY)}


def test_a_sound_record_is_not_held_and_raises_nothing() -> None:
    assert rows.holds(rows.flat(trial()), today=TODAY) == []
    assert rows.check(rows.flat(trial()), today=TODAY) == []


@pytest.mark.parametrize(
    ("code", "parts"),
    [
        ("ages-contradict", {"eligibility": {"minimumAge": "18 Years", "maximumAge": "17 Years"}}),
        ("ages-contradict", {"eligibility": {"minimumAge": "2 Years", "maximumAge": "18 Months"}}),
        ("unreadable-age", {"eligibility": {"minimumAge": "adult"}}),
        ("unreadable-age", {"eligibility": {"maximumAge": "65 Jahre"}}),
        ("open-after-end", {"status": {"completionDateStruct": {"date": "2026-10", "type": "ACTUAL"}}}),
    ],
)
def test_what_could_send_a_patient_to_the_wrong_trial_is_held_and_told(code: str, parts: dict[str, Any]) -> None:
    reasons = rows.holds(rows.flat(trial(**parts)), today=TODAY)
    assert [reason.code for reason in reasons] == [code]
    assert reasons[0].path.startswith("protocolSection.")
    assert reasons[0].cure
    assert code in codes(trial(**parts))


@pytest.mark.parametrize(
    ("code", "parts"),
    [
        ("misplaced-site", {"contactsLocations": {"locations": [{"geoPoint": {"lat": 97.1, "lon": 2}}]}}),
        ("closed-with-open-sites", {"status": {"overallStatus": "COMPLETED"}}),
        ("status-of-other-study-type", {"status": {"overallStatus": "AVAILABLE"}}),
        ("last-known-status-beside-status", {"status": {"lastKnownStatus": "COMPLETED"}}),
        ("no-status", {"status": {"overallStatus": None}}),
        ("no-title", {"identification": {"briefTitle": None}}),
        ("no-criteria", {"eligibility": {"eligibilityCriteria": "  \n"}}),
        ("starts-after-end", {"status": {"startDateStruct": {"date": "2029", "type": "ESTIMATED"}}}),
        ("primary-completion-after-completion", {"status": {"primaryCompletionDateStruct": {"date": "2028-07-01"}}}),
        ("updated-before-submitted", {"status": {"lastUpdateSubmitDate": "2025-11-30"}}),
        ("actual-date-in-future", {"status": {"startDateStruct": {"date": "2026-12", "type": "ACTUAL"}}}),
        ("recruiting-before-start", {"status": {"overallStatus": "NOT_YET_RECRUITING"}}),
        (
            "withdrawn-with-participants",
            {"status": {"overallStatus": "WITHDRAWN"}, "contactsLocations": {"locations": []}},
        ),
        ("impossible-enrollment", {"design": {"enrollmentInfo": {"count": -3}}}),
        ("trial-without-arms", {"armsInterventions": {"armGroups": [], "interventions": []}}),
    ],
)
def test_other_contradictions_are_told_and_not_held(code: str, parts: dict[str, Any]) -> None:
    assert rows.holds(rows.flat(trial(**parts)), today=TODAY) == []
    assert codes(trial(**parts)) == {code}


def test_every_rule_has_a_test() -> None:
    cases = [mark for test in (test_what_could_send_a_patient_to_the_wrong_trial_is_held_and_told,
             test_other_contradictions_are_told_and_not_held) for mark in test.pytestmark]  # type: ignore[attr-defined]  # fmt: skip
    assert {case[0] for mark in cases for case in mark.args[1]} == {rule.code for rule in rows.RULES}


def test_dates_of_different_precision_contradict_only_where_both_are_precise() -> None:
    assert codes(trial(status={"startDateStruct": {"date": "2028-06-30", "type": "ESTIMATED"}})) == set()
    assert codes(trial(status={"startDateStruct": {"date": "2028-07-01", "type": "ESTIMATED"}})) == {"starts-after-end"}


def test_without_today_nothing_is_late() -> None:
    late = trial(status={"completionDateStruct": {"date": "2026-10", "type": "ACTUAL"}})
    assert rows.holds(rows.flat(late)) == []
    assert rows.check(rows.flat(late), today=None) == []


def test_all_faults_of_a_record_are_told_at_once() -> None:
    bad = trial(
        eligibility={"minimumAge": "70 Years", "maximumAge": "65 Years", "eligibilityCriteria": None},
        status={"completionDateStruct": {"date": "2026-10", "type": "ACTUAL"}},
    )
    assert [reason.code for reason in rows.holds(rows.flat(bad), today=TODAY)] == ["ages-contradict", "open-after-end"]
    assert codes(bad) == {"ages-contradict", "open-after-end", "no-criteria"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [("18 Years", 18 * 525_960), ("1 Year", 525_960), ("6 Months", 262_980), ("30 Minutes", 30), ("N/A", None),
     (None, None), ("", None), ("18", UNREADABLE), ("-1 Years", UNREADABLE), ("18 years or older", UNREADABLE)],
)  # fmt: skip
def test_ages_are_read_as_the_registry_writes_them(text: str | None, expected: int | None) -> None:
    assert minutes(text) == expected


def test_what_a_known_trial_lost_is_a_column() -> None:
    changes = [
        FieldChange("sites.removed", "contactsLocations.locations", [{"city": "Springfield"}], None),
        FieldChange("title", "identification.briefTitle", "old", "new"),
        FieldChange("phase", "design.phases", None, ["PHASE2"]),
    ]
    assert rows.lost(changes) == {"lost": "sites.removed"}


def test_of_the_real_records_one_is_odd_and_none_is_held(real_records: Path) -> None:
    odd: dict[str, set[str]] = {}
    for path in sorted((real_records / "ctgov").glob("*.json")):
        found = read(RawRecord(path.name, path.read_bytes())).trial
        assert rows.holds(rows.flat(found), today=TODAY) == [], path.name
        if told := codes(found):
            odd[path.stem] = told
    assert odd == {"NCT00382161": {"withdrawn-with-participants"}}

import pytest

from tests.transforms.kit.studies import CROSS, VERSIONS, codes, extended, raw, small, study_of, trial_of
from trialwire.schemas.event import FhirVersion
from trialwire.transforms.write.bundle import RenderOptions, render

R4_STATUS = {
    "NOT_YET_RECRUITING": "approved",
    "RECRUITING": "active",
    "ENROLLING_BY_INVITATION": "active",
    "ACTIVE_NOT_RECRUITING": "closed-to-accrual",
    "SUSPENDED": "temporarily-closed-to-accrual",
    "TERMINATED": "administratively-completed",
    "COMPLETED": "completed",
    "WITHDRAWN": "withdrawn",
    "WITHHELD": "in-review",
    "AVAILABLE": "active",
    "TEMPORARILY_NOT_AVAILABLE": "temporarily-closed-to-accrual",
    "NO_LONGER_AVAILABLE": "closed-to-accrual",
    "APPROVED_FOR_MARKETING": "completed",
}
R5_STATE = {
    "NOT_YET_RECRUITING": "not-yet-recruiting",
    "RECRUITING": "recruiting",
    "ENROLLING_BY_INVITATION": "enrolling-by-invitation",
    "ACTIVE_NOT_RECRUITING": "active-but-not-recruiting",
    "SUSPENDED": "temporarily-closed-to-accrual",
    "TERMINATED": "terminated",
    "COMPLETED": "completed",
    "WITHDRAWN": "withdrawn",
    "AVAILABLE": "active",
    "TEMPORARILY_NOT_AVAILABLE": "temporarily-closed-to-accrual",
    "NO_LONGER_AVAILABLE": "closed-to-accrual",
    "APPROVED_FOR_MARKETING": "completed",
}
ABSENT = {"extension": [{"url": "http://hl7.org/fhir/StructureDefinition/data-absent-reason", "valueCode": "unknown"}]}


@pytest.mark.parametrize("word", R4_STATUS)
def test_r4_says_the_state_of_recruitment_and_the_registry_s_word_beside_it(word: str) -> None:
    trial = small(status={"overallStatus": word})
    study = study_of(trial, "R4")
    assert study["status"] == R4_STATUS[word]
    (progress,) = extended(study, CROSS + "progressStatus")
    assert codes(progress["state"][0]) == [R4_STATUS[word], word]
    assert progress["actual"] == [True]
    assert render(trial, "R5", RenderOptions()).status == R4_STATUS[word]


@pytest.mark.parametrize("word", R4_STATUS)
def test_r5_says_the_state_of_the_record_and_of_recruitment_apart(word: str) -> None:
    study = study_of(small(status={"overallStatus": word}), "R5")
    assert study["status"] == ("unknown" if word == "WITHHELD" else "active")
    (progress,) = study["progressStatus"]
    assert codes(progress["state"]) == ([R5_STATE[word]] if word in R5_STATE else []) + [word]


def test_an_unknown_status_is_absent_in_r4_with_the_word_and_the_last_known_one_beside_it() -> None:
    trial = trial_of(raw("NCT99990003"))
    study = study_of(trial, "R4")
    assert "status" not in study
    assert study["_status"] == ABSENT
    assert codes(extended(study, CROSS + "progressStatus")[0]["state"][0]) == ["UNKNOWN"]
    assert [one for one in extended(study, CROSS + "classifier") if one["text"].startswith("Last known")] == [
        {
            "coding": [
                {
                    "system": "https://clinicaltrials.gov/data-about-studies/study-data-structure#enum-Status",
                    "code": "RECRUITING",
                }
            ],
            "text": "Last known status: Recruiting",
        }
    ]
    assert render(trial, "R4", RenderOptions()).status == "unknown"


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("last", ["RECRUITING", "NOT_YET_RECRUITING", None])
def test_an_unknown_status_is_nowhere_a_code_of_recruiting(version: FhirVersion, last: str | None) -> None:
    study = study_of(small(status={"overallStatus": "UNKNOWN"} | ({"lastKnownStatus": last} if last else {})), version)
    assert study.get("status") in {None, "unknown"}
    states = [one["state"] for one in study.get("progressStatus", ())]
    states += [one["state"][0] for one in extended(study, CROSS + "progressStatus")]
    assert [codes(state) for state in states] == [["UNKNOWN"]]


@pytest.mark.parametrize("version", VERSIONS)
def test_a_record_that_states_no_status_gets_none(version: FhirVersion) -> None:
    study = study_of(small(), version)
    assert (study.get("status"), study.get("_status")) == ((None, ABSENT) if version == "R4" else ("unknown", None))
    assert "progressStatus" not in study
    assert not extended(study, CROSS + "progressStatus")


def test_a_server_that_demands_a_code_gets_the_one_it_was_set_to_take_and_only_for_an_unknown_status() -> None:
    how = RenderOptions(unknown_status="closed-to-accrual")
    unknown = small(status={"overallStatus": "UNKNOWN"})
    assert study_of(unknown, "R4", how)["status"] == "closed-to-accrual"
    assert render(unknown, "R4", how).status == "unknown"
    assert study_of(small(status={"overallStatus": "RECRUITING"}), "R4", how)["status"] == "active"


def dates(start: str | None, end: str | None, kinds: tuple[str | None, str | None] = ("ACTUAL", "ESTIMATED")) -> dict:
    made = {}
    for name, date, kind in (("startDateStruct", start, kinds[0]), ("completionDateStruct", end, kinds[1])):
        if date:
            made[name] = {"date": date} | ({"type": kind} if kind else {})
    return made


@pytest.mark.parametrize(
    ("start", "end", "period"),
    [
        ("2024-01-15", "2026-03", {"start": "2024-01-15", "end": "2026-03"}),
        ("2020-12-15", "2020-12", {"start": "2020-12", "end": "2020-12"}),
        ("2020", "2020-12-15", {"start": "2020", "end": "2020"}),
        ("2024-01-15", None, {"start": "2024-01-15"}),
        (None, "2024", {"end": "2024"}),
        ("2024-05", "2023-01-01", {"start": "2024-05"}),
    ],
)
@pytest.mark.parametrize("version", VERSIONS)
def test_the_period_compares_only_what_both_dates_say(start, end, period, version: FhirVersion) -> None:
    trial = small(status=dates(start, end))
    rendition = render(trial, version, RenderOptions())
    study = rendition.bundle["entry"][-1]["resource"]
    assert study["period"] == period
    contradiction = [one.code for one in rendition.findings]
    assert contradiction == (["end-before-start"] if (start, end) == ("2024-05", "2023-01-01") else [])


def test_start_and_completion_keep_their_precision_and_whether_they_are_actual() -> None:
    trial = small(status=dates("2020-12-15", "2020-12", ("ACTUAL", None)))
    first, second = study_of(trial, "R5")["progressStatus"]
    assert (first["period"], first["actual"]) == ({"start": "2020-12-15"}, True)
    assert second["period"] == {"end": "2020-12"}
    assert "actual" not in second
    assert [one["state"]["coding"][0]["code"] for one in (first, second)] == ["overall-study"] * 2
    fours = extended(study_of(trial, "R4"), CROSS + "progressStatus")
    assert [one.get("actual") for one in fours] == [[True], None]
    assert [one["period"][0] for one in fours] == [{"start": "2020-12-15"}, {"end": "2020-12"}]


@pytest.mark.parametrize("version", VERSIONS)
def test_each_date_of_registration_stands_with_the_activity_it_dates(version: FhirVersion) -> None:
    module = {
        "statusVerifiedDate": "2025-11",
        "primaryCompletionDateStruct": {"date": "2027-03", "type": "ESTIMATED"},
        "studyFirstSubmitDate": "2024-06-03",
        "studyFirstSubmitQcDate": "2024-06-10",
        "studyFirstPostDateStruct": {"date": "2024-06-13", "type": "ACTUAL"},
        "resultsFirstSubmitDate": "2025-01-01",
        "dispFirstPostDateStruct": {"date": "2025-02-02", "type": "ESTIMATED"},
        "lastUpdateSubmitDate": "2025-11-18",
        "lastUpdatePostDateStruct": {"date": "2025-11-20", "type": "ESTIMATED"},
    }
    study = study_of(small(status=module), version)
    found = extended(study, "http://hl7.org/fhir/StructureDefinition/researchStudy-studyRegistration")
    assert [(codes(one["activity"][0])[0], one["actual"][0], one["period"][0]["start"]) for one in found] == [
        ("record-verification", True, "2025-11"),
        ("primary-outcome-data-collection", False, "2027-03"),
        ("registration-submission", True, "2024-06-03"),
        ("registration-submission-qc", True, "2024-06-10"),
        ("registration-posting", True, "2024-06-13"),
        ("results-submission", True, "2025-01-01"),
        ("disposition-posting", False, "2025-02-02"),
        ("update-submission", True, "2025-11-18"),
        ("update-posting", False, "2025-11-20"),
    ]
    said = study if version == "R5" else {name: extended(study, CROSS + name)[0] for name in ("date", "version")}
    assert (said["date"], said["version"]) == ("2025-11-20", "2025-11-20")


@pytest.mark.parametrize(("version", "name"), [("R4", "reasonStopped"), ("R5", "whyStopped")])
def test_why_a_study_stopped_is_a_text_and_no_reason_is_guessed(version: FhirVersion, name: str) -> None:
    study = study_of(small(status={"overallStatus": "TERMINATED", "whyStopped": "Slow accrual"}), version)
    assert study[name] == {"text": "Slow accrual"}

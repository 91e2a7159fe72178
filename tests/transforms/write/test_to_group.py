import pytest

from tests.transforms.kit.studies import (
    VERSIONS,
    WITH_CONTACTS,
    Json,
    codes,
    extended,
    group_of,
    raw,
    resources,
    small,
    trial_of,
)
from trialwire.schemas.event import FhirVersion
from trialwire.transforms.write.bundle import render

DESCRIPTION = "http://hl7.org/fhir/StructureDefinition/artifact-description"
UCUM = "http://unitsofmeasure.org"


def named(group: Json, id_: str) -> list[Json]:
    return [one for one in group.get("characteristic", ()) if one["id"].startswith(id_)]


def limit(value: int, code: str, unit: str) -> Json:
    return {"value": value, "unit": unit, "system": UCUM, "code": code}


@pytest.mark.parametrize(
    ("low", "high", "ranges"),
    [
        ("18 Years", "75 Years", [{"low": limit(18, "a", "years"), "high": limit(75, "a", "years")}]),
        ("18 Years", None, [{"low": limit(18, "a", "years")}]),
        (None, "1 Year", [{"high": limit(1, "a", "years")}]),
        ("6 Months", "5 Years", [{"low": limit(6, "mo", "months"), "high": limit(60, "mo", "months")}]),
        ("1 Year", "36 Months", [{"low": limit(12, "mo", "months"), "high": limit(36, "mo", "months")}]),
        ("30 Minutes", "2 Hours", [{"low": limit(30, "min", "minutes"), "high": limit(120, "min", "minutes")}]),
        ("1 Day", "4 Weeks", [{"low": limit(1, "d", "days"), "high": limit(28, "d", "days")}]),
        ("7 Days", "12 Months", [{"low": limit(7, "d", "days")}, {"high": limit(12, "mo", "months")}]),
        ("65 Years", "18 Years", [{"low": limit(65, "a", "years")}, {"high": limit(18, "a", "years")}]),
        ("N/A", None, []),
        (None, None, []),
    ],
)
def test_age_limits_keep_their_units_and_are_one_range_where_they_convert_exactly(low, high, ranges) -> None:
    ages = {name: value for name, value in (("minimumAge", low), ("maximumAge", high)) if value}
    found = named(group_of(small(eligibility=ages)), "age")
    assert [one["valueRange"] for one in found] == ranges
    assert all(one["exclude"] is False for one in found)
    assert all(codes(one["code"])[:2] == ["397669002", "30525-0"] for one in found)


def test_an_age_limit_of_another_form_is_kept_as_text() -> None:
    (found,) = named(group_of(small(eligibility={"minimumAge": "puberty"})), "age")
    assert found["valueCodeableConcept"] == {"text": "Minimum age: puberty"}


@pytest.mark.parametrize(
    ("sex", "expected"),
    [("FEMALE", ["female", "248152002"]), ("MALE", ["male", "248153007"]), ("ALL", None), (None, None)],
)
def test_a_sex_restricts_only_where_it_is_one(sex: str | None, expected: list[str] | None) -> None:
    found = named(group_of(small(eligibility={"sex": sex} if sex else {})), "sex")
    assert [codes(one["valueCodeableConcept"]) for one in found] == ([expected] if expected else [])


@pytest.mark.parametrize(("accepted", "exclude"), [(False, True), (True, False)])
def test_healthy_volunteers_are_excluded_when_the_record_says_so(accepted: bool, exclude: bool) -> None:
    (found,) = named(group_of(small(eligibility={"healthyVolunteers": accepted})), "healthy")
    assert (found["valueBoolean"], found["exclude"]) == (True, exclude)


def test_what_the_record_does_not_say_of_healthy_volunteers_is_not_said() -> None:
    assert not named(group_of(small(eligibility={"sex": "ALL"})), "healthy")


@pytest.mark.parametrize("version", VERSIONS)
def test_the_text_of_the_criteria_is_kept_verbatim(version: FhirVersion) -> None:
    study = raw("NCT99990001")
    group = group_of(trial_of(study), version)
    text = study["protocolSection"]["eligibilityModule"]["eligibilityCriteria"]
    assert r"\>" in text
    assert (group["description"] if version == "R5" else extended(group, DESCRIPTION)[0]) == text
    assert (group.get("membership"), group.get("actual")) == (
        ("definitional", None) if version == "R5" else (None, False)
    )


@pytest.mark.parametrize("version", VERSIONS)
def test_every_line_of_the_criteria_is_in_a_characteristic_on_its_side(version: FhirVersion) -> None:
    text = "Inclusion Criteria:\n\n* Heart failure\n* LVEF below 40%\n\nExclusion Criteria:\n\n* Dialysis\n* Pregnancy"
    group = group_of(small(eligibility={"eligibilityCriteria": text}), version)
    sides = {one["exclude"]: [] for one in group["characteristic"]}
    for one in group["characteristic"]:
        sides[one["exclude"]].append(str(one))
    for words, exclude in (
        ("Heart failure", False),
        ("LVEF below 40%", False),
        ("Dialysis", True),
        ("Pregnancy", True),
    ):
        assert any(words in one for one in sides[exclude]), words
        assert not any(words in one for one in sides[not exclude]), words


def test_populations_that_the_text_tells_apart_have_groups_of_their_own_and_r4_enrols_them_all() -> None:
    text = (
        "Patients:\n\nInclusion Criteria:\n\n* Diabetes type 2\n\nExclusion Criteria:\n\n* Dialysis\n\n"
        "Healthy controls:\n\nInclusion Criteria:\n\n* No chronic disease\n\nExclusion Criteria:\n\n* Smoking"
    )
    rendition = render(small(eligibility={"eligibilityCriteria": text, "sex": "FEMALE"}), "R4", WITH_CONTACTS)
    groups = resources(rendition, "Group")
    assert len({one["id"] for one in groups}) == len(groups) == 3
    assert [bool(named(one, "sex")) for one in groups] == [True, False, False]
    (study,) = resources(rendition, "ResearchStudy")
    assert [one["reference"] for one in study["enrollment"]] == [f"Group/{one['id']}" for one in groups]


def test_the_population_of_an_observational_study_and_its_sampling_are_kept() -> None:
    trial = small(
        eligibility={
            "studyPopulation": "Adults of one town",
            "samplingMethod": "PROBABILITY_SAMPLE",
            "genderBased": True,
        }
    )
    group = group_of(trial)
    assert named(group, "study-population")[0]["valueCodeableConcept"] == {"text": "Adults of one town"}
    assert named(group, "gender-based")[0]["valueBoolean"] is True
    (study,) = resources(render(trial, "R5", WITH_CONTACTS), "ResearchStudy")
    assert [codes(one) for one in study["studyDesign"]] == [["PROBABILITY_SAMPLE"]]


def test_the_narrative_counts_no_lead_in_and_apart_what_is_not_understood() -> None:
    text = """Inclusion Criteria:

* To be eligible, a participant must:

  * be able to read
  * live at home

Red flags:

* A scar

Exclusion Criteria:

* Pregnancy
"""
    group = group_of(small(eligibility={"eligibilityCriteria": text}))
    assert "2 to be met, 1 that exclude, 1 under a heading that is not understood" in group["text"]["div"]

"""A reading is never the wrong way round: headings that are not understood hand no section on, denials stay whole."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.transforms.eligibility.kit.odd_headings import NOT_UNDERSTOOD, OPEN_AN_EXCLUSION
from trialwire.transforms.eligibility import characteristics, parse
from trialwire.transforms.eligibility.group.characteristics import UNKNOWN_SECTION
from trialwire.transforms.eligibility.lists.pieces import ends_in_denial
from trialwire.transforms.write.to_group import doubts

if TYPE_CHECKING:
    from pathlib import Path

WITHOUT_A_MARK = (
    "Motifs d'exclusion",
    "Rejection criteria",
    "Who should stay away",
    "Warnings",
    "Do not apply if",
    "禁忌",
)
LAYOUTS = {
    "bullets": ("* ", "\n\n", ""),
    "no blank lines": ("* ", "\n", ""),
    "numbers": ("{}. ", "\n\n", ""),
    "indented": ("* ", "\n\n", "    "),
}
FLAG = "not-understood"


def said(text: str) -> list[dict[str, Any]]:
    return [entry for written in characteristics(parse(text)).values() for entry in written.entries]


def text_with(heading: str, layout: str, before: str = "Inclusion Criteria:") -> str:
    mark, gap, indent = LAYOUTS[layout]
    marks = [indent + mark.format(number) for number in (1, 1, 2)]
    return f"{before}{gap}{marks[0]}Adults{gap}{heading}{gap}{marks[1]}HIV infection\n{marks[2]}Pregnancy\n"


def under_heading(text: str) -> list[dict[str, Any]]:
    found = [entry for entry in said(text) if "Adults" not in str(entry)]
    assert len(found) == 2
    return found


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("heading", OPEN_AN_EXCLUSION)
def test_what_stands_under_an_odd_heading_of_exclusion_excludes_and_is_structured(heading: str, layout: str) -> None:
    hiv, pregnancy = under_heading(text_with(heading, layout))
    assert (hiv["code"]["text"], hiv["exclude"]) == ("Condition", True)
    assert (pregnancy["code"]["text"], pregnancy["exclude"]) == ("Pregnancy status", True)


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("heading", NOT_UNDERSTOOD)
def test_what_stands_under_a_heading_that_is_not_understood_is_text_that_says_so(heading: str, layout: str) -> None:
    text = text_with(heading, layout)
    for entry in under_heading(text):
        assert entry["code"]["text"] == UNKNOWN_SECTION
        assert entry["valueCodeableConcept"].keys() == {"text"}
        assert entry["exclude"] is False
    flagged = [one.text for one in parse(text) if FLAG in one.flags]
    assert flagged == ["HIV infection", "Pregnancy"]
    (finding,) = doubts(parse(text))
    assert finding.code == "eligibility-section-not-understood"
    assert heading.strip("* ：:")[:60] in finding.message


@pytest.mark.parametrize("heading", ["Permitted:", "Exceptions:", "The following are allowed:"])
def test_what_is_allowed_after_exclusions_neither_excludes_nor_is_structured(heading: str) -> None:
    for entry in under_heading(text_with(heading, "bullets", "Exclusion Criteria:")):
        assert entry["code"]["text"] == UNKNOWN_SECTION
        assert entry["exclude"] is False


@pytest.mark.parametrize(
    "heading", ["Hepatic:", "Cardiovascular", "Laboratory values:", "At screening:", "Organ function"]
)
def test_a_heading_that_only_sorts_leaves_the_section_as_it_is(heading: str) -> None:
    text = text_with(heading, "bullets", "Exclusion Criteria:")
    assert not any(FLAG in one.flags for one in parse(text))
    assert all(entry["exclude"] for entry in under_heading(text))


def test_the_next_heading_that_is_understood_ends_the_doubt() -> None:
    text = text_with("Red flags:", "bullets") + "\nExclusion Criteria:\n\n* Epilepsy\n"
    (epilepsy,) = [entry for entry in said(text) if "Epilepsy" in str(entry)]
    assert (epilepsy["code"]["text"], epilepsy["exclude"]) == ("Condition", True)


@pytest.mark.parametrize(
    ("paragraph", "whole"),
    [
        ("Other: No epilepsy Not HIV positive No active infection", "Not HIV positive"),
        ("Other: Not pregnant Not HIV positive", "Not HIV positive"),
        ("Other: Fertile patients use contraception Not Measurable disease", "Not Measurable disease"),
    ],
)
def test_a_denial_stays_with_what_it_denies(paragraph: str, whole: str) -> None:
    read = parse(f"PATIENT CHARACTERISTICS: Age: 18 and over {paragraph}")
    assert [one.text for one in read if whole in one.text]
    assert not any(ends_in_denial(one.text.casefold()) for one in read)


def test_what_follows_an_item_that_is_only_a_denial_is_not_structured() -> None:
    entry = said("Inclusion Criteria:\n\n* Adults\n* Not\n* HIV positive\n")[-1]
    assert entry["code"]["text"] == UNKNOWN_SECTION


def test_no_piece_of_a_real_text_ends_in_a_denial_that_its_line_went_on_from(real_records: Path) -> None:
    import orjson

    for file in sorted((real_records / "ctgov").glob("*.json")):
        module = orjson.loads(file.read_bytes())["protocolSection"].get("eligibilityModule", {})
        raw = module.get("eligibilityCriteria") or ""
        for one in parse(raw):
            goes_on = raw[one.end : one.end + 200].split("\n", 1)[0].strip(" .,;:*-")
            assert not (goes_on and ends_in_denial(one.text.casefold())), (file.name, one.text)


@pytest.mark.parametrize(
    ("text", "headings", "criteria"),
    [
        (
            "Inclusion Criteria for ward staff (WS). >=20 years of age\n\n* Works on a ward\n",
            ["Inclusion Criteria for ward staff (WS)."],
            [(">=20 years of age", "inclusion"), ("Works on a ward", "inclusion")],
        ),
        (
            "Inclusion criteria: lupus, no response to steroids. -- Exclusion criteria: pregnancy.\n",
            ["Inclusion criteria:", "Exclusion criteria:"],
            [("lupus, no response to steroids.", "inclusion"), ("pregnancy.", "exclusion")],
        ),
        (
            "Inclusion criteria - adults - asthma Exclusion criteria - HIV infection\n",
            ["Inclusion criteria -", "Exclusion criteria -"],
            [("adults - asthma", "inclusion"), ("HIV infection", "exclusion")],
        ),
        (
            "Inclusion criteria (all):\n\n* Adults\n\n<p><b>Exclusion Criteria:</b></p>\n\n* Asthma\n",
            ["Inclusion criteria (all):", "<p><b>Exclusion Criteria:</b></p>"],
            [("Adults", "inclusion"), ("Asthma", "exclusion")],
        ),
    ],
)
def test_a_heading_ends_where_its_words_do(text: str, headings: list[str], criteria: list[tuple[str, str]]) -> None:
    read = parse(text)
    assert [one.text for one in read if one.role == "heading"] == headings
    assert [(one.text, one.label) for one in read if one.role == "criterion"] == criteria


@pytest.mark.parametrize("title", ["Criteria:", "Eligibility Criteria", "Study criteria:"])
def test_a_title_before_a_section_is_no_population(title: str) -> None:
    read = parse(f"{title}\n\nInclusion Criteria:\n\n* Adults\n\nExclusion Criteria:\n\n* Asthma\n")
    assert [(one.text, one.label, one.population) for one in read if one.label] == [
        ("Adults", "inclusion", None),
        ("Asthma", "exclusion", None),
    ]


@pytest.mark.parametrize(
    ("words", "bounds"),
    [
        ("Adults under 70 years of age, BMI below 35", {("age", 70), ("bmi", 35)}),
        ("Over 20 years of age, ECOG <= 2", {("age", 20), ("ecog", 2)}),
        ("Under 70 years of age and platelets > 100", {("age", 70), ("platelets", 100)}),
        ("AST and ALT <= 2.5 x ULN", {("ast", 2.5), ("alt", 2.5)}),
        ("Pregnant woman between (14-20) weeks of gestation", set()),
        ("HER2/neu negative (IHC 0, 1+ or 2+)", set()),
        ("FEV1 (forced expiratory volume in 1 second) / FVC < 70%", set()),
        ("Pulmonary artery hypertension (PAH) > 55 mmHg", set()),
        ("Comorbidity index adjusted to age < 4", set()),
        ("NYHA IIIB-IV", set()),
    ],
)
def test_one_number_belongs_to_one_variable(words: str, bounds: set[tuple[str, float]]) -> None:
    read = parse(f"Inclusion Criteria:\n\n* {words}\n")[-1]
    assert {(bound.variable, bound.value) for bound in read.bounds} == bounds


@pytest.mark.parametrize(
    ("words", "bound"),
    [
        ("BMI <29kg.m2", ("bmi", "<", 29, "kg/m2")),
        ("eGFR <30 ml/min · 1.73 m2", ("egfr", "<", 30, "mL/min/{1.73_m2}")),
        ("Age ˂ 20 years", ("age", "<", 20, "a")),
        ("Plasma creatinine clearance > 50 ml/min", ("creatinine clearance", ">", 50, "mL/min")),
        ("BIL < 2 mg/dl", ("bilirubin", "<", 2, "mg/dL")),
        ("DFG < 30 ml/min", ("egfr", "<", 30, "mL/min")),
        ("Expected life time > 3 months", ("life expectancy", ">", 3, "mo")),
        ("Visual analogue pain scale >= 4", ("vas", ">=", 4, None)),
        ("Hemoglobin equal to or greater than110 g/L", ("hemoglobin", ">=", 110, "g/L")),
        ("2-hour post-load plasma glucose < 200 mg/dl", ("ogtt glucose", "<", 200, "mg/dL")),
    ],
)
def test_odd_names_units_and_spaces_are_read(words: str, bound: tuple[str, str, float, str | None]) -> None:
    (found,) = parse(f"Inclusion Criteria:\n\n* {words}\n")[-1].bounds
    assert (found.variable, found.comparator, found.value, found.ucum) == bound


@pytest.mark.parametrize("words", ["Age between 18- and 70-years", "Age between 18 an 70 years"])
def test_an_age_range_with_a_slip_is_read(words: str) -> None:
    bounds = parse(f"Inclusion Criteria:\n\n* {words}\n")[-1].bounds
    assert [(bound.comparator, bound.value) for bound in bounds] == [(">=", 18), ("<=", 70)]


@pytest.mark.parametrize("words", ["Pain score of 5 or greater 24;", "Child-Pugh B7 or >"])
def test_a_number_whose_sign_belongs_elsewhere_is_no_bound(words: str) -> None:
    assert parse(f"Inclusion Criteria:\n\n* {words}\n")[-1].bounds == ()


@pytest.mark.parametrize(
    "words",
    [
        "AST exceeds one and a half times the upper limit of normal",
        "Creatinine < one-and-a-half times ULN",
        "ALT less than two and a half times the upper limit of normal",
        "AST <= 1 1/2 x ULN",
        "Bilirubin <= 1½ x ULN",
    ],
)
def test_a_number_with_a_fraction_in_words_is_not_read_as_its_whole_part(words: str) -> None:
    assert parse(f"Inclusion Criteria:\n\n* {words}\n")[-1].bounds == ()


@pytest.mark.parametrize(
    "words",
    [
        "20 and 60 years old for volunteers",
        "Patients below 20 and above 60years",
        "Score >= 5 up to the age of 50 years",
        ">= 4 for those above 50 years",
        "Births between 26 + 0 weeks of amenorrhea and 34 + 6 weeks of amenorrhea",
        "Gestation age >= 30 weeks",
        "Lens power range: 15 to 25D",
        "Daily use between 10 and 14 hours",
        "Less than 40 minutes travel from the clinic",
        "Cycle length of 25-38 days",
        "Prognosis < 5 months",
        "Two readings one week apart",
    ],
)
def test_an_age_a_gestation_and_what_else_is_counted_in_time_are_no_windows(words: str) -> None:
    assert parse(f"Inclusion Criteria:\n\n* {words}\n")[-1].windows == ()


@pytest.mark.parametrize("words", ["MRI scan less than 2 years old", "Bicycle riding for at least 2 years, ages 20-35"])
def test_a_scan_of_some_age_and_a_habit_beside_an_age_are_windows(words: str) -> None:
    assert [window.value for window in parse(f"Inclusion Criteria:\n\n* {words}\n")[-1].windows] == [2]


@pytest.mark.parametrize("words", ["Infection in the past half year", "Infection in the last half-year"])
def test_half_a_year_is_a_window(words: str) -> None:
    (window,) = parse(f"Exclusion Criteria:\n\n* {words}\n")[-1].windows
    assert (window.value, window.unit, window.direction) == (0.5, "year", "within")


def test_the_words_of_a_turned_denial_do_not_deny_a_second_time() -> None:
    (entry,) = said("Inclusion Criteria:\n\n* No epilepsy\n")
    assert entry["exclude"] is True
    assert entry["valueCodeableConcept"]["text"] == "Epilepsy"
    assert entry["extension"][0]["valueMarkdown"] == "No epilepsy"


def test_an_item_that_heads_its_own_items_heads_no_others() -> None:
    text = "Inclusion Criteria:\n\n* Adults\n* Contraindications:\n  * HIV infection\n* Asthma\n\nWho can take part:\n\n* Epilepsy\n"
    read = {one.text: (one.label, FLAG in one.flags) for one in parse(text) if one.role == "criterion"}
    assert read["HIV infection"] == ("exclusion", False)
    assert read["Asthma"][1] is True
    assert read["Epilepsy"] == ("inclusion", False)


def test_an_item_that_begins_with_the_other_sections_heading_is_not_asserted() -> None:
    (entry,) = [
        one
        for one in said("Inclusion Criteria:\n\n* Adults\n* Contraindications: HIV infection\n")
        if "HIV" in str(one)
    ]
    assert entry["code"]["text"] == UNKNOWN_SECTION


@pytest.mark.parametrize("line", ["Adequate liver function:", "Failure of the treatment due to:", "Any subject who:"])
def test_a_lead_in_that_announces_or_goes_on_in_its_items_is_no_such_heading(line: str) -> None:
    text = f"Exclusion Criteria:\n\n* Adults\n\n{line}\n\n* a scar\n* a nimbus\n"
    assert not any(FLAG in one.flags for one in parse(text))


@pytest.mark.parametrize("heading", WITHOUT_A_MARK)
def test_a_text_without_any_list_mark_has_headings_that_are_not_understood_too(heading: str) -> None:
    text = f"Inclusion Criteria:\n\nAdults\n\n{heading}\n\nHIV infection\n\nPregnancy\n"
    assert {entry["code"]["text"] for entry in under_heading(text)} == {UNKNOWN_SECTION}


@pytest.mark.parametrize(
    "line",
    [
        "Exclusion Criteria <18 years",
        "Exclusion Criteria > 75 years old",
        "Exclusion Criteria age < 18 years",
        "Exclusion criteria 18 years or younger",
        "Exclusion Criteria Aged under 18",
        "Exclusion criteria; pregnancy",
    ],
)
def test_a_section_heading_with_its_first_criterion_behind_it_opens_its_section(line: str) -> None:
    nodes = parse(
        f"Inclusion Criteria:\n\n- Adults with asthma\n- Able to walk\n\n{line}\n- Breastfeeding\n- HIV infection\n"
    )
    labels = {node.text: node.label for node in nodes if node.role == "criterion"}
    assert (labels["Able to walk"], labels["Breastfeeding"], labels["HIV infection"]) == (
        "inclusion", "exclusion", "exclusion",
    )  # fmt: skip

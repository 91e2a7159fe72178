"""What a Group says of criteria: structured only where nothing is left, its text always, its polarity never guessed."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest

from tests.transforms.eligibility.kit.difficult import CASES
from tests.transforms.eligibility.kit.drawing import unindented
from trialwire.schemas.fhir.eclaire import CRITERION_KIND
from trialwire.schemas.trial import MeshTerm
from trialwire.transforms.eligibility import characteristics, parse
from trialwire.transforms.eligibility.group.characteristics import COMBINATION_URL, THRESHOLD_URL
from trialwire.transforms.eligibility.group.entry import DESCRIPTION_URL

if TYPE_CHECKING:
    from pathlib import Path

INCLUSION = "Inclusion Criteria:\n\n* "
EXCLUSION = "Exclusion Criteria:\n\n* "
MESHES = (MeshTerm(id="D000020018", term="Zorbitis"), MeshTerm(id="D003924", term="Nimbosis, Type 2"))


def entries(text: str, **more: Any) -> list[dict[str, Any]]:
    return characteristics(parse(text), more.get("meshes", ()))[None].entries


def only(text: str, **more: Any) -> dict[str, Any]:
    (entry,) = entries(text, **more)
    return entry


def is_text(entry: dict[str, Any]) -> bool:
    return "not structured" in entry["code"]["text"] and entry["valueCodeableConcept"].keys() == {"text"}


def test_a_bound_that_is_all_of_a_criterion_becomes_a_quantity() -> None:
    entry = only(f"{INCLUSION}Hemoglobin ≥ 9 g/dL")
    assert entry["valueQuantity"] == {
        "value": 9, "comparator": ">=", "unit": "g/dL", "system": "http://unitsofmeasure.org", "code": "g/dL",
    }  # fmt: skip
    assert entry["code"]["coding"][0] == {"system": "http://loinc.org", "code": "718-7"}
    assert entry["exclude"] is False


def test_a_range_with_both_ends_inclusive_becomes_a_range() -> None:
    entry = only(f"{INCLUSION}BMI between 18 and 30 kg/m2")
    assert entry["valueRange"]["low"]["value"] == 18
    assert entry["valueRange"]["high"] == {
        "value": 30, "unit": "kg/m2", "system": "http://unitsofmeasure.org", "code": "kg/m2",
    }  # fmt: skip


def test_a_strict_end_makes_two_quantities_to_be_included_and_none_to_be_excluded() -> None:
    low, high = entries(f"{INCLUSION}BMI > 18 and < 30 kg/m2")
    assert (low["valueQuantity"]["comparator"], high["valueQuantity"]["comparator"]) == (">", "<")
    assert low["id"] != high["id"]
    assert is_text(only(f"{EXCLUSION}BMI > 18 and < 30 kg/m2"))


def test_values_outside_a_range_exclude_each_for_itself_and_include_nobody() -> None:
    below, above = entries(f"{EXCLUSION}Hematocrit < 35% or > 54%")
    assert (below["valueQuantity"]["value"], above["valueQuantity"]["value"]) == (35, 54)
    assert below["exclude"]
    assert above["exclude"]
    assert is_text(only(f"{INCLUSION}Hematocrit < 35% or > 54%"))


@pytest.mark.parametrize(
    "words",
    [
        "Hemoglobin ≥ 9 g/dL unless transfused",
        "Hemoglobin ≥ 9 g/dL in women with zorbitis",
        "Hemoglobin ≥ 9 g/dL and a steady glow",
        "Platelets > 100,000",
        "Age 18 to 65 years",
        "Hemoglobin ≥ 9 g/dL within 14 days before enrollment",
    ],
    ids=["exception", "whom", "more", "no unit", "age is the registry's", "window"],
)
def test_what_is_not_certain_stays_text(words: str) -> None:
    entry = only(f"{INCLUSION}{words}")
    assert is_text(entry)
    assert entry["valueCodeableConcept"]["text"] == words


def test_pregnant_or_breastfeeding_are_two_reasons_to_exclude() -> None:
    pregnant, nursing = entries(f"{EXCLUSION}Pregnant or breastfeeding women.")
    assert pregnant["valueCodeableConcept"]["coding"][0]["code"] == "D011247"
    assert pregnant["valueCodeableConcept"]["coding"][1]["code"] == "pregnant"
    assert nursing["valueCodeableConcept"]["coding"][1]["code"] == "nursing"
    assert pregnant["exclude"]
    assert nursing["exclude"]


def test_a_denied_pair_turns_an_inclusion_and_never_an_exclusion() -> None:
    entry = only(f"{INCLUSION}Not pregnant")
    assert entry["exclude"] is True
    assert entry["valueCodeableConcept"]["coding"][0]["code"] == "D011247"
    assert is_text(only(f"{EXCLUSION}Not pregnant"))


def test_pregnant_and_something_else_stays_text() -> None:
    assert is_text(only(f"{EXCLUSION}Pregnant women with nimbosis"))
    assert is_text(only(f"{INCLUSION}Pregnant or breastfeeding women"))


def test_polarity_of_text_follows_the_section() -> None:
    assert only(f"{INCLUSION}No prior quellectomy")["exclude"] is False
    assert only(f"{EXCLUSION}Not willing to be seen")["exclude"] is True


def test_the_records_own_condition_is_coded_where_it_is_the_whole_criterion() -> None:
    entry = only(f"{INCLUSION}Diagnosis of zorbitis.", meshes=MESHES)
    assert entry["valueCodeableConcept"]["coding"] == [
        {"system": "https://www.nlm.nih.gov/mesh", "code": "D020018", "display": "Zorbitis"}
    ]
    assert only(f"{EXCLUSION}Type 2 nimbosis", meshes=MESHES)["valueCodeableConcept"]["coding"][0]["code"] == "D003924"
    assert is_text(only(f"{INCLUSION}Zorbitis of the left ear", meshes=MESHES))


def test_items_of_a_list_that_all_must_hold_stand_each_for_itself_after_the_lead_in() -> None:
    lead_in, first, second = entries(
        f"{INCLUSION}Adequate organ function:\n\n  * Hemoglobin ≥ 9 g/dL\n  * A steady glow"
    )
    assert is_text(lead_in)
    assert first["valueQuantity"]["value"] == 9
    assert second["valueCodeableConcept"]["text"] == "Adequate organ function: A steady glow"


def test_a_value_under_a_lead_in_with_a_condition_stays_text() -> None:
    _, first = entries(f"{INCLUSION}For those with liver metastases, the following values:\n\n  * Bilirubin ≤ 3 mg/dL")
    assert is_text(first)


def chosen(text: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """The one entry of a text and the Group contained for it."""
    written = characteristics(parse(text))[None]
    (entry,), (group,) = written.entries, written.contained
    assert entry["valueReference"]["reference"] == f"#{group['id']}"
    return entry, group


def test_any_of_a_list_to_be_included_is_a_contained_group_of_which_one_is_enough() -> None:
    entry, group = chosen(f"{INCLUSION}At least one of the following:\n\n  * HbA1c < 7 %\n  * A steady glow")
    assert entry["extension"][0]["valueMarkdown"] == "At least one of the following:\n- HbA1c < 7 %\n- A steady glow"
    assert entry["valueReference"]["display"] == entry["extension"][0]["valueMarkdown"]
    assert "any one of these is enough" in entry["code"]["text"]
    assert group["extension"] == [{"url": COMBINATION_URL, "valueCode": "any-of"}]
    first, last = group["characteristic"]
    assert first["valueQuantity"]["value"] == 7
    assert is_text(last)
    assert [one.id for one in parse(f"{INCLUSION}At least one of the following:\n\n  * HbA1c < 7 %\n  * A steady glow")][1:] == [
        entry["id"], first["id"], last["id"],
    ]  # fmt: skip


def test_a_number_of_a_list_to_be_excluded_excludes_whom_the_contained_group_describes() -> None:
    entry, group = chosen(
        f"{EXCLUSION}Two or more of the following criteria:\n\n  * HbA1c < 7 %\n  * Epilepsy\n  * Zorbitis"
    )
    assert entry["exclude"] is True
    assert group["extension"] == [
        {"url": COMBINATION_URL, "valueCode": "at-least"}, {"url": THRESHOLD_URL, "valuePositiveInt": 2},
    ]  # fmt: skip
    assert [one["exclude"] for one in group["characteristic"]] == [False, False, False]


def test_what_excludes_only_together_is_a_contained_group_of_all() -> None:
    entry, group = chosen(f"{EXCLUSION}All of the following:\n\n  * HbA1c < 7 %\n  * BMI > 30 kg/m2")
    assert (entry["exclude"], group["extension"][0]["valueCode"]) == (True, "all-of")


def test_a_condition_of_the_lead_in_stands_with_every_item_and_leaves_it_text() -> None:
    _, group = chosen(f"{INCLUSION}Zorbitis confirmed by one of the following:\n\n  * HbA1c < 7 %\n  * Epilepsy")
    assert [one["valueCodeableConcept"]["text"] for one in group["characteristic"]] == [
        "Zorbitis confirmed by one of the following: HbA1c < 7 %",
        "Zorbitis confirmed by one of the following: Epilepsy",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "Any of the following, unless treated:\n\n  * Zorbitis\n  * Nimbosis",
        "Any of the following:\n\n  * Zorbitis and\n  * Nimbosis\n  * A steady glow",
        "Any of the following:\n\n  * Zorbitis\n  * Except left-sided nimbosis",
        "No more than two of the following:\n\n  * Zorbitis\n  * Nimbosis\n  * A steady glow",
        "At least 5 attacks fulfilling the following criteria:\n\n  * Zorbitis\n  * Nimbosis",
        "Severe disorders such as any of the following:\n\n  * Zorbitis\n  * Nimbosis",
        "Three or more of the following:\n\n  * Zorbitis\n  * Nimbosis",
    ],
    ids=["exception", "and", "exception among items", "at most", "number of something else", "examples", "too few"],
)
def test_a_list_whose_choice_is_not_certain_is_text(text: str) -> None:
    written = characteristics(parse(f"{INCLUSION}{text}"))[None]
    assert written.contained == []
    assert all(is_text(entry) for entry in written.entries)


def test_a_profile_without_contained_groups_has_the_whole_list_as_text() -> None:
    text = f"{INCLUSION}At least one of the following:\n\n  * HbA1c < 7 %\n  * BMI > 30 kg/m2"
    (entry,) = characteristics(parse(text), choices=False)[None].entries
    assert entry["valueCodeableConcept"]["text"] == "At least one of the following:\n- HbA1c < 7 %\n- BMI > 30 kg/m2"


def test_a_sub_heading_that_narrows_stands_before_its_criteria_and_leaves_them_text() -> None:
    (entry,) = entries("Inclusion Criteria:\n\nSmokers:\n\n* HbA1c < 7 %")
    assert is_text(entry)
    assert entry["valueCodeableConcept"]["text"] == "Smokers: HbA1c < 7 %"


@pytest.mark.parametrize(
    ("words", "name", "loinc"),
    [
        ("Hemoglobin > 6 mmol/L", "hemoglobin", "59260-0"),
        ("IIEF-5 score < 21", "iief-5", None),
        ("IIEF-EF domain score < 26", "iief erectile function domain", None),
        ("HbA1c < 53 mmol/mol", "hba1c", "59261-8"),
        ("GFR > 60 mL/min", "gfr", None),
    ],
)
def test_what_is_measured_is_named_and_coded_by_its_words_and_its_unit(
    words: str, name: str, loinc: str | None
) -> None:
    code = only(f"{INCLUSION}{words}")["code"]
    assert code["text"] == name
    assert [one["code"] for one in code["coding"] if one["system"] == "http://loinc.org"] == ([loinc] if loinc else [])


@pytest.mark.parametrize("words", ["Hemoglobin > 18 ng/dL", "HbA1c > 7.5 mg%", "Liver function tests > 1.5 x ULN"])
def test_a_value_nobody_can_have_and_a_name_too_wide_stay_text(words: str) -> None:
    assert is_text(only(f"{INCLUSION}{words}"))


def test_alternatives_to_be_included_are_one_text() -> None:
    first, last = entries(f"{INCLUSION}Zorbitis, or\n* Nimbosis\n* A steady glow")
    assert first["valueCodeableConcept"]["text"] == "Zorbitis, or Nimbosis"
    assert last["valueCodeableConcept"]["text"] == "A steady glow"


def test_populations_are_kept_apart() -> None:
    text = "Inclusion Criteria for Healthy Volunteers:\n\n* A steady glow\n\nExclusion Criteria:\n\n* Zorbitis"
    found = {name: one.entries for name, one in characteristics(parse(text)).items()}
    assert [entry["valueCodeableConcept"]["text"] for entry in found["Healthy Volunteers"]] == ["A steady glow"]
    assert [entry["valueCodeableConcept"]["text"] for entry in found[None]] == ["Zorbitis"]


def test_what_is_asked_of_a_partner_is_never_asked_of_the_patient() -> None:
    text = "The patients will be included based on the following criteria:\n\n* Zorbitis\n\n"
    found = characteristics(parse(f"{text}The partner will be included based on the following criteria:\n\n* Nimbosis"))
    assert [entry["valueCodeableConcept"]["text"] for entry in found[None].entries] == ["Zorbitis"]
    assert "Nimbosis" in found["partner"].entries[0]["valueCodeableConcept"]["text"]


def test_ids_of_real_groups_are_those_of_their_criteria_and_an_inserted_one_disturbs_none(real_records: Path) -> None:
    def ids(text: str) -> set[str]:
        written = characteristics(parse(text)).values()
        inner = [entry for one in written for group in one.contained for entry in group["characteristic"]]
        found = [entry["id"] for one in written for entry in one.entries] + [entry["id"] for entry in inner]
        assert len(found) == len(set(found))
        assert {id_.partition(".")[0] for id_ in found} <= {one.id for one in parse(text) if one.label}
        return set(found)

    for path in sorted((real_records / "ctgov").glob("NCT*.json"))[::25]:
        module = json.loads(path.read_bytes())["protocolSection"].get("eligibilityModule", {})
        text = module.get("eligibilityCriteria") or ""
        heading = "\n\nExclusion Criteria:\n\n* "
        assert ids(text) <= ids(text.replace(heading, f"\n* A new criterion{heading}")), path.stem


@pytest.mark.parametrize("name", CASES)
def test_every_criterion_is_said_in_exactly_one_place_with_its_code_id_and_polarity(name: str) -> None:
    criteria = [one for one in parse(unindented(CASES[name][0])) if one.label]
    written = characteristics(criteria, MESHES).values()
    outer = [entry for one in written for entry in one.entries]
    inner = [entry for one in written for group in one.contained for entry in group["characteristic"]]
    found = outer + inner
    ids = [entry["id"] for entry in found]
    assert len(ids) == len(set(ids))
    assert all(re.fullmatch(r"(inc|exc)-[0-9a-f]{8}(-\d+)?(\.\d)?", id_) for id_ in ids)
    said = "\n".join(dict.fromkeys(entry["extension"][0]["valueMarkdown"] for entry in found))
    for one in criteria:
        assert one.text in said
    for entry in found:
        assert entry["extension"][0]["url"] == DESCRIPTION_URL
        assert entry["code"]["coding"][-1]["system"] == CRITERION_KIND
        assert sum(key.startswith("value") for key in entry) == 1
        turned = "Not pregnant" in entry["extension"][0]["valueMarkdown"]
        assert entry["exclude"] is (entry not in inner and (entry["id"].startswith("exc-") or turned))


@pytest.mark.parametrize("fhir_version", ["R4", "R5"])
def test_fhir_accepts_every_entry(fhir_version: Any) -> None:
    if fhir_version == "R4":
        from fhir.resources.R4B.group import Group

        kind: dict[str, Any] = {"actual": False}
    else:
        from fhir.resources.group import Group

        kind = {"membership": "definitional"}
    texts = [unindented(text) for text, _ in CASES.values()]
    texts += [f"{INCLUSION}Hemoglobin ≥ 9 g/dL\n* BMI 18 to 30 kg/m2\n* Not pregnant\n* ECOG 0-1"]
    for text in texts:
        for found in characteristics(parse(text), MESHES).values():
            contained = [{"resourceType": "Group", **kind, **one} for one in found.contained]
            whole = {"resourceType": "Group", "type": "person", **kind, "characteristic": found.entries}
            group = Group.model_validate(whole | ({"contained": contained} if contained else {}))
            assert [one.exclude for one in group.characteristic] == [entry["exclude"] for entry in found.entries]

"""The table of known ideas: a whole criterion or nothing, its polarity the section's, its codes proved by the records."""

from __future__ import annotations

import json
import re
from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest

from trialwire.schemas.fhir.code_systems import LOINC, MESH
from trialwire.schemas.fhir.eclaire import POPULATION
from trialwire.transforms.eligibility import characteristics, parse
from trialwire.transforms.eligibility.group.concept_table import CONCEPTS
from trialwire.transforms.eligibility.group.concepts import concepts_in, mesh_id

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

INCLUSION = "Inclusion Criteria:\n\n* "
EXCLUSION = "Exclusion Criteria:\n\n* "
NOT_PRINTED = {"D011247": "Pregnancy", "D001942": "Breast Feeding", "D007258": "Informed Consent"}
"""MeSH descriptors that the registry gives to no record at hand: they describe no condition and no intervention."""


def only(text: str) -> dict[str, Any]:
    (entry,) = characteristics(parse(text))[None].entries
    return entry


def is_text(entry: dict[str, Any]) -> bool:
    return "not structured" in entry["code"]["text"]


def said(entry: dict[str, Any]) -> tuple[str, str | None]:
    """The question and the first code of the answer."""
    codings = entry["valueCodeableConcept"].get("coding", [{"code": None}])
    return entry["code"]["text"], codings[0]["code"]


@pytest.mark.parametrize(
    ("words", "question", "code"),
    [
        ("Diabetes mellitus", "Condition", "D003920"),
        ("Subjects with a known heart failure.", "Condition", "D006333"),
        ("History of stroke", "Condition, in the patient's history", "D020521"),
        ("Any previous history of alcohol or drug abuse;", "Condition, in the patient's history", "D019966"),
        ("Active infection", "Condition, active or current", "D007239"),
        ("Current or previous malignancy", "Condition, current or past", "D009369"),
        ("Patients who are HIV-positive", "Condition", "D015658"),
        ("Hepatitis B infection", "Condition", None),
        ("Bleeding disorder", "Condition", "D006474"),
        ("Patients on anticoagulant treatment", "Treatment", "D000925"),
        ("Claustrophobia", "Condition", None),
        ("Contraindication to MRI", "Contraindication", None),
        ("Inability to provide informed consent", "Ability to give informed consent", "incap-consent"),
        ("Unable or unwilling to give written informed consent", "Unable or unwilling to give informed consent", None),
        (
            "Women of childbearing potential not using effective contraception",
            "Childbearing potential and contraception",
            "no-using-contraception",
        ),
        ("Participation in another clinical trial", "Participation in another trial", None),
        ("Does not speak or understand English", "Lack of language ability", None),
        ("Known hypersensitivity to the study drug or its excipients", "Hypersensitivity to the trial's own products", None),
        ("Prisoners", "Deprived of liberty", None),
        (
            "The patient is an adult under guardianship",
            "Legal protection (guardianship, curatorship, protection by a court)",
            None,
        ),
        ("Inability to comply with the study procedures", "Unable or unwilling to comply with the trial's procedures", None),
    ],
)  # fmt: skip
def test_an_idea_that_is_the_whole_criterion_excludes(words: str, question: str, code: str | None) -> None:
    entry = only(f"{EXCLUSION}{words}")
    assert said(entry) == (question, code)
    assert entry["exclude"] is True
    assert entry["extension"][0]["valueMarkdown"] == words


@pytest.mark.parametrize(
    ("words", "question"),
    [
        ("The patient must have given his informed and signed written consent", "Informed consent given"),
        ("Willing and able to provide written informed consent", "Able and willing to give informed consent"),
        ("Ability to understand and the willingness to sign a written informed consent document", "Able and willing to give informed consent"),
        ("Agrees to comply with the study procedures and visits", "Willing to comply with the trial's procedures"),
        ("Able to read and understand English", "Language ability"),
        ("Fertile women must use effective contraception", "Contraception required of participants who may have children"),
    ],
)  # fmt: skip
def test_what_is_asked_of_participants_includes_and_in_an_exclusion_stays_text(words: str, question: str) -> None:
    entry = only(f"{INCLUSION}{words}")
    assert (entry["code"]["text"], entry["exclude"]) == (question, False)
    assert is_text(only(f"{EXCLUSION}{words}"))


@pytest.mark.parametrize(
    "words",
    [
        "Uncontrolled diabetes mellitus",
        "Severe renal failure",
        "Liver metastases",
        "Other malignancies",
        "Family history of epilepsy",
        "Suspected HIV infection",
        "History of stroke within 6 months before enrollment",
        "Diabetes, unless diet-controlled",
        "Malignancy other than skin cancer",
        "Women with diabetes",
        "Diabetes and hypertension",
        "History of stroke or diabetes",
        "Hepatitis B or C",
        "Partner with HIV infection",
        "Known hypersensitivity to zorbital",
        "Hypersensitivity to the study drug or latex",
        "Pregnant women, or women of childbearing potential not using contraception unless sterile",
        "Participation in another clinical trial within 30 days",
        "Participation in this trial",
        "Inability to comply with the study procedures or to walk",
        "Non-English speaking guardians",
        "Must have epilepsy",
    ],
)
def test_a_word_that_narrows_widens_or_makes_uncertain_leaves_text(words: str) -> None:
    entry = only(f"{EXCLUSION}{words}")
    assert is_text(entry)
    assert entry["valueCodeableConcept"]["text"] == words


def test_alternatives_are_each_a_reason_to_exclude_and_none_to_include() -> None:
    words = "HIV, hepatitis B or hepatitis C infection"
    entries = characteristics(parse(f"{EXCLUSION}{words}"))[None].entries
    assert [said(entry) for entry in entries] == [
        ("Condition", "D015658"), ("Condition", None), ("Condition", "D006526"),
    ]  # fmt: skip
    assert entries[1]["valueCodeableConcept"] == {"text": "Hepatitis B"}
    assert all(entry["exclude"] for entry in entries)
    assert is_text(only(f"{INCLUSION}{words}"))


def test_a_denied_idea_turns_an_inclusion_and_never_an_exclusion() -> None:
    entry = only(f"{INCLUSION}No history of epilepsy")
    assert (said(entry), entry["exclude"]) == (("Condition, in the patient's history", "D004827"), True)
    assert is_text(only(f"{EXCLUSION}No history of epilepsy"))


def test_what_only_the_criterions_words_answer_is_never_denied() -> None:
    assert is_text(only(f"{INCLUSION}Not under guardianship"))
    entry = only(f"{INCLUSION}No claustrophobia")
    assert (entry["valueCodeableConcept"], entry["exclude"]) == ({"text": "Claustrophobia"}, True)


def test_a_lead_in_with_a_condition_of_its_own_keeps_its_items_text() -> None:
    entries = characteristics(parse(f"{EXCLUSION}Family history of any of the following:\n\n  * Stroke\n  * Epilepsy"))
    assert all(is_text(entry) for entry in entries[None].entries)


def test_a_phrase_is_in_one_row_as_criteria_are_read() -> None:
    phrases = Counter(phrase for concept in CONCEPTS for phrase in concept.phrases)
    assert [phrase for phrase, times in phrases.items() if times > 1] == []
    for concept in CONCEPTS:
        assert concept.phrases or concept.pattern, concept.name
        for phrase in concept.phrases:
            assert phrase == " ".join(phrase.casefold().split()), concept.name
            found = concepts_in(phrase)
            assert found, phrase
            assert [one.name for one in found[0]] == [concept.name], phrase


def test_a_line_of_endless_repetition_is_no_idea() -> None:
    for words in ("patients with ", "his or her ", "speak, ", "study ", "known ", "adequate method of "):
        for end in ("", "consent", "english !", "comply !"):
            assert concepts_in(words * 20_000 + end) is None
            assert concepts_in((words * 20)[:110] + end) is None or "consent" in end


def test_loinc_codes_have_check_digits_that_hold() -> None:
    for coding in (coding for concept in CONCEPTS for coding in concept.question_codings):
        assert coding.system == LOINC
        digits, check = coding.code.split("-")
        doubled = int("".join(reversed(digits[::-1][::2]))) * 2
        total = sum(map(int, str(doubled))) + sum(map(int, digits[::-1][1::2]))
        assert (10 - total % 10) % 10 == int(check), coding.code


@pytest.mark.parametrize("fhir_version", ["R4", "R5"])
def test_fhir_accepts_every_row(fhir_version: Any) -> None:
    lines = [phrase for concept in CONCEPTS for phrase in sorted(concept.phrases)]
    found = characteristics(parse(EXCLUSION + "\n* ".join(lines)))[None].entries
    assert len(found) >= len(lines)
    valid = _validated(found, fhir_version)
    assert [one.exclude for one in valid] == [True] * len(found)


def _validated(found: list[dict[str, Any]], fhir_version: str) -> list[Any]:
    if fhir_version == "R4":
        from fhir.resources.R4B.group import Group

        kind: dict[str, Any] = {"actual": False}
    else:
        from fhir.resources.group import Group

        kind = {"membership": "definitional"}
    group = Group.model_validate({"resourceType": "Group", "type": "person", **kind, "characteristic": found})
    return list(group.characteristic)


@pytest.fixture(scope="module")
def records(real_records: Path) -> list[dict[str, Any]]:
    return [json.loads(path.read_bytes()) for path in sorted((real_records / "ctgov").glob("NCT*.json"))]


def _terms(found: Any) -> Iterator[tuple[str, str]]:
    """Every MeSH id with its term, for every term that the registry derived."""
    if isinstance(found, dict):
        for name, value in found.items():
            if name in {"meshes", "ancestors"}:
                yield from ((mesh_id(one["id"]), one["term"]) for one in value)
            else:
                yield from _terms(value)
    elif isinstance(found, list):
        for value in found:
            yield from _terms(value)


def test_every_mesh_id_stands_beside_its_term_in_the_records(records: list[dict[str, Any]]) -> None:
    printed: dict[str, set[str]] = {}
    for record in records:
        for code, term in _terms(record.get("derivedSection")):
            printed.setdefault(code, set()).add(term)
    for concept in CONCEPTS:
        for coding in (one for one in concept.answers if one.system == MESH):
            if coding.code in NOT_PRINTED:
                assert coding.code not in printed
                assert coding.display == NOT_PRINTED[coding.code]
            else:
                assert printed.get(coding.code) == {coding.display}, concept.name


def test_every_population_code_is_eclaires(real_records: Path) -> None:
    path = real_records / "eclaire" / "CodeSystem-eclaire-study-population-code-system.json"
    published = {one["code"]: one["display"] for one in json.loads(path.read_bytes())["concept"]}
    used = [coding for concept in CONCEPTS for coding in concept.answers if coding.system == POPULATION]
    assert {"pregnant", "nursing", "incap-consent", "no-using-contraception"} == {coding.code for coding in used}
    assert all(published[coding.code] == coding.display for coding in used)


def test_ideas_of_real_records_are_valid_and_follow_their_section(records: list[dict[str, Any]]) -> None:
    names = {concept.question.partition(", ")[0] for concept in CONCEPTS}
    structured = 0
    for record in records[::6]:
        text = record["protocolSection"].get("eligibilityModule", {}).get("eligibilityCriteria") or ""
        for found in characteristics(parse(text)).values():
            ideas = [entry for entry in found.entries if entry["code"]["text"].partition(", ")[0] in names]
            if not ideas:
                continue
            structured += len(ideas)
            for fhir_version in ("R4", "R5"):
                assert len(_validated(ideas, fhir_version)) == len(ideas)
            for entry in ideas:
                denied = re.match(r"(?i)no|non|absence of|without", entry["extension"][0]["valueMarkdown"])
                assert entry["exclude"] is (entry["id"].startswith("exc-") or bool(denied))
    assert structured > 100

"""A choice binds only what its words bind: texts whose lists must stay text, and some that are choices."""

from __future__ import annotations

import pytest

from tests.transforms.eligibility.kit.drawing import unindented
from trialwire.transforms.eligibility import characteristics, parse

INCLUSION = "Inclusion Criteria:\n\n"

TEXT = {
    "an item is deeper and the list goes on at the outer level": """
        * Refractory disease, shown by one of the following:

          * No remission after induction
          * A relapse

            * Zorb grade of 2
          * Elevated zorbins
        """,
    "consent stands among the alternatives": """
        * Active disease with one of the following:

          * A relapse
          * No remission
          * Must be able to give informed consent
        """,
    "an age and a performance status stand among the alternatives": """
        * Active disease with one of the following:

          * A relapse
          * Age >= 18 years
          * ECOG performance status of 0-2
        """,
    "organ function stands among the alternatives": """
        * Adequate function as shown by any of the following:

          * Platelets >= 100 x 10^9/L
          * Creatinine <= 1.5 mg/dL
        """,
    "the lead-in defines": """
        * Severe asthma is defined by any of the following:

          * Two or more stays in hospital
          * Daily use of oral steroids
        """,
    "the lead-in is about women": """
        * Female patients who:

          * are postmenopausal, OR
          * are surgically sterile
        """,
    "the lead-in is about patients with something": """
        * Patients with diabetes must have one of the following:

          * A diet
          * A pump
        """,
    "the lead-in holds an alternative to its list": """
        * A positive zorb test, or a negative one accompanied by either of the following:

          * A scar
          * A nimbus
        """,
    "an item only says what will be done": """
        * A positive zorb test and one of the following:

          * A scar
          * A nimbus
          * The second zorb test will be performed only in doubt
        """,
    "the lists are branches": """
        * Heart failure or kidney failure:

          * Heart failure with at least one of the following:

            * Swelling
            * A stay in hospital in the last year
          * Kidney failure with at least one of the following:

            * Dialysis
            * A transplant
        """,
    "the branches are named beside them": """
        * Heart failure or kidney failure
        * Heart failure with at least one of the following:

          * Swelling
          * A stay in hospital in the last year
        * Kidney failure with at least one of the following:

          * Dialysis
          * A transplant
        """,
    "an item under an item goes on with and": """
        * One of the following:

          * A zorb of one of these kinds:

            * Red, AND
            * Blue
          * A nimbus
        """,
}  # fmt: skip
CHOICES = {
    "plain words": """
        * At least one of the following:

          * A scar
          * A nimbus
        """,
    "or between all": """
        * A zorb seen as:

          * a scar, or
          * a nimbus
        """,
    "patients who meet one": """
        * Patients must meet one of the following criteria:

          * Recurrent zorbitis
          * Zorbitis of stage IV
        """,
}


def references(text: str) -> list[str]:
    written = characteristics(parse(INCLUSION + unindented(text)))
    return [entry["id"] for one in written.values() for entry in one.entries if "valueReference" in entry]


@pytest.mark.parametrize("name", TEXT)
def test_a_list_that_binds_not_all_or_holds_more_than_a_choice_is_text(name: str) -> None:
    assert references(TEXT[name]) == []


@pytest.mark.parametrize("name", CHOICES)
def test_a_plain_choice_is_a_contained_group(name: str) -> None:
    assert len(references(CHOICES[name])) == 1


def test_two_branches_are_one_text_so_that_nobody_must_meet_both() -> None:
    written = characteristics(parse(INCLUSION + unindented(TEXT["the lists are branches"])))[None]
    (entry,) = written.entries
    assert "Dialysis" in entry["valueCodeableConcept"]["text"]
    assert "Swelling" in entry["valueCodeableConcept"]["text"]


def test_a_list_whose_items_stand_on_several_levels_is_flagged() -> None:
    name = "an item is deeper and the list goes on at the outer level"
    (group,) = [one for one in parse(INCLUSION + unindented(TEXT[name])) if one.role == "group"]
    assert "uneven" in group.flags

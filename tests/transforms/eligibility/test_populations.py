"""Whom criteria are for, and where an item ends: titles of populations, lists inside a line, lines that explain another."""

from __future__ import annotations

import pytest

from tests.transforms.eligibility.kit.drawing import drawn, unindented

CASES: dict[str, tuple[str, list[str]]] = {
    "an unmarked title after the last bullet of the population before": (
        """
        Patients:
        Inclusion Criteria:
        - Adults on the ward
        Exclusion Criteria:
        - Unable to read.
        Nurses who take part in the survey:
        Inclusion criteria:
        - Nurses of the same ward.
        """,
        [
            "+ Adults on the ward <Patients>",
            "x Unable to read. <Patients>",
            "+ Nurses of the same ward. <Nurses who take part in the survey>",
        ],
    ),
    "an unmarked title without a colon": (
        """
        New to Zorbband:

        Inclusion Criteria:

        * Never used Zorbband

        Exclusion Criteria:

        * Pregnancy

        Current Zorbband User

        Inclusion Criteria:

        * Owns a Zorbband
        """,
        [
            "+ Never used Zorbband <New to Zorbband>",
            "x Pregnancy <New to Zorbband>",
            "+ Owns a Zorbband <Current Zorbband User>",
        ],
    ),
    "a list that goes on in the unmarked line after its colon": (
        """
        Exclusion Criteria:

        - Allergy to a part of the band, including:
        Nylon - Latex - Nickel
        - Pregnancy
        """,
        ["x [any] Allergy to a part of the band, including:", "  x Nylon", "  x Latex", "  x Nickel", "x Pregnancy"],
    ),
    "a lead-in that asks for one of several under a label": (
        """
        Inclusion Criteria:

        - Biopsy shows zorbitis

          Inclusion: poor risk:

        - Stage must be one of the following:

          1. IIB

          2. IV
        """,
        ["+ Biopsy shows zorbitis", "+ [any] Stage must be one of the following:", "  + IIB", "  + IV"],
    ),
    "a sub-item that says what words with an asterisk mean": (
        """
        Exclusion Criteria:

        * Women who do not use an acceptable contraceptive method\\*

          * Acceptable contraceptive method: condom, coil, pill
        """,
        ["x Women who do not use an acceptable contraceptive method*"],
    ),
    "the registry's own fields copied before the first heading": (
        """
        Minimum Age: 20 Years Sex: Female Gender Based: No

        Inclusion Criteria:

        - Adults with asthma
        """,
        ["+ Adults with asthma"],
    ),
    "numbers after commas, one missing": (
        """
        Inclusion Criteria:

        1) Score of 24 or lower, 2) lives at home, 3) has a carer, 4) can read, 6) signed consent
        """,
        ["+ Score of 24 or lower,", "+ lives at home,", "+ has a carer,", "+ can read,", "+ signed consent"],
    ),
    "circled numbers on one line": (
        """
        Inclusion Criteria:

        ①adults with asthma;②uses an inhaler;③signed consent.
        """,
        ["+ adults with asthma;", "+ uses an inhaler;", "+ signed consent."],
    ),
    "lines wrapped without marks": (
        """
        Inclusion Criteria:

        Women who took any zorb for a
        diagnosis of nimbosis
        (also in the past)
        Women who are planned for a
        laparoscopy
        """,
        [
            "+ Women who took any zorb for a diagnosis of nimbosis (also in the past)",
            "+ Women who are planned for a laparoscopy",
        ],
    ),
    "a bullet that is only a heading": (
        """
        Inclusion Criteria:

        - Eligibility:
        - Adults with asthma
        - Signed consent
        """,
        ["+ Adults with asthma", "+ Signed consent"],
    ),
    "a heading of two parts": (
        """
        Inclusion Criteria:

        - Part A (dose finding) and B (expansion):
        - Adults with asthma
        - Signed consent
        """,
        [
            "+ Adults with asthma <Part A (dose finding) and B (expansion)>",
            "+ Signed consent <Part A (dose finding) and B (expansion)>",
        ],
    ),
    "a note at the end of the last item": (
        """
        Inclusion Criteria: 1) asthma*, 2) adults, 3) signed consent. *As told by the subject.
        """,
        ["+ asthma*,", "+ adults,", "+ signed consent."],
    ),
    "a middle dot inside a unit": (
        """
        Inclusion Criteria:

        * BMI 19-28 kg·m-2
        """,
        ["+ BMI 19-28 kg·m-2"],
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_a_text_is_cut_and_its_populations_are_told_apart(name: str) -> None:
    text, tree = CASES[name]
    assert drawn(unindented(text)) == tree

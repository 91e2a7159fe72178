"""The reviewed tables of variables and units: no row contradicts another, codes are well formed."""

from __future__ import annotations

import re

from trialwire.transforms.eligibility.bounds.variable_table import VARIABLES
from trialwire.transforms.eligibility.bounds.variables import BY_NAME, NOT_A_VARIABLE
from trialwire.transforms.eligibility.bounds.variables_page import PAGE, page
from trialwire.transforms.eligibility.quantity.units import UNITS


def loinc_check_digit(digits: str) -> int:
    total = 0
    for place, digit in enumerate(reversed(digits)):
        doubled = int(digit) * (2 if place % 2 == 0 else 1)
        total += doubled - 9 if doubled > 9 else doubled
    return -total % 10


def test_every_loinc_code_bears_its_check_digit_and_no_two_variables_share_one() -> None:
    codes = [variable.loinc for variable in VARIABLES if variable.loinc]
    assert len(codes) == len(set(codes))
    for code in codes:
        digits, _, check = code.partition("-")
        assert loinc_check_digit(digits) == int(check), code


def test_names_are_unique_and_in_the_spelling_of_the_interface() -> None:
    assert len(BY_NAME) == len(VARIABLES)
    assert all(name == name.lower() and "haem" not in name and "oes" not in name for name in BY_NAME)
    wanted = {"age", "hemoglobin", "ecog", "bmi", "anc", "hba1c", "egfr", "creatinine clearance"}
    assert wanted <= BY_NAME.keys()


def test_no_phrase_names_two_variables() -> None:
    owners: dict[str, str] = {}
    for variable in VARIABLES:
        for phrase in variable.phrases:
            assert owners.setdefault(phrase, variable.name) == variable.name, phrase
    assert not owners.keys() & {phrase.strip() for phrase in NOT_A_VARIABLE}


def test_no_surface_form_is_two_units() -> None:
    owners: dict[str, str | None] = {}
    for unit in UNITS:
        for form in unit.forms.split("|"):
            spelled = form.replace(" ", "")
            assert owners.setdefault(spelled, unit.ucum) == unit.ucum, form


def test_ucum_codes_hold_only_characters_and_atoms_that_ucum_has() -> None:
    atoms = (
        r"(?:a|mo|wk|d|h|min|s|ms|%|[kmun]?g|[mun]?mol|pmol|pg|meq|[mud]?L|mm3|mm|cm|cm2|um|m|m2|U|[mu]?\[IU\]|\[arb'U\]|mm\[Hg\]|cm\[H2O\]|kPa|"
        r"\[lb_av\]|\[in_i\]|\[degF\]|\[diop\]|Cel|10\*\d+|24\.h|\{[A-Za-z0-9_.]+\})"
    )
    code = re.compile(rf"/?{atoms}(?:/\(?{atoms}\)?)*")
    assert [unit.ucum for unit in UNITS if unit.ucum and not code.fullmatch(unit.ucum)] == []


def test_the_page_of_variables_and_units_is_what_the_tables_make() -> None:
    assert PAGE.read_text("utf-8") == page()

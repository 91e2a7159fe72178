"""A value stands in a Group only where a person can have it in its unit, under the name of what is measured."""

from __future__ import annotations

from typing import Any

import pytest

from trialwire.transforms.eligibility import characteristics, parse
from trialwire.transforms.eligibility.bounds.variables import BY_NAME
from trialwire.transforms.eligibility.group.plausible import PLAUSIBLE


def only(words: str) -> dict[str, Any]:
    (entry,) = characteristics(parse(f"Inclusion Criteria:\n\n* {words}\n"))[None].entries
    return entry


@pytest.mark.parametrize(
    "words",
    [
        "Vitamin D < 30 mg/mL",
        "TSH > 10 mIU/mL",
        "ANC >= 1,500 x 10^9/L",
        "Platelets > 100/mm3",
        "CRP > 3 g/L",
        "Height > 150 m",
        "HbA1c <= 10 mmol/mol",
        "Prolactin > 20 ng/dL",
        "Ferritin > 100 g/L",
        "Heart rate > 10 bpm",
        "QTc > 450 s",
        "Magnesium < 12 mmol/L",
        "Estradiol < 20 ng/dL",
    ],
)
def test_a_value_that_nobody_has_in_its_unit_stays_text(words: str) -> None:
    assert "not structured" in only(words)["code"]["text"]


@pytest.mark.parametrize(
    ("words", "name", "value"),
    [
        ("Vitamin D < 30 ng/mL", "vitamin d", 30),
        ("TSH > 10 mIU/L", "tsh", 10),
        ("Platelets > 100,000/mm3", "platelets", 100000),
        ("CRP > 3 mg/L", "crp", 3),
        ("Height > 150 cm", "height", 150),
        ("Bone marrow blasts >= 5%", "bone marrow blasts", 5),
        ("Peripheral blood blasts < 10%", "peripheral blood blasts", 10),
        ("Postprandial glucose > 180 mg/dL", "postprandial glucose", 180),
        ("Lansky >= 50%", "lansky", 50),
        ("IGA score >= 3", "iga", 3),
    ],
)
def test_a_value_of_somebody_is_named_by_what_is_measured(words: str, name: str, value: float) -> None:
    entry = only(words)
    assert (entry["code"]["text"], entry["valueQuantity"]["value"]) == (name, value)


@pytest.mark.parametrize(
    "words",
    [
        "Serum IgA > 4",
        "IgA > 4",
        "Karnofsky / Lansky >= 50%",
        "Child-Pugh A or B7",
        "Child-Pugh class A or B7",
        "Child-Pugh score A-B7",
        "CSF glucose < 40 mg/dL",
        "Urine sodium > 100 mmol/L",
        "Pleural LDH > 200 U/L",
    ],
)
def test_what_is_another_thing_or_two_things_stays_text(words: str) -> None:
    assert "not structured" in only(words)["code"]["text"]


def test_every_measurement_with_a_unit_has_plausible_values() -> None:
    without_unit = {"score", "multiple"}
    measured = {name for name, variable in BY_NAME.items() if variable.dimensions - without_unit}
    assert measured - set(PLAUSIBLE) <= {"cd34", "troponin"}


def test_every_plausible_range_goes_from_less_to_more() -> None:
    assert all(low < high for ranges in PLAUSIBLE.values() for low, high in ranges.values())

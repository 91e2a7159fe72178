"""UCUM codes: what is a unit, what it measures, how large it is."""

from __future__ import annotations

import pytest

from trialwire.quality.fhir import unit


@pytest.mark.parametrize(
    ("code", "size_in", "times"),
    [
        ("a", "d", 365.25),
        ("mo", "a", 1 / 12),
        ("wk", "d", 7),
        ("min", "s", 60),
        ("kg", "mg", 1e6),
        ("g/dL", "mg/mL", 10),
        ("10*9/L", "10*3/uL", 1),
        ("mmol/L", "umol/mL", 1),
        ("kg/m2", "g/m2", 1000),
        ("mg/(kg.d)", "mg/kg/d", 1),
        ("mm[Hg]", "Pa", 133.322),
        ("[lb_av]", "kg", 0.45359237),
        ("{copies}/mL", "/mL", 1),
        ("%", "1", 0.01),
    ],
)
def test_a_unit_is_so_many_times_another(code: str, size_in: str, times: float) -> None:
    left, right = unit.read(code), unit.read(size_in)
    assert left is not None
    assert right is not None
    assert left.dimension == right.dimension
    assert left.size == pytest.approx(right.size * times)


@pytest.mark.parametrize(
    "code",
    [
        "",
        "years",
        "Years",
        "YEAR",
        "mg/",
        "/",
        "//L",
        "mg.dL-",
        "(kg",
        "kg)",
        "m g",
        "µg",
        "0",
        "mmin",
        "km[Hg]]",
        "{a",
    ],
)
def test_what_is_no_unit_is_refused(code: str) -> None:
    assert unit.read(code) is None


@pytest.mark.parametrize("code", sorted(unit.TIME_CODES))
def test_units_of_age_are_units_of_time(code: str) -> None:
    found = unit.read(code)
    assert found is not None
    assert found.dimension == unit.TIME


def test_an_exponent_raises_the_prefixed_unit() -> None:
    square = unit.read("cm2")
    assert square is not None
    assert square.size == pytest.approx(1e-4)
    assert square.dimension == (("length", 2),)

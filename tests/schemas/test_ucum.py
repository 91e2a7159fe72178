"""UCUM codes: what is a unit, what it measures, how large it is."""

from __future__ import annotations

import pytest
import ucumvert
from lark.exceptions import LarkError

from trialwire.schemas.fhir import ucum
from trialwire.transforms.eligibility.quantity import units

READER = ucumvert.get_ucum_parser()


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
    left, right = ucum.read(code), ucum.read(size_in)
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
    assert ucum.read(code) is None


@pytest.mark.parametrize("code", sorted(ucum.TIME_CODES))
def test_units_of_age_are_units_of_time(code: str) -> None:
    found = ucum.read(code)
    assert found is not None
    assert found.dimension == ucum.TIME


def test_an_exponent_raises_the_prefixed_unit() -> None:
    square = ucum.read("cm2")
    assert square is not None
    assert square.size == pytest.approx(1e-4)
    assert square.dimension == (("length", 2),)


def test_every_atom_of_the_table_is_an_atom_of_ucum() -> None:
    refused = []
    for atom, (_, _, prefixed) in ucum._ATOMS.items():
        for code in (atom, f"k{atom}") if prefixed else (atom,):
            try:
                READER.parse(f"{code}2" if code.startswith("10") else code)
            except LarkError:
                refused.append(code)
    assert refused == []


@pytest.mark.parametrize("code", sorted({unit.ucum for unit in units.UNITS if unit.ucum}))
def test_every_unit_code_of_eligibility_is_read_by_ucumvert_and_by_us(code: str) -> None:
    READER.parse(code)
    assert ucum.read(code) is not None


def test_units_of_one_measure_have_one_dimension() -> None:
    """A mass, a count or a number of units per volume may be counted in several kinds of unit; a mass may not be a time."""
    physical = {"time", "seconds", "mass", "length", "area", "volume", "pressure", "temperature", "clearance"}
    found: dict[str, set[ucum.Dimension]] = {}
    for unit in units.UNITS:
        size = ucum.read(unit.ucum or "")
        if unit.dimension in physical and size is not None:
            found.setdefault(unit.dimension, set()).add(size.dimension)
    assert {measure: dimensions for measure, dimensions in found.items() if len(dimensions) != 1} == {}
    assert found["time"] == found["seconds"] == {ucum.TIME}
    assert found["mass"] == {ucum.MASS}
    assert found["length"] == {ucum.LENGTH}

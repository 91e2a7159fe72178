"""Parses a UCUM code (a unit such as "mg/dL") into its dimension and its size in base units.

A small parser of the UCUM grammar (https://ucum.org/ucum, sections 2.1 to 2.4). An atom is a unit without a prefix,
such as "g" or "L". A term is atoms with prefixes and exponents, joined by "." and "/", with parentheses and
annotations. The table holds the atoms that trial records use: ages, doses, concentrations, laboratory values, vital
signs. A unit outside the table is rejected.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

Dimension = tuple[tuple[str, int], ...]
"""Base quantities with exponents, sorted: (("length", -3), ("mass", 1)). An empty tuple is a pure number."""

_PREFIXES = {
    "da": 1e1, "h": 1e2, "k": 1e3, "M": 1e6, "G": 1e9, "T": 1e12,
    "d": 1e-1, "c": 1e-2, "m": 1e-3, "u": 1e-6, "n": 1e-9, "p": 1e-12, "f": 1e-15,
}  # fmt: skip

_LENGTH, _MASS, _TIME, _AMOUNT = (("length", 1),), (("mass", 1),), (("time", 1),), (("amount", 1),)
_VOLUME, _PRESSURE = (("length", 3),), (("length", -1), ("mass", 1), ("time", -2))
_YEAR = 31_557_600.0

# atom: (size in base units, dimension, whether it takes a prefix). Base units: metre, gram, second, mole.
_ATOMS: dict[str, tuple[float, Dimension, bool]] = {
    "m": (1.0, _LENGTH, True),
    "g": (1.0, _MASS, True),
    "s": (1.0, _TIME, True),
    "mol": (1.0, _AMOUNT, True),
    "min": (60.0, _TIME, False),
    "h": (3600.0, _TIME, False),
    "d": (86_400.0, _TIME, False),
    "wk": (604_800.0, _TIME, False),
    "mo": (_YEAR / 12, _TIME, False),
    "a": (_YEAR, _TIME, False),
    "L": (1e-3, _VOLUME, True),
    "l": (1e-3, _VOLUME, True),
    "[in_i]": (0.0254, _LENGTH, False),
    "[ft_i]": (0.3048, _LENGTH, False),
    "[lb_av]": (453.59237, _MASS, False),
    "Pa": (1e3, _PRESSURE, True),
    "bar": (1e8, _PRESSURE, True),
    "m[Hg]": (133_322_000.0, _PRESSURE, True),
    "m[H2O]": (9_806_650.0, _PRESSURE, True),
    "%": (0.01, (), False),
    "1": (1.0, (), False),
    "10*": (10.0, (), False),
    "10^": (10.0, (), False),
    "[iU]": (1.0, (("international unit", 1),), True),
    "[IU]": (1.0, (("international unit", 1),), True),
    "[arb'U]": (1.0, (("arbitrary unit", 1),), False),
    "U": (1e-6 / 60, (("amount", 1), ("time", -1)), True),
    "kat": (1.0, (("amount", 1), ("time", -1)), True),
    "eq": (1.0, _AMOUNT, True),
    "osm": (1.0, _AMOUNT, True),
    "Cel": (1.0, (("temperature", 1),), False),
    "[degF]": (5 / 9, (("temperature", 1),), False),
    "K": (1.0, (("temperature", 1),), True),
    "Gy": (1.0, (("length", 2), ("time", -2)), True),
    "Sv": (1.0, (("length", 2), ("time", -2)), True),
    "Bq": (1.0, (("time", -1),), True),
    "Hz": (1.0, (("time", -1),), True),
    "J": (1e3, (("length", 2), ("mass", 1), ("time", -2)), True),
    "cal": (4184.0, (("length", 2), ("mass", 1), ("time", -2)), True),
    "deg": (0.017453292519943295, (), False),
    "[diop]": (1.0, (("length", -1),), False),
    "[pH]": (1.0, (("acidity", 1),), False),
    "[CFU]": (1.0, (("colony forming unit", 1),), False),
    "[HPF]": (1.0, (("high power field", 1),), False),
    "[drp]": (5e-8, _VOLUME, False),
}

TIME: Dimension = _TIME
MASS: Dimension = _MASS
LENGTH: Dimension = _LENGTH
MASS_PER_AREA: Dimension = (("length", -2), ("mass", 1))
TIME_CODES = frozenset({"a", "mo", "wk", "d", "h", "min", "s", "ms"})
"""The units allowed for an Age or a Duration (FHIR invariants age-1, drt-1; value sets age-units, duration-units)."""

_ATOM = re.compile(r"((?:[A-Za-z%']|\[[^\]\[]+\]|10[*^])+)([+-]?\d{1,2})?")
_TOKEN = re.compile(r"\{[^{}]*\}|[./()]|\d+(?![*^\d])|" + _ATOM.pattern)


@dataclass(frozen=True, slots=True)
class Unit:
    """A parsed unit: its size in base units and its dimension, such as mass per volume."""

    size: float
    dimension: Dimension


@lru_cache(maxsize=1024)
def read(code: str) -> Unit | None:
    """Take a UCUM code (case sensitive); return its unit, or None if the code is invalid or not in our table."""
    if not code.isascii():
        return None
    pieces: list[str] = []
    end = 0
    for match in _TOKEN.finditer(code):
        if match.start() != end:
            return None
        end = match.end()
        pieces.append(match[0])
    if end != len(code):
        return None
    reader = _Reader(pieces)
    unit = reader.term()
    return unit if reader.ended else None


class _Reader:
    """A parser of one UCUM code. It reads tokens from left to right; "/" divides by the next component only."""

    def __init__(self, pieces: list[str]) -> None:
        self._pieces = pieces
        self._at = 0

    @property
    def ended(self) -> bool:
        """Return whether all tokens were read."""
        return self._at == len(self._pieces)

    def term(self) -> Unit | None:
        """Parse components joined by "." and "/", up to the end or a closing parenthesis, and return their unit.

        Returns None if the components are not valid UCUM.
        """
        total = Unit(1.0, ())
        sign = -1 if self._take("/") else 1
        while True:
            component = self._component()
            if component is None:
                return None
            total = _product(total, component, sign)
            if self._take("/"):
                sign = -1
            elif self._take("."):
                sign = 1
            else:
                return total

    def _take(self, mark: str) -> bool:
        taken = not self.ended and self._pieces[self._at] == mark
        self._at += taken
        return taken

    def _component(self) -> Unit | None:
        """Parse an annotation alone ("{score}"), a term in parentheses, or an atom with its annotation."""
        if self.ended:
            return None
        piece = self._pieces[self._at]
        self._at += 1
        if piece.startswith("{"):
            return Unit(1.0, ())
        if piece == "(":
            unit = self.term()
            if not self._take(")"):
                return None
        else:
            unit = _simple(piece)
        if not self.ended and self._pieces[self._at].startswith("{"):
            self._at += 1
        return unit


def _product(left: Unit, right: Unit, power: int) -> Unit:
    """Return left × right^power."""
    powers = dict(left.dimension)
    for base, times in right.dimension:
        powers[base] = powers.get(base, 0) + power * times
    return Unit(left.size * right.size**power, tuple(sorted(item for item in powers.items() if item[1])))


def _simple(token: str) -> Unit | None:
    """Return the unit of a number or of an atom with an exponent: "m2", "10*9", "73". None if it is neither."""
    if token.isdigit():
        return Unit(float(token), ()) if int(token) else None
    found = _ATOM.fullmatch(token)
    atom = _atom(found[1]) if found else None
    return _product(Unit(1.0, ()), atom, int(found[2] or 1)) if found and atom else None


def _atom(name: str) -> Unit | None:
    """Return the unit of an atom, with or without a prefix ("g", "mg"). None if it is not in the table."""
    if name in _ATOMS:
        size, dimension, _ = _ATOMS[name]
        return Unit(size, dimension)
    for length in (2, 1):
        prefix, rest = name[:length], name[length:]
        if prefix in _PREFIXES and rest in _ATOMS and _ATOMS[rest][2]:
            size, dimension, _ = _ATOMS[rest]
            return Unit(_PREFIXES[prefix] * size, dimension)
    return None

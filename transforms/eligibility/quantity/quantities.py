"""Reads the quantities of a criterion: the numbers with their comparators and units, grouped to ranges and lists.

The variable that a quantity measures is not known here. Offsets are positions in the folded text. Spans of tokens are
half-open: the last index is not part of the span.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from trialwire.transforms.eligibility.quantity import comparators, comparing, joining, numbers, numerals, units

if TYPE_CHECKING:
    from collections.abc import Collection

    from trialwire.transforms.eligibility.quantity.lexing import Token
    from trialwire.transforms.eligibility.quantity.quantity import Quantity

MONTHS = 12
_NEGATIVE_AFTER = frozenset(("to", "between", "from", "of", "(", "than", "and", "or", "score"))


def read(tokens: list[Token], folded: str, limit: int, ordinals: Collection[int] = ()) -> list[Quantity]:
    """Return all quantities in the order of the text. The numbers of one range, list or pair share one `group`.

    `ordinals` are the indices of tokens right after the name of a class or score: a roman numeral there is a number.
    """
    found = numbers.read(tokens, folded, limit, ordinals)
    if not found:
        return found
    ends = {phrase.last: phrase for phrase in comparators.BEFORE.find(tokens)}
    previous = 0
    for quantity in found:
        comparing.compare(tokens, quantity, ends, previous)
        previous = quantity.last
    found = _said_once(found)
    joining.join(tokens, found)
    for quantity in found:
        quantity.value = _value(quantity, tokens)
    for left, right in pairwise(found):
        if left.form == "range" and left.group == right.group and right.value < left.value <= 0:
            left.comparator, right.comparator = "<=", ">="
    return found


def _said_once(found: list[Quantity]) -> list[Quantity]:
    """The quantities without repeated numbers ("20 or over 20 years"); the first one takes the unit of the repeat."""
    kept: list[Quantity] = []
    for quantity in found:
        if kept and quantity.number < kept[-1].last and kept[-1].compared_after:
            first = kept[-1]
            first.unit = first.unit or quantity.unit
            first.last, first.unit_end = quantity.last, quantity.unit_end
        elif kept and _months_of_a_year(kept[-1], quantity):
            kept[-1].months = int(quantity.digits)
            kept[-1].last = kept[-1].unit_end = quantity.last
        else:
            kept.append(quantity)
    return kept


def _months_of_a_year(years: Quantity, months: Quantity) -> bool:
    """Whether a number of months continues a number of years: "16 years, 0 months"."""
    return (
        years.unit is not None
        and months.unit is not None
        and (years.unit.ucum, months.unit.ucum) == ("a", "mo")
        and years.last == years.unit_end
        and months.comparator is None
        and not months.opened
        and months.digits.isdigit()
        and int(months.digits) < MONTHS
        and months.number - years.last <= 1
    )


def _value(quantity: Quantity, tokens: list[Token]) -> float | int:
    thousands = quantity.unit is not None and quantity.unit.dimension == "count concentration" and (
        quantity.unit.ucum in units.PER_SMALL_VOLUME
    )  # fmt: skip
    value = numerals.value(quantity.digits, dot_is_thousands=thousands)
    if quantity.months and not (quantity.comparator == "<=" and quantity.months == MONTHS - 1):
        value = round(value + quantity.months / MONTHS, 3)  # "at most 25 years, 11 months" includes all of age 25
    before = tokens[quantity.number - 1] if quantity.number else None
    if before is not None and before.text == "-" and before.end == quantity.number_start and not quantity.word:
        earlier = tokens[quantity.number - 2] if quantity.number > 1 else None
        apart = earlier is None or earlier.kind != "word" or earlier.end < before.start
        if earlier is None or (apart and (earlier.kind == "comparator" or earlier.text in _NEGATIVE_AFTER)):
            quantity.number_start = before.start
            quantity.start = min(quantity.start, before.start)
            return -value
    return value

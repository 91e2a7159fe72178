"""Defines a quantity: a number of the text with its comparator, its unit and its offsets.

The search for bounds and the search for windows use the quantities.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from trialwire.transforms.eligibility.model import Comparator
    from trialwire.transforms.eligibility.quantity import units

Form = Literal["single", "range", "list", "pair"]


@dataclass(slots=True)
class Quantity:
    """A number of the text with its offsets.

    `[first, last)` is the span of the tokens of the number, its comparator and its unit ("or older" included).
    `[start, end)` is the smallest span of characters that contains the comparator and the number, and
    `[number_start, number_end)` is the span of the number alone.
    `comparator` is None if the text has no comparator for the number.
    The members of a range, list or pair ("140/90") share one `group`.
    `months` are the months after the full years ("16 years, 6 months").
    `turned`: the comparator stands after the number and was reversed ("18 ≤ age" is age ≥ 18).
    """

    digits: str
    value: float | int
    number: int
    first: int
    last: int
    start: int
    end: int
    number_start: int
    number_end: int
    unit: units.Reading | None
    comparator: Comparator | None = None
    unit_end: int = 0
    group: int = 0
    form: Form = "single"
    turned: bool = False
    compared_after: bool = False
    opened: bool = False
    word: bool = False
    months: int = 0

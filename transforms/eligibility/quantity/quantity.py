"""A number of the text with its comparator, its unit and its places: what bounds and windows are made of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from trialwire.transforms.eligibility.model import Comparator
    from trialwire.transforms.eligibility.quantity import units

Form = Literal["single", "range", "list", "pair"]


@dataclass(slots=True)
class Quantity:
    """A number read, with its places.

    `first` and `last` are its tokens with comparator, unit and "or older"; `start` and `end` cover the smallest span
    with comparator and number, `number_start` and `number_end` the number.
    `comparator` is None where the text gives none. `group` is shared by the members of a range, list or pair ("140/90").
    `months` are those beyond full years ("16 years, 6 months").
    `turned` says that the comparator stands after the number and was read from the other side ("18 ≤ age").
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

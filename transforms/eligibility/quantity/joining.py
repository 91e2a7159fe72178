"""Groups numbers that belong together: ranges ("18-65"), lists ("0, 1 or 2") and pairs ("140/90")."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from trialwire.transforms.eligibility.quantity import numerals
from trialwire.transforms.eligibility.quantity.comparing import AGE_WORDS

if TYPE_CHECKING:
    from trialwire.transforms.eligibility.quantity.lexing import Token
    from trialwire.transforms.eligibility.quantity.quantity import Form, Quantity

LOWEST_PRESSURE = 30
_RANGE = frozenset(("-", "~", "to", "through", "thru", "until", "till", "a", "upto", "…"))
_LISTED = frozenset((",", "or", "and", "/", "&", "either"))


def join(tokens: list[Token], found: list[Quantity]) -> None:
    """Give one `group` to the quantities of a range ("between 1 and 3"), a list ("0, 1 or 2") or a pair ("140/90").

    The members of a range also get the missing comparators: "18-65" is ">= 18" and "<= 65".
    """
    found[0].group = 0
    for number, (left, right) in enumerate(pairwise(found), start=1):
        right.group = number
        between = [token.text for token in tokens[left.last : right.first]]
        if len(between) > 4 or left.form in ("range", "pair"):
            continue
        form = _joined(left, right, between, tokens)
        if form is None:
            continue
        right.group = left.group
        left.form = right.form = form
        if form == "range":
            if left.comparator in (None, "="):
                left.comparator, left.start = ">=", left.number_start
            right.comparator = right.comparator or "<="
        elif form == "pair" and right.comparator is None:
            right.comparator, right.start = left.comparator, right.number_start
        left.unit = left.unit or right.unit
        if form != "list":
            right.unit = right.unit or left.unit


def _joined(left: Quantity, right: Quantity, between: list[str], tokens: list[Token]) -> Form | None:
    words = [word for word in between if word not in AGE_WORDS or word == "-"]
    units_agree = left.unit is None or right.unit is None or left.unit.dimension == right.unit.dimension
    if not units_agree or left.turned:
        return None
    rising = _rough(left) < _rough(right) or (
        left.unit is not None and right.unit is not None and left.unit.ucum != right.unit.ucum
    )
    up = left.comparator in (None, ">=", ">", "=") and not (left.compared_after and left.comparator is not None)
    down = right.comparator in (None, "<=", "<")
    if not between and _over(left, right, tokens):
        right.comparator, right.first, right.start = None, right.number, right.number_start
        return "pair"  # "140 over 90"
    if words == ["/"] and right.compared_after and left.comparator is None and _rough(left) > LOWEST_PRESSURE:
        left.comparator, left.start = right.comparator, left.number_start
        return "pair"  # "150/95 or higher"
    if words == ["/"] and (right.comparator is None or right.comparator == left.comparator):
        return "pair" if left.comparator is not None or _rough(left) > 20 else "list"
    if words[1:] == ["-"] and words[0] == "and":
        words = words[:1]  # "between -1.0 and -2.5"
    negative = words in (["-"], ["to", "-"]) and tokens[left.number - 1].text == "-"
    if words and all(word in _RANGE for word in words) and up and down and (rising or negative):
        return "range"
    opened = left.opened and words in (
        ["and"],
        ["an"],
        ["-", "and"],
        ["&"],
        ["or"],
        ["en"],
        ["et"],
        ["und"],
        ["to", "and", "including"],
    )
    if opened and up and down and rising:
        return "range"
    if (
        not words
        and left.comparator in (">=", ">")
        and right.comparator in ("<=", "<")
        and not left.compared_after
        and rising
        and between in ([], [","])
    ):
        return "range"
    if words in (["and"], ["to"], ["&"], ["but"], ["and", "to"], ["or"]) and (
        left.comparator in (">=", ">") and right.comparator in ("<=", "<") and rising and words != ["or"]
    ):
        return "range"
    if left.comparator is None and right.comparator is None and between and all(w in _LISTED for w in between):
        return "list"
    return None


def _over(left: Quantity, right: Quantity, tokens: list[Token]) -> bool:
    """Whether two bare numbers are a blood pressure written with "over"."""
    said = tokens[right.first].text == "over" and right.number == right.first + 1 and left.last == right.first
    return said and left.unit is None and _rough(left) > _rough(right) >= LOWEST_PRESSURE


def _rough(quantity: Quantity) -> float:
    return numerals.value(quantity.digits)

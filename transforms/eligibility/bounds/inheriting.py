"""Gives a comparator to a number that has none, from words before the variable's name or from an earlier number.

Examples: the 12 of "minimum life expectancy of 12 weeks" gets ">=", and the 70 of "below 100 systolic or 70 diastolic"
gets "<". This is done only for a closed set of wordings; otherwise the number stays without a comparator.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from trialwire.transforms.eligibility.bounds.mentions import BESIDE, CLOSE, FARTHEST, FARTHEST_MENTION
from trialwire.transforms.eligibility.quantity import comparators
from trialwire.transforms.eligibility.quantity.lexing import words

if TYPE_CHECKING:
    from trialwire.transforms.eligibility.bounds.mentions import Mentions, Named
    from trialwire.transforms.eligibility.model import Comparator
    from trialwire.transforms.eligibility.quantity.quantity import Quantity

LONGEST_COMPARING = 6
"""The highest number of tokens in a comparing phrase."""
_EXTREMES: dict[str, Comparator] = {"minimum": ">=", "minimal": ">=", "maximum": "<=", "maximal": "<="}
_SEXES = words("men women man woman male males female females boys girls")


def compare(mentions: Mentions, quantity: Quantity) -> None:
    """If a number has no comparator, set the comparator from the words or from the number before it."""
    if quantity.comparator is None:
        _before_the_variable(mentions, quantity)
    if quantity.comparator is None:
        _as_the_other_pressure(mentions, quantity)
    if quantity.comparator is None:
        _as_the_other_sex(mentions, quantity)


def _before_the_variable(mentions: Mentions, quantity: Quantity) -> None:
    """Give a bare number the comparator that stands before its variable: "minimum life expectancy of 12 weeks"."""
    if quantity.form != "single":
        return
    for mention in mentions.before(quantity.first)[-1:]:
        taken = mentions.bounds[-1].last if mentions.bounds else 0
        if mention.first <= taken or quantity.first - mention.last > CLOSE:
            return
        extreme = mentions.tokens[mention.first - 1]
        if extreme.text in _EXTREMES and not (mention.meaning is not None and mention.meaning.ordinal):
            quantity.comparator, quantity.start = _EXTREMES[extreme.text], extreme.start
        elif extreme.kind == "comparator":
            quantity.comparator, quantity.start = comparators.SYMBOLS[extreme.text], extreme.start
        elif extreme.text not in _EXTREMES and (phrase := _comparing_up_to(mentions, mention.first)) is not None:
            quantity.comparator, quantity.start = phrase.meaning, mentions.tokens[phrase.first].start


def _comparing_up_to(mentions: Mentions, token: int) -> comparators.BeforeFound | None:
    """The comparing phrase that ends right before a token: "higher than" before "NYHA class II"."""
    for first in range(max(0, token - LONGEST_COMPARING), token):
        phrase = comparators.BEFORE.at(mentions.tokens, first)
        if phrase is not None and phrase.last == token:
            return phrase
    return None


def _as_the_other_pressure(mentions: Mentions, quantity: Quantity) -> None:
    """Give a diastolic value the comparator of the systolic before it: "below 100 systolic or 70 diastolic"."""
    last = mentions.bounds[-1] if mentions.bounds else None
    if last is None or quantity.first - last.last > FARTHEST or not mentions.names_a_pressure(quantity.last):
        return
    gap = mentions.tokens[last.last : quantity.first]
    pressures = [mention for mention in mentions.before(quantity.first) if mention.first >= last.last]
    named = {index for mention in pressures for index in range(mention.first, mention.last)}
    if len(pressures) == 1 and all(
        token.text in BESIDE for index, token in enumerate(gap, start=last.last) if index not in named
    ):
        quantity.comparator = last.comparator


def _as_the_other_sex(mentions: Mentions, quantity: Quantity) -> None:
    """Give a value of one sex the comparator of the other's: "< 11 g/dL for women and 12 g/dL for men"."""
    last = mentions.bounds[-1] if mentions.bounds else None
    if quantity.unit is None or last is None or last.unit is None:
        return
    if quantity.unit.ucum != last.unit.ucum or quantity.first - last.last > FARTHEST_MENTION + CLOSE:
        return
    between = mentions.tokens[last.last : quantity.first]
    after = mentions.tokens[quantity.last : quantity.last + CLOSE + 1]
    if all(any(token.text in _SEXES for token in part) for part in (between, after)) and not mentions.named_between(
        last.last, quantity.first
    ):
        quantity.comparator = last.comparator


def of_the_subgroup(mentions: Mentions, members: list[Quantity]) -> list[Named]:
    """Return the variables of the last bound if the number is the limit of the same variables for metastatic patients.

    In "AST ≤ 3 x ULN; if metastatic, ≤ 5 x ULN" the second number limits AST too. Otherwise the list is empty. If the
    number has no comparator, it gets the comparator of the last bound.
    """
    last = mentions.bounds[-1] if mentions.bounds else None
    if last is None or not (multiple(last) and multiple(members[-1])):
        return []
    if members[0].first - last.last > FARTHEST or mentions.named_between(last.last, members[0].first):
        return []
    around = mentions.tokens[last.last : members[-1].last + FARTHEST_MENTION + CLOSE]
    if not any(token.text.startswith("metast") for token in around):
        return []
    members[0].comparator = members[0].comparator or last.comparator
    return mentions.named


def multiple(quantity: Quantity) -> bool:
    """Whether a number is a multiple of a limit of normal: "2.5 x ULN" (upper limit of normal)."""
    return quantity.unit is not None and quantity.unit.dimension == "multiple"

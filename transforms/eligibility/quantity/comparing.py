"""Finds the comparator of a number: before the number ("at most 3"), otherwise after the number ("3 or more").

A few filler words may stand between the comparator and the number: "at most about 3".
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from trialwire.transforms.eligibility.quantity import comparators, numerals
from trialwire.transforms.eligibility.quantity.lexing import words

if TYPE_CHECKING:
    from trialwire.transforms.eligibility.quantity.lexing import Token
    from trialwire.transforms.eligibility.quantity.quantity import Quantity

_FILLER = words(
    "of a an the about approximately approx around ca age ages aged score scores or is are be to ( ) : grade class stage value values level levels total years , either equal normal"
)  # fmt: skip
_OPENERS = frozenset(("between", "from", "range", "ranging", "ranges", "betwen", "beween", "ages", "bewteen"))
_ABOVE = frozenset(("higher", "greater", "more", "above", "over"))
AGE_WORDS = frozenset(("of", "old", "age", "olds", "-", ",", "(", ")", "inclusive", "s", "aged", ".", "ages"))
"""Words of an age that may stand between its number and the comparator after it."""
FILLERS_AT_MOST = 4


def compare(tokens: list[Token], quantity: Quantity, ends: dict[int, comparators.BeforeFound], previous: int) -> None:
    """Set the comparator of a quantity from the words before its number, otherwise from the words after the number.

    `ends` maps the end of each comparing phrase to the phrase. `previous` is the index of the first token after the
    quantity before; the search does not go beyond it.
    """
    index = quantity.first - 1
    for _ in range(FILLERS_AT_MOST + 1):
        if index < previous:
            break
        token = tokens[index]
        if token.kind == "comparator":
            quantity.comparator = comparators.SYMBOLS[token.text]
            quantity.first, quantity.start = index, token.start
            break
        if (phrase := ends.get(index + 1)) is not None and phrase.first >= previous:
            quantity.comparator = phrase.meaning
            quantity.first, quantity.start = phrase.first, tokens[phrase.first].start
            break
        if token.text in _OPENERS:
            quantity.opened = True
            quantity.first = index
        elif token.text not in _FILLER and not (token.text == "-" and token.end == tokens[index + 1].start):
            break
        index -= 1
    if quantity.comparator is not None:
        before = quantity.first - 1
        while before >= previous and tokens[before].text in ("(", "≥", "either"):
            before -= 1
        if (
            before >= previous
            and (phrase := ends.get(before + 1)) is not None
            and phrase.meaning == quantity.comparator
        ):
            quantity.first = phrase.first
    _compare_after(tokens, quantity)
    if quantity.comparator is None and quantity.unit is not None and quantity.unit.dimension == "multiple":
        _compare_in_unit(tokens, quantity)


def _compare_in_unit(tokens: list[Token], quantity: Quantity) -> None:
    """Give a multiple the comparator that stands in its unit: "three times higher than the upper limit"."""
    for index in range(quantity.number + 1, quantity.unit_end):
        if tokens[index].text in _ABOVE:
            quantity.comparator, quantity.end = ">", tokens[index].end
            return


def _compare_after(tokens: list[Token], quantity: Quantity) -> None:
    at = quantity.last
    for _ in range(5):
        if at >= len(tokens):
            return
        if tokens[at].text == "+" and tokens[at].start != tokens[at - 1].end:
            return
        phrase = comparators.AFTER.at(tokens, at)
        again = phrase is not None and _again(tokens, quantity, phrase.last)
        goes_on = phrase is not None and (_numeric(tokens, phrase.last) or _compares_next(tokens, phrase.first + 1))
        if phrase is not None and (again or not goes_on):
            if quantity.comparator is None:
                quantity.comparator = phrase.meaning
                quantity.end = tokens[phrase.last - 1].end
                quantity.compared_after = True
            quantity.last = phrase.last + again
            return
        if tokens[at].text not in AGE_WORDS:
            break
        at += 1
    at = quantity.last
    if (
        quantity.comparator is None
        and at + 1 < len(tokens)
        and tokens[at].kind == "comparator"
        and tokens[at + 1].kind == "word"
        and not _numeric(tokens, at + 1)
    ):
        quantity.comparator = comparators.TURNED[comparators.SYMBOLS[tokens[at].text]]
        quantity.turned = True
        quantity.end = tokens[at].end
        quantity.last = at + 1


def _again(tokens: list[Token], quantity: Quantity, index: int) -> bool:
    """Whether the same number is repeated after its comparator: "20 or over 20 years"."""
    return index < len(tokens) and tokens[index].kind == "number" and tokens[index].text == quantity.digits


def _compares_next(tokens: list[Token], index: int) -> bool:
    """Whether "and less …" compares another number: "40 and less than or equal to 89", "21 and under the age of 80"."""
    ahead = comparators.BEFORE.at(tokens, index)
    if ahead is None:
        return False
    at = ahead.last
    while at < min(len(tokens), ahead.last + FILLERS_AT_MOST) and tokens[at].text in _FILLER:
        at += 1
    return _numeric(tokens, at)


def _numeric(tokens: list[Token], index: int) -> bool:
    return index < len(tokens) and (tokens[index].kind == "number" or tokens[index].text in numerals.WORDS)

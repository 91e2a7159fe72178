"""Finds the numbers of a text, each with the unit that follows the number.

A number is written as digits ("18"), as a word ("ten"), as both ("two (2)") or as a Roman numeral ("NYHA class II").
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from trialwire.transforms.eligibility.quantity import numerals, units
from trialwire.transforms.eligibility.quantity.phrases import Phrases
from trialwire.transforms.eligibility.quantity.quantity import Quantity

if TYPE_CHECKING:
    from collections.abc import Collection

    from trialwire.transforms.eligibility.model import Comparator
    from trialwire.transforms.eligibility.quantity.lexing import Token

_ORDINAL_ENDS = frozenset(("st", "nd", "rd", "th"))
_DAYS = frozenset("0123456")
_WEEKS = frozenset(("weeks", "week", "wks"))
_AFTER_DAYS = _WEEKS | {"-", "to", "and"}
_CLASS_WORDS = frozenset(("class", "classes", "grade", "grades"))
_TIMES = frozenset(("x", "*", "times"))
_NORMAL_BEFORE = 8
"""The highest number of tokens in a limit of normal before "x 1.5"."""
_BEFORE_A_RANGE = frozenset(("age", "aged", "ages", "ecog", "bmi", "years", "score", "to"))
_MORE: Phrases[Comparator] = Phrases(
    [(f"or {word}", ">=") for word in ("more", "greater", "longer")]
    + [(f"or {word}", "<=") for word in ("less", "fewer", "shorter")]
)
"""Words that may stand between a number and its unit: "60 or more minutes"."""


def read(tokens: list[Token], folded: str, limit: int, ordinals: Collection[int]) -> list[Quantity]:
    """Return the numbers with their units, in the order of the text. Numbers in a name ("covid-19") are left out.

    This function does not read the comparators before the numbers (see comparing.py). `ordinals` are the indices of
    the tokens right after the name of a class or a score: a roman numeral there is a number.
    """
    found: list[Quantity] = []
    index = 0
    roman_until = -1
    while index < len(tokens):
        token = tokens[index]
        if index in ordinals:
            roman_until = index + 6
        elif token.text in _CLASS_WORDS:
            roman_until = max(roman_until, index + 4)
        after = index + 1
        word = False
        if token.kind == "number":
            digits = token.text
            weeks = _weeks_and_days(tokens, index) or _power(tokens, index)
            if weeks is None and (_glued(tokens, index) or _summed(tokens, index)):
                index += 1
                continue
            digits, after = weeks or (digits, _repeated(tokens, index, after))
        elif token.kind == "word" and (read_word := _number_word(tokens, index, roman=index < roman_until)):
            digits, after = read_word
            word = True
            after = _repeated(tokens, index, after)
            if token.text in numerals.ROMAN:
                roman_until = index + 4
        else:
            index += 1
            continue
        end = tokens[after - 1].end
        plus = after < len(tokens) and tokens[after].text == "+" and tokens[after].start == end
        unit = units.read(folded, end + plus, limit)
        more = None
        if unit is None and not plus and (more := _MORE.at(tokens, after)) is not None:
            unit = units.read(folded, tokens[more.last - 1].end, limit)
        last = after
        if unit is not None:
            unit_end = units.end_of_repeat(folded, unit, limit)
            while last < len(tokens) and tokens[last].start < unit_end:
                last += 1
        elif after < len(tokens) and tokens[after].start == end and tokens[after].kind == "word":
            index = after
            continue
        quantity = Quantity(
            digits, 0, index, index, last, token.start, end, token.start, end, unit, unit_end=last, word=word
        )
        if unit is None:
            _times_before(tokens, quantity, folded)
        if plus and unit is not None:
            quantity.comparator, quantity.end, quantity.compared_after = ">=", end + 1, True
        elif more is not None and unit is not None:
            quantity.comparator, quantity.compared_after = more.meaning, True
            quantity.end = tokens[more.last - 1].end
        found.append(quantity)
        index = last
    return found


def _times_before(tokens: list[Token], quantity: Quantity, folded: str) -> None:
    """Give a number the limit of normal that stands before it: "ULN x 1.5"."""
    times = quantity.number - 1
    if times < 1 or tokens[times].text not in _TIMES:
        return
    for first in range(times - 1, max(-1, times - 1 - _NORMAL_BEFORE), -1):
        unit = units.read(folded, tokens[first].start, tokens[times].start)
        if unit is None or unit.dimension != "multiple":
            continue
        if not folded[unit.end : tokens[times].start].strip():
            quantity.unit, quantity.first = unit, first
            return


def _weeks_and_days(tokens: list[Token], index: int) -> tuple[str, int] | None:
    """Weeks of gestation with days, and the token after them: "37 0/7", "23 6/7 weeks", "31+6 weeks"."""
    following = [token.text for token in tokens[index + 1 : index + 4]]
    if len(following) < 3:
        return None
    if following[0] in _DAYS and following[1:] == ["/", "7"]:
        return _weeks(tokens[index].text, following[0]), index + 4
    weeks = any(token.text in _WEEKS for token in tokens[index + 3 : index + 8])
    if weeks and following[0] == "+" and following[1] in _DAYS and following[2] in _AFTER_DAYS:
        return _weeks(tokens[index].text, following[1]), index + 3
    return None


def _power(tokens: list[Token], index: int) -> tuple[str, int] | None:
    """A power of ten without a factor, and the token after it: "10^5 copies/mL"."""
    following = tokens[index + 1 : index + 3]
    if tokens[index].text != "10" or len(following) < 2 or following[0].text != "^":
        return None
    power = following[1].text
    return (str(10 ** int(power)), index + 3) if power.isdigit() and len(power) == 1 else None


def _weeks(weeks: str, days: str) -> str:
    return weeks if days == "0" else f"{float(weeks) + int(days) / 7:.3f}"


def _glued(tokens: list[Token], index: int) -> bool:
    """Whether a number belongs to a name: "covid-19", "il-6", "2nd"."""
    token = tokens[index]
    if index + 1 < len(tokens) and tokens[index + 1].start == token.end and tokens[index + 1].text in _ORDINAL_ENDS:
        return True
    if index < 2 or tokens[index - 1].text != "-" or tokens[index - 1].end != token.start:
        return False
    named = tokens[index - 2]
    if named.end != tokens[index - 1].start:
        return False
    return named.kind == "word" and named.text not in _BEFORE_A_RANGE


def _summed(tokens: list[Token], index: int) -> bool:
    """Whether a number is a term of a sum: the 3 and the 4 of "Gleason 3+4" or of "(≤ 3 + ≤ 4)"."""
    before = [token for token in tokens[max(0, index - 3) : index] if token.kind != "comparator"]
    after = [token for token in tokens[index + 1 : index + 4] if token.kind != "comparator"]
    return _plus(before[-2:]) or _plus(after[:2][::-1])


def _plus(term: list[Token]) -> bool:
    return len(term) == 2 and term[0].kind == "number" and term[1].text == "+"


def _number_word(tokens: list[Token], index: int, *, roman: bool) -> tuple[str, int] | None:
    text = tokens[index].text
    if roman and text in numerals.ROMAN:
        return str(numerals.ROMAN[text]), index + 1
    if roman and text in numerals.CLASS_SCORES:
        return str(numerals.CLASS_SCORES[text]), index + 1
    if text not in numerals.WORDS:
        return None
    second = index + 1
    if second < len(tokens) and tokens[second].text == "-":
        second += 1
    following = tokens[second].text if second < len(tokens) else None
    both = numerals.word_value(text, following)
    alone = numerals.word_value(text)
    if both != alone:
        return str(both), second + 1
    return str(alone), index + 1


def _repeated(tokens: list[Token], index: int, after: int) -> int:
    """The token after "(2)" where a number is written twice: "two (2)", "2 (two)"."""
    if after + 2 < len(tokens) and tokens[after].text == "(" and tokens[after + 2].text == ")":
        first, second = tokens[index], tokens[after + 1]
        worded = first.text if first.kind == "word" else second.text
        digits = second.text if first.kind == "word" else first.text
        if str(numerals.word_value(worded)) == digits:
            return after + 3
    return after

"""Quantities of a criterion: a number with what compares it, its unit, and the range or list it belongs to.

Nothing is said yet about what is measured. Offsets are positions in the folded text; token numbers are half-open.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Literal

from transforms.eligibility import comparators, numerals, units
from transforms.eligibility.lexing import words
from transforms.eligibility.model import Comparator
from transforms.eligibility.phrases import Phrases

if TYPE_CHECKING:
    from collections.abc import Collection

    from transforms.eligibility.lexing import Token

Form = Literal["single", "range", "list", "pair"]
_FILLER = words(
    "of a an the about approximately approx around ca age ages aged score scores or is are be to ( ) : grade class stage value values level levels total years , either equal"
)  # fmt: skip
_NOT_BEFORE_A_NUMBER = frozenset(("(", ")", ",", "or", "years", ":"))
_RANGE = frozenset(("-", "~", "to", "through", "thru", "until", "till", "a", "upto", "…"))
_OPENERS = frozenset(("between", "from", "range", "ranging", "ranges", "betwen", "beween", "ages", "bewteen"))
_LISTED = frozenset((",", "or", "and", "/", "&", "either"))
_AGE_WORDS = frozenset(("of", "old", "age", "olds", "-", ",", "(", ")", "inclusive", "s", "aged", ".", "ages"))
_ORDINAL_ENDS = frozenset(("st", "nd", "rd", "th"))
_NEGATIVE_AFTER = frozenset(("to", "between", "from", "of", "(", "than", "and", "or", "score"))
_BEFORE_A_RANGE = frozenset(("age", "aged", "ages", "ecog", "bmi", "years", "score", "to"))
FILLERS_AT_MOST = 4
_MORE: Phrases[Comparator] = Phrases(
    [(f"or {word}", ">=") for word in ("more", "greater", "longer")]
    + [(f"or {word}", "<=") for word in ("less", "fewer", "shorter")]
)
"""What may stand between a number and its unit: "60 or more minutes"."""


@dataclass(slots=True)
class Quantity:
    """A number read, with its places.

    `first` and `last` are its tokens with comparator, unit and "or older"; `start` and `end` cover the smallest span
    with comparator and number, `number_start` and `number_end` the number.
    `comparator` is None where the text gives none. `group` is shared by the members of a range, list or pair ("140/90").
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


def read(tokens: list[Token], folded: str, limit: int, ordinals: Collection[int] = ()) -> list[Quantity]:
    """All quantities in order, ranges and lists put together.

    `ordinals` are token numbers where a class or score was just named: after them roman numerals are numbers.
    """
    found = _numbers(tokens, folded, limit, ordinals)
    if not found:
        return found
    ends = {phrase.last: phrase for phrase in comparators.BEFORE.find(tokens)}
    previous = 0
    for quantity in found:
        _compare(tokens, quantity, ends, previous)
        previous = quantity.last
    _join(tokens, found)
    for quantity in found:
        quantity.value = _value(quantity, tokens)
    for left, right in pairwise(found):
        if left.form == "range" and left.group == right.group and right.value < left.value < 0:
            left.comparator, right.comparator = "<=", ">="
    return found


def _numbers(tokens: list[Token], folded: str, limit: int, ordinals: Collection[int]) -> list[Quantity]:
    found: list[Quantity] = []
    index = 0
    roman_until = -1
    while index < len(tokens):
        token = tokens[index]
        if index in ordinals:
            roman_until = index + 6
        after = index + 1
        word = False
        if token.kind == "number":
            digits = token.text
            if _glued(tokens, index) or _summed(tokens, index):
                index += 1
                continue
            after = _repeated(tokens, index, after)
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
            while last < len(tokens) and tokens[last].start < unit.end:
                last += 1
        elif after < len(tokens) and tokens[after].start == end and tokens[after].kind == "word":
            index = after
            continue
        quantity = Quantity(
            digits, 0, index, index, last, token.start, end, token.start, end, unit, unit_end=last, word=word
        )
        if plus and unit is not None:
            quantity.comparator, quantity.end, quantity.compared_after = ">=", end + 1, True
        elif more is not None and unit is not None:
            quantity.comparator, quantity.compared_after = more.meaning, True
            quantity.end = tokens[more.last - 1].end
        found.append(quantity)
        index = last
    return found


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
    """Whether a number is a term of a sum: the 3 and the 4 of "Gleason 3+4", of "(≤ 3 + ≤ 4)" as well."""
    before = [token for token in tokens[max(0, index - 3) : index] if token.kind != "comparator"]
    after = [token for token in tokens[index + 1 : index + 4] if token.kind != "comparator"]
    return _plus(before[-2:]) or _plus(after[:2][::-1])


def _plus(term: list[Token]) -> bool:
    return len(term) == 2 and term[0].kind == "number" and term[1].text == "+"


def _number_word(tokens: list[Token], index: int, *, roman: bool) -> tuple[str, int] | None:
    text = tokens[index].text
    if roman and text in numerals.ROMAN:
        return str(numerals.ROMAN[text]), index + 1
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


def _compare(tokens: list[Token], quantity: Quantity, ends: dict[int, comparators.BeforeFound], previous: int) -> None:
    """Find the comparator before the number, else after it."""
    index = quantity.number - 1
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


def _compare_after(tokens: list[Token], quantity: Quantity) -> None:
    at = quantity.last
    for _ in range(5):
        if at >= len(tokens):
            return
        if tokens[at].text == "+" and tokens[at].start != tokens[at - 1].end:
            return
        phrase = comparators.AFTER.at(tokens, at)
        if phrase is not None and not _numeric(tokens, phrase.last) and not _compares_next(tokens, phrase.first + 1):
            if quantity.comparator is None:
                quantity.comparator = phrase.meaning
                quantity.end = tokens[phrase.last - 1].end
                quantity.compared_after = True
            quantity.last = phrase.last
            return
        if tokens[at].text not in _AGE_WORDS:
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


def _compares_next(tokens: list[Token], index: int) -> bool:
    """Whether "and less …" goes on to compare another number: "40 and less than or equal to 89", "21 and under the age of 80"."""
    ahead = comparators.BEFORE.at(tokens, index)
    if ahead is None:
        return False
    at = ahead.last
    while at < min(len(tokens), ahead.last + FILLERS_AT_MOST) and tokens[at].text in _FILLER:
        at += 1
    return _numeric(tokens, at)


def _numeric(tokens: list[Token], index: int) -> bool:
    return index < len(tokens) and (tokens[index].kind == "number" or tokens[index].text in numerals.WORDS)


def _join(tokens: list[Token], found: list[Quantity]) -> None:
    """Put ranges ("18-65", "between 1 and 3"), lists ("0, 1 or 2") and pairs ("140/90") together."""
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
    words = [word for word in between if word not in _AGE_WORDS or word == "-"]
    units_agree = left.unit is None or right.unit is None or left.unit.dimension == right.unit.dimension
    if not units_agree or left.turned:
        return None
    rising = _rough(left) < _rough(right) or (
        left.unit is not None and right.unit is not None and left.unit.ucum != right.unit.ucum
    )
    up = left.comparator in (None, ">=", ">", "=") and not (left.compared_after and left.comparator is not None)
    down = right.comparator in (None, "<=", "<")
    if words == ["/"] and (right.comparator is None or right.comparator == left.comparator):
        return "pair" if left.comparator is not None or _rough(left) > 20 else "list"
    negative = words in (["-"], ["to", "-"]) and tokens[left.number - 1].text == "-"
    if words and all(word in _RANGE for word in words) and up and down and (rising or negative):
        return "range"
    opened = left.opened and words in (["and"], ["&"], ["or"], ["en"], ["et"], ["und"], ["to", "and", "including"])
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


def _rough(quantity: Quantity) -> float:
    return numerals.value(quantity.digits)


def _value(quantity: Quantity, tokens: list[Token]) -> float | int:
    thousands = quantity.unit is not None and quantity.unit.dimension == "count concentration" and (
        quantity.unit.ucum in units.PER_SMALL_VOLUME
    )  # fmt: skip
    value = numerals.value(quantity.digits, dot_is_thousands=thousands)
    before = tokens[quantity.number - 1] if quantity.number else None
    if before is not None and before.text == "-" and before.end == quantity.number_start and not quantity.word:
        earlier = tokens[quantity.number - 2] if quantity.number > 1 else None
        apart = earlier is None or earlier.kind != "word" or earlier.end < before.start
        if earlier is None or (apart and (earlier.kind == "comparator" or earlier.text in _NEGATIVE_AFTER)):
            quantity.number_start = before.start
            quantity.start = min(quantity.start, before.start)
            return -value
    return value

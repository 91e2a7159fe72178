"""Numeric bounds that a text states with certainty: variable, comparator, value and unit, wherever they stand.

`find` is the seam. A quantity (quantities.py) becomes a bound where a variable (variables.py) stands beside it in the
same clause, its unit is one the variable is measured in, its value is plausible, and the text compares. What fails one
of these is left alone: nothing is guessed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from itertools import groupby
from typing import TYPE_CHECKING

from transforms.eligibility import age, lexing, numerals, quantities
from transforms.eligibility.lexing import words
from transforms.eligibility.model import Bound
from transforms.eligibility.variables import BY_NAME, MENTIONS, Variable

if TYPE_CHECKING:
    from transforms.eligibility.lexing import Token
    from transforms.eligibility.model import Comparator
    from transforms.eligibility.phrases import Found
    from transforms.eligibility.quantities import Quantity
    from transforms.eligibility.source_text import SourceText

FARTHEST_MENTION = 4
FARTHEST = 14
"""Most tokens between a variable and its quantity."""
_COORDINATED = words(
    "and or / , ( ) & both either serum plasma level levels [ ] the total values value of blood increased elevated"
)
_LISTED_CLASSES = re.compile(r"\d,\d")
_CONJUNCTIONS = frozenset(("and", "or", "/", ",", "&"))
_AFTER_ANOTHER = words(
    """and or ( [ , : / but to for females males men women female male if & patients subjects adults children boys girls
    either then g e i is are of must be with was than both at level levels value values - = ≥ score scores should between"""
)
_FOLLOWS = words(
    """at in on for if and or within by prior before during with as per according when unless after to but that who
    without using based while because despite due from including except measured determined assessed defined confirmed
    is are should will must may can where in-patients inclusive regardless not then than unless independent documented
    obtained performed via under following upon (normal whichever following: even despite over points out only i e g
    a patients subjects participants score scores scale indicating associated corresponding will cannot"""
)
_EXTREMES: dict[str, Comparator] = {"minimum": ">=", "minimal": ">=", "maximum": "<=", "maximal": "<="}
_ABBREVIATED = words("lbs lb approx max min incl resp vs kgs hr yrs yr mo wk e.g i.e st no wt ht")
_SCALES = words(
    "thousand thousands million millions k lakh lac lakhs hundred billion log log10 x times points point doses drugs"
)
_AGE_OF = words(
    "the at greater more less over under between from above below minimum older younger least legal majority consent is must not no equal up their our each eligible all enrolled potential"
)
_BEFORE_VARIABLE = words("of in the for on total serum a resting mean")


_DEPENDING: dict[tuple[str | None, str], str] = {
    ("g/L", "count concentration"): "10*9/L",
    ("mm", "substance concentration"): "mmol/L",
}
"""Surface forms that mean another unit for some variables: "G/L" of platelets is giga per liter, "mM" molar."""


@dataclass(frozen=True, slots=True)
class Stated:
    """A quantity with the variable it bounds. `mention` is the variable's token span, None where the age is implied."""

    quantity: Quantity
    variable: Variable
    mention: tuple[int, int] | None


_NUMERIC = re.compile(rf"\d|\b(?:{'|'.join(numerals.WORDS)}|years?|months?|weeks?|hours?)\b|\b[iv]{{1,3}}\b")


def may_state(folded: str, start: int, end: int) -> bool:
    """Whether `[start, end)` has anything a bound or a window could be made of. Most criteria have not."""
    return _NUMERIC.search(folded, start, end) is not None


def find(text: SourceText, start: int, end: int) -> list[Bound]:
    """The bounds in `[start, end)` of the plain text (one criterion, or a group's lead-in), in order.

    Offsets of the bounds are code points of the raw text.
    """
    tokens = lexing.tokens(text.folded, start, end)
    return [to_bound(text, stated) for stated in read(tokens, text.folded, end)[0]]


def read(tokens: list[Token], folded: str, limit: int) -> tuple[list[Stated], list[Quantity]]:
    """What is bounded, and all quantities (for the windows to choose from)."""
    mentions = MENTIONS.find(tokens)
    ordinals = {mention.last for mention in mentions if mention.meaning is not None and mention.meaning.ordinal}
    found = quantities.read(tokens, folded, limit, ordinals)
    inside = {token for quantity in found for token in range(quantity.number, quantity.unit_end)}
    mentions = [mention for mention in mentions if mention.first not in inside]
    stated: list[Stated] = []
    for _, members in groupby(found, key=lambda quantity: quantity.group):
        stated.extend(_group(tokens, mentions, list(members), stated))
    return stated, found


def to_bound(text: SourceText, stated: Stated) -> Bound:
    """The bound as the interface has it, offsets in the raw text."""
    quantity, variable = stated.quantity, stated.variable
    unit = quantity.unit
    ucum = unit.ucum if unit is not None else None
    if unit is not None:
        for dimension in sorted(variable.dimensions - {unit.dimension}):
            ucum = _DEPENDING.get((unit.ucum, dimension), ucum)
    return Bound(
        variable=variable.name,
        loinc=variable.loinc,
        comparator=quantity.comparator or "=",
        value=quantity.value,
        unit=text.words(unit.start, unit.end) if unit is not None else None,
        ucum=ucum,
        start=text.start_of(quantity.start),
        end=text.end_of(quantity.end),
    )


def _group(
    tokens: list[Token], mentions: list[Found[Variable | None]], members: list[Quantity], earlier: list[Stated]
) -> list[Stated]:
    if age.stated(tokens, members) and not _of_another_kind(mentions, members):
        return _states(members, [(BY_NAME["age"], None)])
    _compared_before_the_variable(tokens, mentions, members)
    chosen = [] if members[-1].turned else _to_the_left(tokens, mentions, members, earlier)
    if not chosen or chosen[0][0].name == "blood pressure":
        chosen = _to_the_right(tokens, mentions, members) or chosen
    return _states(members, chosen)


def _compared_before_the_variable(
    tokens: list[Token], mentions: list[Found[Variable | None]], members: list[Quantity]
) -> None:
    """Give a bare number the comparator that stands before its variable: "minimum life expectancy of 12 weeks"."""
    quantity = members[0]
    if len(members) > 1 or quantity.comparator is not None:
        return
    for mention in mentions:
        if mention.first and 0 <= quantity.first - mention.last <= 2:
            extreme = tokens[mention.first - 1]
            if extreme.text in _EXTREMES and (mention.meaning is None or not mention.meaning.ordinal):
                quantity.comparator = _EXTREMES[extreme.text]
                quantity.start = extreme.start


def _of_another_kind(mentions: list[Found[Variable | None]], members: list[Quantity]) -> bool:
    """Whether years stand beside a kind of age that is not the patient's now: gestational age, age at diagnosis."""
    for mention in reversed(mentions):
        if mention.first <= members[-1].last and members[0].first - mention.last < 8:
            name = mention.meaning.name if mention.meaning is not None else ""
            if mention.last > members[0].first and mention.first < members[-1].last:
                continue
            return name in ("gestational age", "age at diagnosis", "life expectancy")
    return False


def _states(members: list[Quantity], chosen: list[tuple[Variable, tuple[int, int] | None]]) -> list[Stated]:
    if not chosen:
        return []
    names = [variable.name for variable, _ in chosen]
    if members[0].form == "pair" and len(members) == 2:
        pressures = ("blood pressure" in names) or {"sbp", "dbp"} <= set(names)
        if members[0].unit != members[1].unit and members[0].comparator is not None:
            return [Stated(member, variable, mention) for variable, mention in chosen for member in members]
        if not pressures or members[0].comparator is None:
            return []
        mention = chosen[0][1]
        return [Stated(members[0], BY_NAME["sbp"], mention), Stated(members[1], BY_NAME["dbp"], mention)]
    return [
        Stated(member, variable, mention)
        for variable, mention in chosen
        for member in (_unlisted(members) if variable.ordinal else members)
        if _plausible(variable, member)
    ]


def _unlisted(members: list[Quantity]) -> list[Quantity]:
    """Classes listed without a space were read as a decimal comma: "0,1" is 0 and 1."""
    found: list[Quantity] = []
    for member in members:
        if not _LISTED_CLASSES.fullmatch(member.digits) or member.comparator is not None:
            found.append(member)
            continue
        for offset in (0, 2):
            begin, value = member.number_start + offset, int(member.digits[offset])
            found.append(replace(member, value=value, start=begin, end=begin + 1, number_start=begin))
    return found


def _plausible(variable: Variable, quantity: Quantity) -> bool:
    if quantity.comparator is None and not variable.ordinal:
        return False
    if quantity.unit is not None and quantity.unit.dimension == "multiple":
        return quantity.value <= 100
    return variable.lowest <= quantity.value <= variable.highest


def _fits(variable: Variable, members: list[Quantity], tokens: list[Token], *, near: bool = False) -> bool:
    unit = members[-1].unit
    if members[0].comparator is None and not variable.ordinal and members[0].form != "pair":
        return False
    if unit is None:
        return variable.bare and (near or _ends_plainly(tokens, members[-1]))
    return unit.dimension in variable.dimensions or any(
        (unit.ucum, dimension) in _DEPENDING for dimension in variable.dimensions
    )


def _ends_plainly(tokens: list[Token], quantity: Quantity) -> bool:
    """Whether a number without a unit is followed by nothing that it could count ("at least 2 lesions")."""
    if quantity.last >= len(tokens):
        return True
    following = tokens[quantity.last]
    return following.kind in ("sign", "comparator") or following.text in _FOLLOWS or quantity.turned


def _to_the_left(
    tokens: list[Token], mentions: list[Found[Variable | None]], members: list[Quantity], earlier: list[Stated]
) -> list[tuple[Variable, tuple[int, int] | None]]:
    first = members[0].first
    before = [mention for mention in mentions if mention.last <= members[0].number]
    for distance, mention in enumerate(reversed(before[-FARTHEST_MENTION:])):
        gap = _without_brackets(tokens[mention.last : first])
        if len(gap) > FARTHEST or any(_stops(gap, at) for at in range(len(gap))):
            return []
        if mention.meaning is None:
            if distance == 0 and len(gap) <= 4:
                return []
            continue
        if distance and members[-1].unit is None:
            return []
        if _another_between(tokens, mention, members[0], earlier):
            return []
        if mention.meaning.name == "age" and _age_of_a_thing(tokens, mention.last):
            continue
        near = len(gap) <= 2 and not _counts(tokens, members[-1])
        if _fits(mention.meaning, members, tokens, near=near):
            position = before.index(mention)
            return _coordinated(tokens, before[: position + 1], members, near=near)
    return []


def _age_of_a_thing(tokens: list[Token], index: int) -> bool:
    """Whether "age" goes on as "of" and a thing: "the age of occlusion is less than one month"."""
    if index + 1 >= len(tokens) or tokens[index].text != "of" or tokens[index + 1].kind != "word":
        return False
    return tokens[index + 1].text not in age.PERSONS and tokens[index + 1].text not in _AGE_OF


def _counts(tokens: list[Token], quantity: Quantity) -> bool:
    """Whether a number without a unit is followed by a word that scales or counts: "100 thousand", "2 lesions"."""
    if quantity.last >= len(tokens):
        return False
    following = tokens[quantity.last]
    return following.kind == "word" and (following.start == quantity.number_end or following.text in _SCALES)


def _without_brackets(gap: list[Token]) -> list[Token]:
    """A gap without what is bracketed whole: "BMI (weight in kg; height in m) between" is "BMI between"."""
    kept: list[Token] = []
    for token in gap:
        if token.text in (")", "]"):
            opening = next((at for at in range(len(kept) - 1, -1, -1) if kept[at].text in ("(", "[")), None)
            if opening is not None:
                del kept[opening:]
                continue
        kept.append(token)
    return kept


def _another_between(
    tokens: list[Token], mention: Found[Variable | None], quantity: Quantity, earlier: list[Stated]
) -> bool:
    """Whether another bound stands between a mention and a quantity that something unknown introduces.

    In "QTc < 440 ms, PQ interval = 210 ms" the second is not QTc's; in "≥ 9 g/dL (women ≥ 8 g/dL)" it is.
    """
    if not any(mention.last <= stated.quantity.first < quantity.first for stated in earlier):
        return False
    if quantity.unit is None or quantity.unit.dimension == "time":
        last = max(stated.quantity.last for stated in earlier if stated.quantity.first < quantity.first)
        return any(token.kind == "word" and token.text not in _AFTER_ANOTHER for token in tokens[last : quantity.first])
    introduced = tokens[quantity.first - 1]
    return introduced.kind == "word" and introduced.text not in _AFTER_ANOTHER


def _stops(gap: list[Token], at: int) -> bool:
    if gap[at].text == ";":
        return True
    sentence = gap[at].text == "." and (at + 1 == len(gap) or gap[at + 1].start > gap[at].end)
    return sentence and not (at > 0 and (len(gap[at - 1].text) == 1 or gap[at - 1].text in _ABBREVIATED))


def _coordinated(
    tokens: list[Token], before: list[Found[Variable | None]], members: list[Quantity], *, near: bool
) -> list[tuple[Variable, tuple[int, int] | None]]:
    """The nearest mention, and those joined to it: "AST and ALT ≤ 2.5 x ULN" bounds both."""
    nearest = before[-1]
    chosen: list[tuple[Variable, tuple[int, int] | None]] = []
    following = nearest
    for mention in reversed(before):
        joined = mention is nearest or _joined(tokens[mention.last : following.first])
        if mention.meaning is None or not joined or not _fits(mention.meaning, members, tokens, near=near):
            break
        if mention.meaning.name not in [variable.name for variable, _ in chosen]:
            chosen.insert(0, (mention.meaning, (mention.first, mention.last)))
        following = mention
    return chosen


def _joined(gap: list[Token]) -> bool:
    return any(token.text in _CONJUNCTIONS for token in gap) and all(token.text in _COORDINATED for token in gap)


def _to_the_right(
    tokens: list[Token], mentions: list[Found[Variable | None]], members: list[Quantity]
) -> list[tuple[Variable, tuple[int, int] | None]]:
    at = members[-1].last
    for _ in range(3):
        for mention in mentions:
            if mention.first == at and mention.meaning is not None and _fits_before(mention.meaning, members, tokens):
                return [(mention.meaning, (mention.first, mention.last))]
        if at >= len(tokens) or tokens[at].text not in _BEFORE_VARIABLE:
            break
        at += 1
    return []


def _fits_before(variable: Variable, members: list[Quantity], tokens: list[Token]) -> bool:
    last = members[-1]
    if last.turned:
        return last.unit is None or last.unit.dimension in variable.dimensions
    if last.comparator is None or variable.ordinal:
        return False
    if last.unit is None:
        scored = variable.dimensions <= {"score"} and tokens[last.number - 1].text in (
            "score",
            "scores",
            "scored",
            "scoring",
        )
        return scored or variable.name in ("sbp", "dbp", "platelets", "cd4")
    return (
        last.unit.dimension in variable.dimensions
        and last.last < len(tokens)
        and tokens[last.last].text not in ("or", "and", "(")
    )

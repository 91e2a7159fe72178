"""Finds the numeric bounds that a text certainly states, as in "hemoglobin ≥ 9 g/dL".

A bound has a variable, a comparator, a value and a unit. `find` is the entry point. A quantity (a number with its unit,
quantities.py) becomes a bound if all of this is true: a variable (variables.py) stands beside the quantity in the same
clause, the unit measures that variable, the value is plausible, and the text has a comparator (a class or a score needs
none). Otherwise the quantity gives no bound: nothing is guessed. A window is a time before or after an event
("within 6 months of surgery"). `[start, end)` is a half-open span: the character at `end` is not part of it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from itertools import groupby
from typing import TYPE_CHECKING

from trialwire.transforms.eligibility.bounds import age, association, checking, fitting
from trialwire.transforms.eligibility.bounds.mentions import Mentions, Named
from trialwire.transforms.eligibility.bounds.variables import BY_NAME, MENTIONS
from trialwire.transforms.eligibility.model import Bound
from trialwire.transforms.eligibility.quantity import lexing, numerals, quantities
from trialwire.transforms.eligibility.quantity.units import DEPENDING

if TYPE_CHECKING:
    from trialwire.transforms.eligibility.bounds.variable_table import Variable
    from trialwire.transforms.eligibility.quantity.lexing import Token
    from trialwire.transforms.eligibility.quantity.quantity import Quantity
    from trialwire.transforms.eligibility.source_text import SourceText

_LISTED_CLASSES = re.compile(r"\d,\d")
_AFTER_AN_AGE = frozenset((",", "of", "age", "old", ")", "inclusive"))
LONGEST_TOPIC = 60
_ENDS = frozenset(("<", ">", "<=", ">="))
_BODY = frozenset(("kg", "[lb_av]"))
_NUMERIC = re.compile(rf"\d|\b(?:{'|'.join(numerals.WORDS)}|years?|months?|weeks?|hours?)\b|\b[iv]{{1,3}}\b")


@dataclass(frozen=True, slots=True)
class Stated:
    """A quantity with the variable that the quantity limits.

    `mention` is the span of the tokens that name the variable. It is None if the text does not name the variable at
    that place, as in "men 40-70 years" (an age).
    """

    quantity: Quantity
    variable: Variable
    mention: tuple[int, int] | None


def may_state(folded: str, start: int, end: int) -> bool:
    """Whether the text in `[start, end)` can contain a bound or a window. Most criteria cannot: they have no number."""
    return _NUMERIC.search(folded, start, end) is not None


def find(text: SourceText, start: int, end: int) -> list[Bound]:
    """Return the bounds in `[start, end)` of the plain text, in the order of the text.

    The span is one criterion, or the line that announces a list. The offsets of the bounds count code points of the
    raw text.
    """
    tokens = lexing.tokens(text.folded, start, end)
    return [to_bound(text, stated) for stated in read(tokens, text.folded, end)[0]]


def read(
    tokens: list[Token], folded: str, limit: int, topic: Variable | None = None
) -> tuple[list[Stated], list[Quantity]]:
    """Return the bounds of a criterion, and all its quantities (the search for windows needs the quantities).

    `topic` is the variable of the sub-heading above the criterion, if the sub-heading is only the variable's name. A
    criterion without a bound that begins with a number then takes this variable: "Life expectancy:", then
    "> 12 weeks".
    """
    mentions = Mentions(tokens)
    found = quantities.read(tokens, folded, limit, mentions.ordinals)
    found = mentions.leave_out(found)
    stated: list[Stated] = []
    left: Quantity | None = None
    for _, group in groupby(found, key=lambda quantity: quantity.group):
        members = list(group)
        bounded = _group(tokens, mentions, members) or _also_age(tokens, members, stated[-1:])
        stated.extend(_age_before(tokens, bounded, left))
        stated.extend(bounded)
        left = None if bounded or len(members) > 1 else members[0]
        if bounded:
            last = members[-1]
            named = [Named(one.variable, *one.mention) for one in bounded if one.quantity is last and one.mention]
            mentions.bounded(last, named)
    return checking.sound(stated or _of_topic(topic, found), tokens, folded), found


def topic_of(words: str) -> Variable | None:
    """Return the variable if a folded sub-heading is only the variable's name ("Life expectancy:"), otherwise None."""
    if len(words) > LONGEST_TOPIC:
        return None
    tokens = [token for token in lexing.tokens(words, 0, len(words)) if token.text != ":"]
    named = MENTIONS.at(tokens, 0) if tokens else None
    return named.meaning if named is not None and named.last == len(tokens) else None


def _of_topic(topic: Variable | None, found: list[Quantity]) -> list[Stated]:
    if topic is None or not found or found[0].first != 0 or found[0].form == "pair":
        return []
    members = [quantity for quantity in found if quantity.group == found[0].group]
    fit = all(
        quantity.comparator is not None and quantity.unit is not None and quantity.unit.dimension in topic.dimensions
        for quantity in members
    )
    return [Stated(quantity, topic, None) for quantity in members if fit and fitting.plausible(topic, quantity)]


def to_bound(text: SourceText, stated: Stated) -> Bound:
    """Convert a bound to the public model (model.py), with offsets in the raw text."""
    quantity, variable = stated.quantity, stated.variable
    unit = quantity.unit
    ucum = unit.ucum if unit is not None else None
    if unit is not None:
        for dimension in sorted(variable.dimensions - {unit.dimension}):
            ucum = DEPENDING.get((unit.ucum, dimension), ucum)
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


def _group(tokens: list[Token], mentions: Mentions, members: list[Quantity]) -> list[Stated]:
    _from_an_age(tokens, members)
    if age.stated(tokens, members) and not association.of_another_kind(mentions, members):
        variable = BY_NAME["age at diagnosis" if age.at_onset(tokens, members[-1]) else "age"]
        return [Stated(member, variable, None) for member in members if fitting.plausible(variable, member)]
    named = _one_side(tokens, members, association.about(mentions, members))
    return _states(members, named) or _unnamed(tokens, members)


def _unnamed(tokens: list[Token], members: list[Quantity]) -> list[Stated]:
    """The variable that a unit alone implies: kg/m2 is a BMI, kilograms after a person ("males ≥ 50 kg") a weight."""
    first, unit = members[0], members[-1].unit
    if unit is None:
        return []
    before = tokens[first.first - 1].text if first.first else ""
    name = "bmi" if unit.dimension == "body mass index" else "weight" if unit.ucum in _BODY else None
    if name is None or (name == "weight" and before not in age.PERSONS):
        return []
    return [Stated(one, BY_NAME[name], None) for one in members if fitting.plausible(BY_NAME[name], one)]


def _one_side(tokens: list[Token], members: list[Quantity], named: list[Named]) -> list[Named]:
    """The systolic pressure for a range before a slash, the diastolic after it: "140-159/90-99 mmHg"."""
    if members[0].form != "range" or [one.variable.name for one in named] != ["blood pressure"]:
        return named
    last, first = members[-1].last, members[0].first
    if last < len(tokens) and tokens[last].text == "/":
        return [named[0]._replace(variable=BY_NAME["sbp"])]
    return [named[0]._replace(variable=BY_NAME["dbp"])] if first and tokens[first - 1].text == "/" else named


def _from_an_age(tokens: list[Token], members: list[Quantity]) -> None:
    """Set `>=` on an age after "from" if no upper limit follows: "children from 2 years of age"."""
    first = members[0]
    if len(members) > 1 or first.comparator is not None or tokens[first.first].text != "from":
        return
    first.comparator = ">="
    if age.stated(tokens, members):
        first.start = tokens[first.first].start
    else:
        first.comparator = None


def _also_age(tokens: list[Token], members: list[Quantity], before: list[Stated]) -> list[Stated]:
    """A second age joined to the first without the word "age": "< 18 years or > 80 years"."""
    first, unit = members[0], members[0].unit
    if not before or before[0].variable.name != "age" or first.comparator is None or unit is None:
        return []
    gap = tokens[before[0].quantity.last : first.first]
    joined = [token.text for token in gap if token.text not in _AFTER_AN_AGE]
    if (
        joined not in (["or"], ["and"], ["/"], ["("], [".", "("])
        or unit.dimension != "time"
        or age.measured_from(tokens, members[-1])
    ):
        return []
    return [Stated(member, BY_NAME["age"], None) for member in members if fitting.plausible(BY_NAME["age"], member)]


def _age_before(tokens: list[Token], bounded: list[Stated], left: Quantity | None) -> list[Stated]:
    """An age recognised only by the age after it: the 18 of "under 18 or over 75 years of age"."""
    if left is None or not bounded or bounded[0].variable.name != "age" or left.unit is not None:
        return []
    gap = [token.text for token in tokens[left.last : bounded[0].quantity.first]]
    alike = gap in (["or"], ["and"]) and left.comparator in _ENDS and bounded[0].quantity.comparator in _ENDS
    fits = alike and fitting.plausible(BY_NAME["age"], left)
    return [Stated(left, BY_NAME["age"], None)] if fits else []


def _states(members: list[Quantity], named: list[Named]) -> list[Stated]:
    if not named:
        return []
    if members[0].form == "pair":
        return _pair(members, named)
    return [
        Stated(member, one.variable, (one.first, one.last))
        for one in named
        for member in (_unlisted(members) if one.variable.ordinal else members)
        if fitting.plausible(one.variable, member)
    ]


def _pair(members: list[Quantity], named: list[Named]) -> list[Stated]:
    """Two numbers with a slash: a pressure ("140/90"), one bound in two units ("154 lbs/70 kg"), a score ("40/100")."""
    if members[0].comparator is None:
        return []
    mention = (named[0].first, named[0].last)
    if {"score", "length", "fraction"} & named[0].variable.dimensions:
        scored = [one for one in named if fitting.plausible(one.variable, members[0])]
        return [Stated(members[0], one.variable, (one.first, one.last)) for one in scored]
    if members[0].unit != members[1].unit:
        return [Stated(member, one.variable, mention) for one in named for member in members]
    names = {one.variable.name for one in named}
    if "blood pressure" not in names and not {"sbp", "dbp"} <= names:
        return []
    return [Stated(members[0], BY_NAME["sbp"], mention), Stated(members[1], BY_NAME["dbp"], mention)]


def _unlisted(members: list[Quantity]) -> list[Quantity]:
    """Split classes that were read as one number with a decimal comma: "0,1" is 0 and 1."""
    found: list[Quantity] = []
    for member in members:
        if not _LISTED_CLASSES.fullmatch(member.digits) or member.comparator is not None:
            found.append(member)
            continue
        for offset in (0, 2):
            begin, value = member.number_start + offset, int(member.digits[offset])
            found.append(replace(member, value=value, start=begin, end=begin + 1, number_start=begin))
    return found

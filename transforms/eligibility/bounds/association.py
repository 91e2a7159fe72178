"""Finds the variables that a quantity measures: AST and ALT in "AST and ALT ≤ 3 x ULN".

A quantity is a number with its comparator and unit. The variable stands beside the quantity in the same clause. A
quantity measures several variables if "and", "or" or a comma joins them. A mention is a place where the text names a
variable. Each search covers a fixed number of tokens or mentions, so the time is linear in the length of the text.
"""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING

from trialwire.transforms.eligibility.bounds import fitting, gaps, inheriting
from trialwire.transforms.eligibility.bounds.mentions import CLOSE, FARTHEST, FARTHEST_MENTION, STOPS, Mentions, Named
from trialwire.transforms.eligibility.bounds.variables import BY_NAME
from trialwire.transforms.eligibility.quantity.lexing import words

if TYPE_CHECKING:
    from trialwire.transforms.eligibility.bounds.variable_table import Variable
    from trialwire.transforms.eligibility.quantity.phrases import Found
    from trialwire.transforms.eligibility.quantity.quantity import Quantity

MOST_BETWEEN = 60
ANOTHER_KIND_WITHIN = 8
FARTHEST_AFTER = 9
LOAD_WITHIN = 20
LOAD_BEFORE = 3
"""How many tokens before "glucose" are searched for the load: "2-hour post-load plasma glucose"."""
_LOADS = words("ogtt load tolerance")
_AFTER_ANOTHER = words(
    """and or ( [ , : / but to for females males men women female male if & patients subjects adults children boys girls
    either then g e i is are of must be with was than both at level levels value values - = ≥ score scores should between"""
)
_BEFORE_VARIABLE = words(
    "of in the for on total serum a resting mean an pre - operative preoperative baseline screening according to by as per using from point item mm cm de novo defined heart cardiac failure insufficiency congestive"
)
_SUBGROUPS = words(
    "metastasis metastases metastatic involvement disease syndrome carcinoma hcc tumor tumors cancer mets present"
)
"""Last words of a subgroup's name: "AST ≤ 2.5 x ULN (liver metastasis ≤ 5 x ULN)" bounds AST twice."""
_ITEMS = words("question questions item items")
_HOURS = words("hour hours hr hrs h")


def about(mentions: Mentions, members: list[Quantity]) -> list[Named]:
    """Return the variables that `members` measure; an empty list if the text names none.

    `members` is one quantity, or all numbers of one range ("18-65"), list ("0, 1 or 2") or pair ("140/90").
    """
    inheriting.compare(mentions, members[0])
    if fitting.is_scale(mentions.tokens, members):
        return []
    if times := _times_normal(mentions, members[-1]):
        return times
    chosen = [] if members[-1].turned else _to_the_left(mentions, members)
    unlikely = not any(fitting.plausible(one.variable, members[-1]) for one in chosen)
    if unlikely or chosen[0].variable.name == "blood pressure" or mentions.names_a_pressure(members[-1].last):
        chosen = _to_the_right(mentions, members) or chosen
    if chosen and members[-1].compared_after:
        fitting.take_sides(chosen[0].variable, members[-1], mentions.tokens)
    chosen = chosen or inheriting.of_the_subgroup(mentions, members)
    return [_after_a_load(mentions, one, members) for one in chosen]


def _after_a_load(mentions: Mentions, named: Named, members: list[Quantity]) -> Named:
    """Replace "glucose" by the glucose of the tolerance test where an oral load is named."""
    if named.variable.name != "glucose":
        return named
    preceding = mentions.tokens[max(0, named.first - LOAD_BEFORE) : named.first]
    if any(token.text in _LOADS or token.text == "postload" for token in preceding):
        return named._replace(variable=BY_NAME["ogtt glucose"])
    following = mentions.tokens[members[-1].last : members[-1].last + LOAD_WITHIN]
    for at, token in enumerate(following):
        if token.kind == "comparator" or token.text == ";":
            break
        if token.text in _LOADS and not any(one.text in ("before", "prior") for one in following[:at]):
            return named._replace(variable=BY_NAME["ogtt glucose"])
    return named


def of_another_kind(mentions: Mentions, members: list[Quantity]) -> bool:
    """Whether the text beside a number names another span of life than the patient's current age.

    Such a span is the gestational age, the age at diagnosis or the life expectancy.
    """
    at = bisect_right(mentions.lasts, members[-1].last + 4)
    for mention in reversed(mentions.found[max(0, at - 3) : at]):
        inside = mention.last > members[0].first and mention.first < members[-1].last
        near = mention.first <= members[-1].last and members[0].first - mention.last < ANOTHER_KIND_WITHIN
        if near and not inside:
            name = mention.meaning.name if mention.meaning is not None else ""
            return name in {"gestational age", "age at diagnosis", "life expectancy"}
    return False


def _to_the_left(mentions: Mentions, members: list[Quantity]) -> list[Named]:
    tokens = mentions.tokens
    before = mentions.before(members[0].number)
    for distance, mention in enumerate(reversed(before[-FARTHEST_MENTION:])):
        if members[0].first - mention.last > MOST_BETWEEN:
            return []
        gap = gaps.without_brackets(tokens[mention.last : members[0].first])
        if len(gap) > FARTHEST or any(gaps.stops(gap, at) for at in range(len(gap))):
            continue
        if mention.meaning is None:
            if distance == 0 and len(gap) <= FARTHEST_MENTION:
                return []
            continue
        if (distance and members[-1].unit is None) or _another_between(mentions, mention, members[0]):
            return []
        if mention.meaning.name == "age" and (
            gaps.age_of_a_thing(tokens, mention.last) or _of_age_before(mentions, mention, members[0])
        ):
            continue
        if fitting.changes(tokens, mention, members[-1]):
            return []
        if gap and gap[-1].text in _ITEMS:
            return []
        classed = mention.meaning.ordinal and bool(gap) and gap[-1].text in fitting.CLASSES
        near = (len(gap) <= CLOSE or classed) and not fitting.counts(tokens, members[-1])
        if fitting.fits(mention.meaning, members, tokens, near=near):
            return _coordinated(mentions, before[: len(before) - distance], members, near=near)
    return []


def _of_age_before(mentions: Mentions, mention: Found[Variable | None], quantity: Quantity) -> bool:
    """Whether "of age" belongs only to the number before it, not also to the quantity after it.

    In "18 years of age, with 6 months of" only the 18 is an age. In "18 years of age and < 75 years" both are.
    """
    last = next((one for one in reversed(mentions.bounds[-8:]) if one.first < mention.first), None)
    if last is None or mention.first - last.unit_end != 1 or mentions.tokens[last.unit_end].text != "of":
        return False
    again = all(token.text in ("(", "or", ",") for token in mentions.tokens[mention.last : quantity.first])
    return not again and not (quantity.comparator in ("<", "<=") and quantity.value > last.value)


def _another_between(mentions: Mentions, mention: Found[Variable | None], quantity: Quantity) -> bool:
    """Whether another bound stands between a mention and a quantity, and an unknown word introduces the quantity.

    In "QTc < 440 ms, PQ interval = 210 ms" the 210 is not a QTc. In "≥ 9 g/dL (women ≥ 8 g/dL)" both have one variable.
    """
    last = next((one for one in reversed(mentions.bounds[-8:]) if one.first < quantity.first), None)
    if last is None:
        return False
    inside = last.first <= mention.first and mention.last <= last.number
    if last.first < mention.last and not inside:
        return False
    gap = mentions.tokens[last.last : quantity.first]
    if mention.meaning is BY_NAME["fasting glucose"] and any(token.text in _HOURS for token in gap):
        return True  # in "fasting glucose < 126 and 2 hour: 140-199" the second range is not fasting glucose
    if quantity.unit is None or quantity.unit.dimension in ("time", "score"):
        if gap and gap[-1].text in ("with", "for") and quantity.unit is not None:
            return True  # "20-35 years, with at least 2 years of"
        return any(token.kind == "word" and token.text not in _AFTER_ANOTHER for token in gap)
    introduced = mentions.tokens[quantity.first - 1]
    if (
        introduced.text == "("
        and len(gap) > 1
        and last.unit is not None
        and last.unit.dimension != quantity.unit.dimension
    ):
        introduced = gap[-2]  # "leukocytosis (> 10,000/mm3), leftward shift (> 10 %)"
    if introduced.text in _SUBGROUPS and last.unit is not None and last.unit.dimension == quantity.unit.dimension:
        return False
    return introduced.kind == "word" and introduced.text not in _AFTER_ANOTHER


def _coordinated(
    mentions: Mentions, before: list[Found[Variable | None]], members: list[Quantity], *, near: bool
) -> list[Named]:
    """The nearest mention, and those joined to it: "AST and ALT ≤ 2.5 x ULN" bounds both."""
    nearest = before[-1]
    chosen: list[Named] = []
    following = nearest
    for mention in reversed(before):
        gap = mentions.tokens[mention.last : following.first]
        again = mention.meaning is following.meaning and all(token.text in gaps.COORDINATED for token in gap)
        joined = mention is nearest or again or gaps.joined(gap)
        if (
            mention.meaning is None
            or not joined
            or not fitting.fits(mention.meaning, members, mentions.tokens, near=near)
        ):
            break
        if mention.meaning.name == "blood pressure" and following.meaning is not mention.meaning:
            break  # "blood pressure (BP), systolic > 170" bounds only the systolic pressure
        if mention.meaning.name not in {named.variable.name for named in chosen}:
            chosen.insert(0, Named(mention.meaning, mention.first, mention.last))
        following = mention
    return chosen


def _times_normal(mentions: Mentions, quantity: Quantity) -> list[Named]:
    """The variables after "x normal": in "> 2 x normal AST or ALT" they follow the number."""
    unit = quantity.unit
    if unit is None or unit.dimension != "multiple" or mentions.tokens[quantity.last - 1].text != "normal":
        return []
    return _listed(mentions, quantity.last)


def _listed(mentions: Mentions, at: int) -> list[Named]:
    """The variables measured in multiples of normal, from a token to the end of the clause or to a conjunction."""
    chosen: list[Named] = []
    while (mention := mentions.by_first.get(at)) is not None and mention.meaning is not None:
        if "multiple" in mention.meaning.dimensions:
            chosen.append(Named(mention.meaning, mention.first, mention.last))
        at = mention.last + 1
        if at > len(mentions.tokens) or mentions.tokens[at - 1].text not in ("or", "and", "/"):
            break
    following = mentions.tokens[at - 1] if chosen and at <= len(mentions.tokens) else None
    return chosen if following is None or following.text in gaps.CONJUNCTIONS | STOPS else []


def _to_the_right(mentions: Mentions, members: list[Quantity]) -> list[Named]:
    at = members[-1].last
    before = mentions.tokens[max(0, members[0].first - 3) : members[0].first]
    if any(token.text in fitting.CHANGES for token in before):
        return []
    for _ in range(FARTHEST_AFTER):
        mention = mentions.by_first.get(at)
        if mention and mention.meaning is not None and fitting.fits_before(mention.meaning, members, mentions.tokens):
            several = _listed(mentions, at) if inheriting.multiple(members[-1]) else []
            return several or [Named(mention.meaning, mention.first, mention.last)]
        if at >= len(mentions.tokens):
            break
        scale = mentions.tokens[members[-1].last].text == "on" and mentions.tokens[at].kind == "number"
        if mentions.tokens[at].text not in _BEFORE_VARIABLE and not scale:
            break
        at += 1
    return []

"""Which variable a quantity is about: the one beside it in the same clause, or several that are joined before it.

Every look goes a fixed number of tokens or mentions far, so that the whole is linear in the length of the text.
"""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING, NamedTuple

from transforms.eligibility import comparators, fitting, gaps
from transforms.eligibility.lexing import words
from transforms.eligibility.variables import BY_NAME, MENTIONS

if TYPE_CHECKING:
    from transforms.eligibility.lexing import Token
    from transforms.eligibility.model import Comparator
    from transforms.eligibility.phrases import Found
    from transforms.eligibility.quantity import Quantity
    from transforms.eligibility.variable_table import Variable

FARTHEST_MENTION = 4
MOST_JOINED = 6
CLOSE = 2
MOST_BETWEEN = 60
ANOTHER_KIND_WITHIN = 8
LONGEST_COMPARING = 6
FARTHEST_AFTER = 9
FARTHEST = 14
"""Most tokens between a variable and its quantity."""
LOAD_WITHIN = 20
_LOADS = words("ogtt load tolerance")
_STOPS = frozenset((")", ";", "."))
_AFTER_ANOTHER = words(
    """and or ( [ , : / but to for females males men women female male if & patients subjects adults children boys girls
    either then g e i is are of must be with was than both at level levels value values - = ≥ score scores should between"""
)
_EXTREMES: dict[str, Comparator] = {"minimum": ">=", "minimal": ">=", "maximum": "<=", "maximal": "<="}
_BEFORE_VARIABLE = words(
    "of in the for on total serum a resting mean an pre - operative preoperative baseline screening according to by as per using from defined heart cardiac failure insufficiency congestive"
)
_SUBGROUPS = words(
    "metastasis metastases metastatic involvement disease syndrome carcinoma hcc tumor tumors cancer mets present"
)
"""Ends of what narrows the people a bound is for: "AST ≤ 2.5 x ULN (liver metastasis ≤ 5 x ULN)" bounds AST twice."""
_THEN = words("at on in during prior before after measured for despite while with despite when without if pressure bp")
_SEXES = words("men women man woman male males female females boys girls")
_ITEMS = words("question questions item items")
_HOURS = words("hour hours hr hrs h")
_BESIDE = words("or and / , ( ) mmhg mm hg")


class Named(NamedTuple):
    """A variable and the tokens that name it."""

    variable: Variable
    first: int
    last: int


class Mentions:
    """The variables that a criterion names, and which of them a quantity is about."""

    def __init__(self, tokens: list[Token]) -> None:
        """Find the mentions among the tokens of one criterion."""
        self._tokens = tokens
        self._found: list[Found[Variable | None]] = [
            one for one in MENTIONS.find(tokens) if not (one.first and tokens[one.first - 1].text == "mm")
        ]  # the "Hg" of "mm Hg" is no hemoglobin
        self._bounded: list[Quantity] = []
        self._chosen: list[Named] = []
        self._index()

    def _index(self) -> None:
        self._lasts = [mention.last for mention in self._found]
        self._by_first = {mention.first: mention for mention in self._found}

    @property
    def ordinals(self) -> frozenset[int]:
        """The tokens that follow the name of a class or a score."""
        return frozenset(one.last for one in self._found if one.meaning is not None and one.meaning.ordinal)

    def leave_out(self, quantities: list[Quantity]) -> list[Quantity]:
        """The quantities that are not part of a name ("6-minute walk distance"); mentions inside units are forgotten.

        The "hr" of "24 hr" is no heart rate.
        """
        kept = [quantity for quantity in quantities if not self._is_named(quantity)]
        inside = {token for quantity in kept for token in range(quantity.number, quantity.unit_end)}
        self._found = [mention for mention in self._found if mention.first not in inside]
        self._index()
        return kept

    def _is_named(self, quantity: Quantity) -> bool:
        mention = self._by_first.get(quantity.number)
        return mention is not None and mention.meaning is not None and mention.last > quantity.unit_end

    def bounded(self, quantity: Quantity) -> None:
        """Remember that a quantity was found to bound a variable."""
        self._bounded.append(quantity)

    def about(self, members: list[Quantity]) -> list[Named]:
        """The variables that a quantity, or the range, list or pair it belongs to, is about."""
        self._compare_before_the_variable(members[0])
        self._compare_as_before(members[0])
        self._compare_as_for_the_other_sex(members[0])
        if fitting.is_scale(self._tokens, members):
            return []
        if times := self._times_normal(members[-1]):
            return times
        chosen = [] if members[-1].turned else self._to_the_left(members)
        unlikely = not any(fitting.plausible(one.variable, members[-1]) for one in chosen)
        if unlikely or chosen[0].variable.name == "blood pressure" or self._names_a_pressure(members[-1].last):
            chosen = self._to_the_right(members) or chosen
        self._chosen = chosen = chosen or self._of_the_subgroup(members)
        return [self._after_a_load(one, members) for one in chosen]

    def _of_the_subgroup(self, members: list[Quantity]) -> list[Named]:
        """What was bounded last, where its multiple of normal is another with metastases: "; if metastatic, ≤ 5 x ULN"."""
        last = self._bounded[-1] if self._bounded else None
        if last is None or not (_multiple(last) and _multiple(members[-1])):
            return []
        if members[0].first - last.last > FARTHEST or self._lasts_between(last.last, members[0].first):
            return []
        around = self._tokens[last.last : members[-1].last + FARTHEST_MENTION + CLOSE]
        if not any(token.text.startswith("metast") for token in around):
            return []
        members[0].comparator = members[0].comparator or last.comparator
        return self._chosen

    def _lasts_between(self, first: int, last: int) -> bool:
        """Whether a variable is named in a span of tokens."""
        return bisect_right(self._lasts, last) > bisect_right(self._lasts, first)

    def _names_a_pressure(self, at: int) -> bool:
        """Whether "systolic" or "diastolic" follows and belongs to the number before it: "> 160 systolic or > 100"."""
        mention = self._by_first.get(at)
        if mention is None or mention.meaning is None or mention.meaning.name not in ("sbp", "dbp"):
            return False
        following = self._tokens[mention.last].text if mention.last < len(self._tokens) else "."
        return following in _BESIDE or following in _STOPS or following in _THEN

    def _compare_as_before(self, quantity: Quantity) -> None:
        """Give a diastolic value the comparator of the systolic before it: "below 100 systolic or 70 diastolic"."""
        last = self._bounded[-1] if self._bounded else None
        if quantity.comparator is not None or last is None or not self._names_a_pressure(quantity.last):
            return
        gap = self._tokens[last.last : quantity.first]
        pressures = [mention for mention in self._before(quantity.first) if mention.first >= last.last]
        named = {index for mention in pressures for index in range(mention.first, mention.last)}
        if len(pressures) == 1 and all(
            token.text in _BESIDE for index, token in enumerate(gap, start=last.last) if index not in named
        ):
            quantity.comparator = last.comparator

    def _compare_as_for_the_other_sex(self, quantity: Quantity) -> None:
        """Give a value of one sex the comparator of the other's: "< 11 g/dL for women and 12 g/dL for men"."""
        last = self._bounded[-1] if self._bounded else None
        if quantity.comparator is not None or quantity.unit is None or last is None or last.unit is None:
            return
        if quantity.unit.ucum != last.unit.ucum or quantity.first - last.last > FARTHEST_MENTION + CLOSE:
            return
        between = self._tokens[last.last : quantity.first]
        after = self._tokens[quantity.last : quantity.last + CLOSE + 1]
        if all(any(token.text in _SEXES for token in part) for part in (between, after)) and not self._lasts_between(
            last.last, quantity.first
        ):
            quantity.comparator = last.comparator

    def _after_a_load(self, named: Named, members: list[Quantity]) -> Named:
        """Glucose that is measured after an oral load is that of the tolerance test."""
        if named.variable.name != "glucose":
            return named
        following = self._tokens[members[-1].last : members[-1].last + LOAD_WITHIN]
        for at, token in enumerate(following):
            if token.kind == "comparator" or token.text == ";":
                break
            if token.text in _LOADS and not any(one.text in ("before", "prior") for one in following[:at]):
                return named._replace(variable=BY_NAME["ogtt glucose"])
        return named

    def of_another_kind(self, members: list[Quantity]) -> bool:
        """Whether years stand beside a kind of age that is not the patient's now: gestational age, age at diagnosis."""
        at = bisect_right(self._lasts, members[-1].last + 4)
        for mention in reversed(self._found[max(0, at - 3) : at]):
            inside = mention.last > members[0].first and mention.first < members[-1].last
            near = mention.first <= members[-1].last and members[0].first - mention.last < ANOTHER_KIND_WITHIN
            if near and not inside:
                name = mention.meaning.name if mention.meaning is not None else ""
                return name in {"gestational age", "age at diagnosis", "life expectancy"}
        return False

    def _before(self, token: int) -> list[Found[Variable | None]]:
        at = bisect_right(self._lasts, token)
        return self._found[max(0, at - FARTHEST_MENTION - MOST_JOINED) : at]

    def _compare_before_the_variable(self, quantity: Quantity) -> None:
        """Give a bare number the comparator that stands before its variable: "minimum life expectancy of 12 weeks"."""
        if quantity.form != "single" or quantity.comparator is not None:
            return
        for mention in self._before(quantity.first)[-1:]:
            taken = self._bounded[-1].last if self._bounded else 0
            if mention.first <= taken or quantity.first - mention.last > CLOSE:
                return
            extreme = self._tokens[mention.first - 1]
            if extreme.text in _EXTREMES and not (mention.meaning is not None and mention.meaning.ordinal):
                quantity.comparator, quantity.start = _EXTREMES[extreme.text], extreme.start
            elif extreme.kind == "comparator":
                quantity.comparator, quantity.start = comparators.SYMBOLS[extreme.text], extreme.start
            elif extreme.text not in _EXTREMES and (phrase := self._comparing_up_to(mention.first)) is not None:
                quantity.comparator, quantity.start = phrase.meaning, self._tokens[phrase.first].start

    def _comparing_up_to(self, token: int) -> comparators.BeforeFound | None:
        """The phrase of comparing that ends before a token: "higher than" before "NYHA class II"."""
        for first in range(max(0, token - LONGEST_COMPARING), token):
            phrase = comparators.BEFORE.at(self._tokens, first)
            if phrase is not None and phrase.last == token:
                return phrase
        return None

    def _to_the_left(self, members: list[Quantity]) -> list[Named]:
        tokens = self._tokens
        before = self._before(members[0].number)
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
            if (distance and members[-1].unit is None) or self._another_between(mention, members[0]):
                return []
            if mention.meaning.name == "age" and (
                gaps.age_of_a_thing(tokens, mention.last) or self._of_age_before(mention, members[0])
            ):
                continue
            if fitting.changes(tokens, mention, members[-1]):
                return []
            if gap and gap[-1].text in _ITEMS:
                return []
            classed = mention.meaning.ordinal and bool(gap) and gap[-1].text in fitting.CLASSES
            near = (len(gap) <= CLOSE or classed) and not fitting.counts(tokens, members[-1])
            if fitting.fits(mention.meaning, members, tokens, near=near):
                return self._coordinated(before[: len(before) - distance], members, near=near)
        return []

    def _of_age_before(self, mention: Found[Variable | None], quantity: Quantity) -> bool:
        """Whether "of age" belongs to a number before it, and what follows is no upper end to it nor the same again.

        In "18 years of age, with 6 months of" it does; in "18 years of age and < 75 years" it is said of both.
        """
        last = next((one for one in reversed(self._bounded[-8:]) if one.first < mention.first), None)
        if last is None or mention.first - last.unit_end != 1 or self._tokens[last.unit_end].text != "of":
            return False
        again = all(token.text in ("(", "or", ",") for token in self._tokens[mention.last : quantity.first])
        return not again and not (quantity.comparator in ("<", "<=") and quantity.value > last.value)

    def _another_between(self, mention: Found[Variable | None], quantity: Quantity) -> bool:
        """Whether another bound stands between a mention and a quantity that something unknown introduces.

        In "QTc < 440 ms, PQ interval = 210 ms" the second is not QTc's; in "≥ 9 g/dL (women ≥ 8 g/dL)" it is.
        """
        last = next((one for one in reversed(self._bounded[-8:]) if one.first < quantity.first), None)
        if last is None:
            return False
        gap = self._tokens[last.last : quantity.first]
        if mention.meaning is BY_NAME["fasting glucose"] and any(token.text in _HOURS for token in gap):
            return True  # "fasting glucose < 126 and 2 hour: 140-199" is not fasting any more
        inside = last.first <= mention.first and mention.last <= last.number
        if last.first < mention.last and not inside:
            return False
        if quantity.unit is None or quantity.unit.dimension in ("time", "score"):
            if gap and gap[-1].text in ("with", "for") and quantity.unit is not None:
                return True  # "20-35 years, with at least 2 years of"
            return any(token.kind == "word" and token.text not in _AFTER_ANOTHER for token in gap)
        introduced = self._tokens[quantity.first - 1]
        if introduced.text in _SUBGROUPS and last.unit is not None and last.unit.dimension == quantity.unit.dimension:
            return False
        return introduced.kind == "word" and introduced.text not in _AFTER_ANOTHER

    def _coordinated(self, before: list[Found[Variable | None]], members: list[Quantity], *, near: bool) -> list[Named]:
        """The nearest mention, and those joined to it: "AST and ALT ≤ 2.5 x ULN" bounds both."""
        nearest = before[-1]
        chosen: list[Named] = []
        following = nearest
        for mention in reversed(before):
            gap = self._tokens[mention.last : following.first]
            again = mention.meaning is following.meaning and all(token.text in gaps.COORDINATED for token in gap)
            joined = mention is nearest or again or gaps.joined(gap)
            if (
                mention.meaning is None
                or not joined
                or not fitting.fits(mention.meaning, members, self._tokens, near=near)
            ):
                break
            if mention.meaning.name == "blood pressure" and following.meaning is not mention.meaning:
                break  # "blood pressure (BP), systolic > 170" is about the systolic alone
            if mention.meaning.name not in {named.variable.name for named in chosen}:
                chosen.insert(0, Named(mention.meaning, mention.first, mention.last))
            following = mention
        return chosen

    def _times_normal(self, quantity: Quantity) -> list[Named]:
        """The variables after "x normal": in "> 2 x normal AST or ALT" they stand there and not before the number."""
        unit = quantity.unit
        if unit is None or unit.dimension != "multiple" or self._tokens[quantity.last - 1].text != "normal":
            return []
        return self._listed(quantity.last)

    def _listed(self, at: int) -> list[Named]:
        """The variables measured in multiples that are named from a token on, up to the clause's end or a conjunction."""
        chosen: list[Named] = []
        while (mention := self._by_first.get(at)) is not None and mention.meaning is not None:
            if "multiple" in mention.meaning.dimensions:
                chosen.append(Named(mention.meaning, mention.first, mention.last))
            at = mention.last + 1
            if at > len(self._tokens) or self._tokens[at - 1].text not in ("or", "and", "/"):
                break
        following = self._tokens[at - 1] if chosen and at <= len(self._tokens) else None
        return chosen if following is None or following.text in gaps.CONJUNCTIONS | _STOPS else []

    def _to_the_right(self, members: list[Quantity]) -> list[Named]:
        at = members[-1].last
        before = self._tokens[max(0, members[0].first - 3) : members[0].first]
        if any(token.text in fitting.CHANGES for token in before):
            return []
        for _ in range(FARTHEST_AFTER):
            mention = self._by_first.get(at)
            if mention and mention.meaning is not None and fitting.fits_before(mention.meaning, members, self._tokens):
                several = self._listed(at) if _multiple(members[-1]) else []
                return several or [Named(mention.meaning, mention.first, mention.last)]
            if at >= len(self._tokens) or self._tokens[at].text not in _BEFORE_VARIABLE:
                break
            at += 1
        return []


def _multiple(quantity: Quantity) -> bool:
    return quantity.unit is not None and quantity.unit.dimension == "multiple"

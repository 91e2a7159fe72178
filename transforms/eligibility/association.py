"""Which variable a quantity is about: the one beside it in the same clause, or several that are joined before it.

Every look goes a fixed number of tokens or mentions far, so that the whole is linear in the length of the text.
"""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING, NamedTuple

from transforms.eligibility import fitting, gaps
from transforms.eligibility.lexing import words
from transforms.eligibility.variables import MENTIONS

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
FARTHEST = 14
"""Most tokens between a variable and its quantity."""
_STOPS = frozenset((")", ";", "."))
_AFTER_ANOTHER = words(
    """and or ( [ , : / but to for females males men women female male if & patients subjects adults children boys girls
    either then g e i is are of must be with was than both at level levels value values - = ≥ score scores should between"""
)
_EXTREMES: dict[str, Comparator] = {"minimum": ">=", "minimal": ">=", "maximum": "<=", "maximal": "<="}
_BEFORE_VARIABLE = words("of in the for on total serum a resting mean an")


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
        if fitting.is_scale(self._tokens, members):
            return []
        if times := self._times_normal(members[-1]):
            return times
        chosen = [] if members[-1].turned else self._to_the_left(members)
        if not chosen or chosen[0].variable.name == "blood pressure":
            chosen = self._to_the_right(members) or chosen
        return chosen

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
            extreme = self._tokens[mention.first - 1] if mention.first else None
            if extreme is None or extreme.text not in _EXTREMES or quantity.first - mention.last > CLOSE:
                return
            if mention.meaning is None or not mention.meaning.ordinal:
                quantity.comparator = _EXTREMES[extreme.text]
                quantity.start = extreme.start

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
            near = len(gap) <= CLOSE and not fitting.counts(tokens, members[-1])
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
        inside = last.first <= mention.first and mention.last <= last.number
        if last.first < mention.last and not inside:
            return False
        if quantity.unit is None or quantity.unit.dimension in ("time", "score"):
            gap = self._tokens[last.last : quantity.first]
            if gap and gap[-1].text in ("with", "for") and quantity.unit is not None:
                return True  # "20-35 years, with at least 2 years of"
            return any(token.kind == "word" and token.text not in _AFTER_ANOTHER for token in gap)
        introduced = self._tokens[quantity.first - 1]
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
        chosen: list[Named] = []
        at = quantity.last
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
        for _ in range(3):
            mention = self._by_first.get(at)
            if any(
                token.text in fitting.CHANGES for token in self._tokens[max(0, members[0].first - 3) : members[0].first]
            ):
                break
            if mention and mention.meaning is not None and fitting.fits_before(mention.meaning, members, self._tokens):
                return [Named(mention.meaning, mention.first, mention.last)]
            if at >= len(self._tokens) or self._tokens[at].text not in _BEFORE_VARIABLE:
                break
            at += 1
        return []

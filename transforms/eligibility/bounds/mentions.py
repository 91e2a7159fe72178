"""Finds the mentions of a criterion, for the modules that assign numbers to variables.

A mention is a place where the text names a variable. Each search covers a fixed number of tokens or mentions, so the
time is linear in the length of the text.
"""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING, NamedTuple

from trialwire.transforms.eligibility.bounds.variables import MENTIONS
from trialwire.transforms.eligibility.quantity.lexing import words

if TYPE_CHECKING:
    from trialwire.transforms.eligibility.bounds.variable_table import Variable
    from trialwire.transforms.eligibility.quantity.lexing import Token
    from trialwire.transforms.eligibility.quantity.phrases import Found
    from trialwire.transforms.eligibility.quantity.quantity import Quantity

FARTHEST_MENTION = 4
MOST_JOINED = 6
CLOSE = 2
"""With at most this many tokens between them, a number is close to its variable."""
FARTHEST = 14
"""The highest number of tokens between a variable and its quantity."""
STOPS = frozenset((")", ";", "."))
BESIDE = words("or and / , ( ) mmhg mm hg")
_THEN = words("at on in during prior before after measured for despite while with when without if pressure bp")


class Named(NamedTuple):
    """A variable and the half-open span `[first, last)` of the tokens that name the variable."""

    variable: Variable
    first: int
    last: int


class Mentions:
    """The mentions of one criterion, and the quantities that are already assigned to a variable."""

    def __init__(self, tokens: list[Token]) -> None:
        """Find the mentions among the tokens of one criterion."""
        self.tokens = tokens
        self.found: list[Found[Variable | None]] = [
            one for one in MENTIONS.find(tokens) if not (one.first and _unit(tokens, one.first))
        ]  # the "Hg" of "mm Hg" is not hemoglobin
        self.bounds: list[Quantity] = []
        self.named: list[Named] = []
        self._index()

    def _index(self) -> None:
        self.lasts = [mention.last for mention in self.found]
        self.by_first = {mention.first: mention for mention in self.found}

    @property
    def ordinals(self) -> frozenset[int]:
        """The indices of the tokens right after the name of a class or a score: the "II" of "NYHA II"."""
        return frozenset(one.last for one in self.found if one.meaning is not None and one.meaning.ordinal)

    def leave_out(self, quantities: list[Quantity]) -> list[Quantity]:
        """Return the quantities without those that are part of a variable's name ("6-minute walk distance").

        The mentions that are part of a unit are removed from this object: the "hr" of "24 hr" is not a heart rate.
        """
        kept = [quantity for quantity in quantities if not self._is_named(quantity)]
        inside = {token for quantity in kept for token in range(quantity.number, quantity.unit_end)}
        self.found = [mention for mention in self.found if mention.first not in inside]
        self._index()
        return kept

    def _is_named(self, quantity: Quantity) -> bool:
        mention = self.by_first.get(quantity.number)
        return mention is not None and mention.meaning is not None and mention.last > quantity.unit_end

    def bounded(self, quantity: Quantity, named: list[Named]) -> None:
        """Record that a quantity limits the variables in `named`."""
        self.bounds.append(quantity)
        self.named = named

    def before(self, token: int) -> list[Found[Variable | None]]:
        """Return the mentions before the token with index `token`, in the order of the text: at most the last ten."""
        at = bisect_right(self.lasts, token)
        return self.found[max(0, at - FARTHEST_MENTION - MOST_JOINED) : at]

    def named_between(self, first: int, last: int) -> bool:
        """Whether a mention ends between the tokens with the indices `first` and `last`."""
        return bisect_right(self.lasts, last) > bisect_right(self.lasts, first)

    def names_a_pressure(self, at: int) -> bool:
        """Whether the token with index `at` is "systolic" or "diastolic" and refers to the number before it.

        Example: "> 160 systolic". In "> 160 diastolic 90" the word refers to the number after it.
        """
        mention = self.by_first.get(at)
        if mention is None or mention.meaning is None or mention.meaning.name not in ("sbp", "dbp"):
            return False
        following = self.tokens[mention.last].text if mention.last < len(self.tokens) else "."
        return following in BESIDE or following in STOPS or following in _THEN


def _unit(tokens: list[Token], index: int) -> bool:
    return tokens[index].text == "hg" and tokens[index - 1].text == "mm"

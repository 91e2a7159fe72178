"""Finds the phrases of a table among tokens, the longest first, in one pass.

A phrase is words and signs separated by spaces ("greater than or =", "child pugh"). Between two words of the text a
hyphen, a possessive "'s" or a missing bracket makes no difference.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, NamedTuple, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterable

    from trialwire.transforms.eligibility.quantity.lexing import Token

T = TypeVar("T")
_SKIPPED = frozenset(("-", "'", "*", "_"))


class Found(NamedTuple, Generic[T]):
    """A phrase that was found at the tokens `[first, last)` (half-open), with its meaning in the table."""

    first: int
    last: int
    meaning: T


class Phrases(Generic[T]):
    """A table of phrases, each with a meaning. The phrases are stored as a tree of words, so a search is fast."""

    def __init__(self, rows: Iterable[tuple[str, T]]) -> None:
        """Rows are (phrase, meaning); of two rows with the same phrase the first counts."""
        self._tree: dict[str, tuple[dict, list[T]]] = {}  # type: ignore[type-arg]  # a tree of itself
        for phrase, meaning in rows:
            branch = self._tree
            meanings: list[T] = []
            for word in phrase.split():
                branch, meanings = branch.setdefault(word, ({}, []))
            meanings.append(meaning)

    def at(self, tokens: list[Token], index: int) -> Found[T] | None:
        """Return the longest phrase of the table that begins at the token with this index, or None."""
        branch = self._tree
        best: Found[T] | None = None
        position = index
        while position < len(tokens):
            word = tokens[position].text
            step = branch.get(word)
            if step is None:
                if position > index and word in _SKIPPED:
                    position += 1
                    continue
                if position > index and word == "s" and tokens[position - 1].text == "'":
                    position += 1
                    continue
                break
            position += 1
            branch = step[0]
            if step[1]:
                best = Found(index, position, step[1][0])
        return best

    def find(self, tokens: list[Token]) -> list[Found[T]]:
        """Return all phrases of the table among the tokens, in the order of the text, without overlaps."""
        found: list[Found[T]] = []
        index = 0
        while index < len(tokens):
            match = self.at(tokens, index) if tokens[index].text in self._tree else None
            if match is None:
                index += 1
            else:
                found.append(match)
                index = match.last
        return found

"""Measures how similar two criteria are: from 0 to 1, by the weights of the words that occur in both criteria.

The weight of a word says how specific the word is. Words are compared by their stem, that is, their first letters.
"""

from __future__ import annotations

from collections import Counter
from functools import lru_cache
from typing import TYPE_CHECKING

from trialwire.changes.semantic.wording import NEGATIONS, is_numeric

if TYPE_CHECKING:
    from collections.abc import Iterable

_STEM = 6
_EMPTY = frozenset(
    [
        "a",
        "an",
        "the",
        "of",
        "to",
        "in",
        "on",
        "at",
        "by",
        "for",
        "with",
        "and",
        "or",
        "as",
        "is",
        "are",
        "be",
        "been",
        "was",
        "were",
        "has",
        "have",
        "had",
        "will",
        "would",
        "that",
        "this",
        "which",
        "who",
        "any",
        "all",
        "other",
        "from",
        "than",
        "if",
        "their",
        "his",
        "her",
        "its",
        "it",
        "they",
        "at",
        "least",
        "most",
        "within",
        "per",
        "not",
        "no",
        "must",
        "should",
        "may",
        "can",
    ]
)
_COMMON = frozenset(
    [
        "patient",
        "patients",
        "subject",
        "subjects",
        "participant",
        "participants",
        "history",
        "known",
        "prior",
        "previous",
        "study",
        "trial",
        "criteria",
        "criterion",
        "inclusion",
        "exclusion",
        "disease",
        "diagnosis",
        "treatment",
        "therapy",
        "use",
        "current",
        "currently",
        "clinically",
        "significant",
        "evidence",
        "active",
        "months",
        "weeks",
        "days",
        "years",
        "including",
        "defined",
        "investigator",
        "opinion",
        "able",
        "willing",
        "men",
        "women",
    ]
)
Stems = Counter[str]


@lru_cache(maxsize=8192)
def weight(word: str) -> float:
    """Return the weight of a word, 0.1 to 1: how specific the word is for the topic of a criterion.

    Examples: "the" 0.1, "patients" 0.45, "hypertension" 1. Numbers have a low weight (0.25), because often only the
    numbers of a criterion change.
    """
    if is_numeric(word) or word in NEGATIONS:
        return 0.25
    if len(word) == 1 or word in _EMPTY:
        return 0.1
    return 0.45 if word in _COMMON else 1.0


def stems(found: Iterable[str]) -> Stems:
    """Return the stems (first letters) of the words of a criterion, as stem → number of occurrences."""
    return Counter(word if is_numeric(word) else word[:_STEM] for word in found)


@lru_cache(maxsize=8192)
def stem_weight(stem: str) -> float:
    """Return the weight of a stem. For the stem of a word that is listed as common, it is the weight of this word."""
    return min(weight(stem), _STEMMED.get(stem, 1.0))


def mass(found: Stems) -> float:
    """Return the sum of the weights of all words of a criterion."""
    return sum(stem_weight(stem) * count for stem, count in found.items())


def shared(one: Stems, other: Stems) -> float:
    """Return the sum of the weights of the words that two criteria have in common."""
    if len(one) > len(other):
        one, other = other, one
    return sum(stem_weight(stem) * min(count, other[stem]) for stem, count in one.items() if stem in other)


def likeness(one: Stems, other: Stems) -> float:
    """Return the weighted Dice coefficient of two criteria: 1 for the same words in any order, 0 for no common word."""
    both = mass(one) + mass(other)
    return 2 * shared(one, other) / both if both else 0.0


def telling(found: Stems) -> list[str]:
    """Return the stems of a criterion that are specific enough to find similar criteria by them."""
    return [stem for stem in found if stem_weight(stem) > 0.3]


_STEMMED = {word[:_STEM]: weight(word) for word in _COMMON | _EMPTY}

"""Compares the populations of two eligibility texts: the parts of the participants that a text names ("Healthy volunteers")."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trialwire.changes.semantic.wording import words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from trialwire.schemas.semantic_change import CriterionRow

_SAME_POPULATION, _OF_THE_LARGER = 0.5, 0.2
"""The least share of equal criteria in two populations for one to be the other renamed, and of the larger one of them."""


def compare(old: Sequence[CriterionRow], new: Sequence[CriterionRow]) -> tuple[dict[str, str], list[str], list[str]]:
    """Compare the names of populations. Returns (renamed: old name → new name, removed names, added names).

    A population is renamed if its criteria are mostly the same under the new name.
    """
    before, after = _said_of(old), _said_of(new)
    gone, come = [name for name in before if name not in after], [name for name in after if name not in before]
    renamed: dict[str, str] = {}
    for name in gone:
        scored = [(_overlap(before[name], after[other]), other) for other in come if other not in renamed.values()]
        best = max(scored, default=(0.0, ""))
        if best[0] >= _SAME_POPULATION:
            renamed[name] = best[1]
    return renamed, [one for one in gone if one not in renamed], [one for one in come if one not in renamed.values()]


def _said_of(rows: Sequence[CriterionRow]) -> dict[str, set[tuple[str, ...]]]:
    found: dict[str, set[tuple[str, ...]]] = {}
    for row in rows:
        if row.population:
            said = found.setdefault(row.population, set())
            if row.role != "heading":
                said.add(words(row.text))
    return found


def _overlap(one: set[tuple[str, ...]], other: set[tuple[str, ...]]) -> float:
    """Return the share of the smaller set that is in both sets, or 0 if this is only a small part of the larger set."""
    both, sizes = len(one & other), sorted((len(one), len(other)))
    return both / max(1, sizes[0]) if both >= _OF_THE_LARGER * sizes[1] else 0.0

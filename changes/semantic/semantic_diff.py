"""Makes the semantic diff of two versions of a trial, and a headline: one line with its most important changes."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from trialwire.changes.normal_form import normal_form
from trialwire.changes.semantic.criteria import PATH, RELAID, criteria_changes
from trialwire.changes.semantic.entries import at, entry_changes
from trialwire.changes.semantic.facts import fact_changes
from trialwire.changes.semantic.sites import site_changes
from trialwire.schemas.contact_data import masked, masked_path, suspect
from trialwire.schemas.semantic_change import CLASS_ORDER, SemanticChange, SemanticDiff

if TYPE_CHECKING:
    from collections.abc import Sequence

    from trialwire.schemas.semantic_change import CriterionRow
    from trialwire.schemas.trial import Trial

_AT_MOST = 3
_NAMED = 3
"""Up to this number, changes of one kind are named one by one in a line; more are counted."""


def semantic_diff(
    old: Trial, new: Trial, old_criteria: Sequence[CriterionRow], new_criteria: Sequence[CriterionRow]
) -> SemanticDiff:
    """Return what changed between two Trials. Both trees of criteria must come from the same version of the parser.

    The most important changes come first. If the Trials differ, there is at least one change or note.
    """
    before, after = normal_form(old), normal_form(new)
    if before == after:
        return SemanticDiff(())
    notes: list[str] = []
    found: list[SemanticChange] = []
    if at(before, PATH) != at(after, PATH):
        found += criteria_changes(old_criteria, new_criteria)
        notes += [] if found else [RELAID]
    found += fact_changes(before, after)
    found += site_changes(before, after)
    found += entry_changes(before, after)
    if not found and not notes:
        sentence = "The record changed where no rule has a name for it."
        found.append(SemanticChange("other", "changed", "", None, None, sentence))
    found.sort(key=lambda change: CLASS_ORDER.index(change.change_class))
    return SemanticDiff(tuple(_masked(change) for change in found), tuple(notes))


def _masked(change: SemanticChange) -> SemanticChange:
    """The change with contact data masked in its path too: a key that no rule knows may be an address."""
    if any(map(suspect, (change.sentence, *change.path.split(".")))):
        return replace(change, path=masked_path(change.path), sentence=masked(change.sentence))
    return change


def headline(diff: SemanticDiff) -> str:
    """Return the most important changes of a semantic diff in one line, and the number of changes that are left out."""
    if not diff.changes:
        return " ".join(diff.notes) or "Nothing changed."
    groups: dict[tuple[str, str, bool], list[SemanticChange]] = {}
    for change in diff.changes:
        groups.setdefault((change.code, change.kind, change.opens_or_closes), []).append(change)
    parts: list[str] = []
    said = 0
    for members in groups.values():
        if len(parts) == _AT_MOST:
            break
        if len(members) > _NAMED:
            parts.append(f"{len(members)} × {_counted(members[0])}.")
            said += len(members)
            continue
        for change in members[: _AT_MOST - len(parts)]:
            parts.append(change.sentence)
            said += 1
    left = len(diff.changes) - said
    return " ".join(parts) + (f" And {left} more." if left else "")


def _counted(change: SemanticChange) -> str:
    noun = {"eligibility.criteria": "criterion"}.get(change.code, change.code)
    return noun if noun.endswith(("added", "removed")) else f"{noun} {change.kind}"

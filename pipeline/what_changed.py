"""Compares two stored versions of a trial. Both eligibility texts are parsed again, by the current parser."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from trialwire.changes.compression import UnreadableVersionError
from trialwire.changes.semantic.semantic_diff import headline, semantic_diff
from trialwire.schemas.errors import UsageError
from trialwire.transforms.eligibility import parse

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from trialwire.changes.store import Store, Version
    from trialwire.schemas.semantic_change import SemanticDiff
    from trialwire.schemas.trial import Trial
    from trialwire.transforms.eligibility.model import Criterion

_UNREADABLE = "This version cannot be read, so its changes are not known."


def of_trials(old: Trial, new: Trial) -> SemanticDiff:
    """Return what changed between two Trials. The same parser reads both texts, so a new parser causes no change."""
    return semantic_diff(old, new, _criteria(old.eligibility.criteria or ""), _criteria(new.eligibility.criteria or ""))


def between(store: Store, trial_id: str, old: int, new: int) -> SemanticDiff:
    """Return what changed between two stored versions of a trial. Raises UsageError if a version does not exist."""
    return of_trials(store.history.trial(trial_id, old), store.history.trial(trial_id, new))


def chosen(
    versions: Sequence[Version], *, from_: int | None = None, to: int | None = None, since: date | None = None
) -> tuple[int | None, int]:
    """Return the numbers of the two versions to compare: by default the newest version and the version before it.

    `since`: compare with the last version before this day (UTC) or, if there is none, with the first version. If the
    trial has only one version, the earlier number is None. Raises UsageError if a number does not exist or if the
    numbers are in the wrong order.
    """
    numbers = [version.sequence for version in versions]
    last = numbers[-1] if to is None else to
    if since is not None:
        if from_ is not None:
            raise UsageError(
                "--since chooses the earlier version by its day, --from by its number: give one of the two."
            )
        seen = [version.sequence for version in versions if version.seen_at.date() < since and version.sequence <= last]
        from_ = seen[-1] if seen else numbers[0]
    if from_ is None:
        from_ = max((number for number in numbers if number < last), default=None)
    if absent := [number for number in (from_, last) if number is not None and number not in numbers]:
        known = f"{numbers[0]} to {numbers[-1]}" if len(numbers) > 1 else str(numbers[0])
        raise UsageError(f"There is no version {absent[0]}. The store has {known}: see them with --history.")
    if from_ is not None and from_ > last:
        raise UsageError(f"Version {from_} is later than version {last}. Give the earlier one as --from.")
    return from_, last


def headlines(store: Store, trial_id: str, versions: Sequence[Version]) -> Iterator[str]:
    """Yield one line for each version: what the version changed, or that the version cannot be read."""
    earlier: Trial | None = None
    for version in versions:
        try:
            trial = store.history.trial(trial_id, version.sequence)
        except UnreadableVersionError:
            earlier = None
            yield _UNREADABLE
            continue
        first = version.sequence == versions[0].sequence
        yield "The first version." if first else _headline(version, earlier, trial)
        earlier = trial


def newest_headline(store: Store, trial_id: str, versions: Sequence[Version]) -> str:
    """Return the line that says what the newest version of a trial changed."""
    return list(headlines(store, trial_id, versions[-2:]))[-1] if len(versions) > 1 else "The first version."


def _headline(version: Version, earlier: Trial | None, trial: Trial) -> str:
    if earlier is None:
        return "The version before it cannot be read, so its changes are not known."
    diff = of_trials(earlier, trial)
    if diff.changes or diff.notes:
        return headline(diff)
    return (
        "Rendered again by a better mapping; the trial is the same."
        if "mapping" in version.codes
        else "Nothing changed."
    )


@lru_cache(maxsize=64)
def _criteria(text: str) -> tuple[Criterion, ...]:
    return parse(text)

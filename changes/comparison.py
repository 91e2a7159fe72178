"""Compares one Trial with the newest stored version, and decides whether it is new, changed or unchanged.

What is compared is the normal form of each Trial: JSON values, prepared so that equal facts give equal values.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from trialwire.changes.compression import UnreadableVersionError
from trialwire.changes.difference import differences
from trialwire.changes.normal_form import fingerprint, normal_form
from trialwire.changes.page_merge import disagreements, merged
from trialwire.schemas.event import ChangeCode, FieldChange, Verb
from trialwire.schemas.held import Finding

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from trialwire.schemas.trial import Trial

Kind = Literal["new", "changed", "unchanged"]


@dataclass(frozen=True, slots=True)
class Known:
    """The newest stored version of a trial, with the data that a comparison needs.

    `trial` is a function: it reads the whole Trial from the store.
    """

    sequence: int
    fingerprint: str
    partial: bool
    registry_updated_date: str | None
    release_date: str | None
    trial: Callable[[], Trial]


@dataclass(frozen=True, slots=True)
class Comparison:
    """The result of comparing a Trial that was read (`read`) with the newest version. `trial`: the Trial to be stored.

    `base`: the sequence of the stored version that `read` was compared with, or None if the store has no version of the
    trial. `earlier`: set if `read` was compared with an earlier record of the same batch, whose version is not yet
    written. Before the batch is written, the store checks that the compared version is still the newest.
    """

    kind: Kind
    read: Trial
    trial: Trial
    findings: tuple[Finding, ...]
    base: int | None
    fingerprint: str
    verb: Verb = "created"
    changes: tuple[FieldChange, ...] = ()
    codes: tuple[ChangeCode, ...] = ()
    earlier: Comparison | None = None


def compare(read: Trial, known: Known | None) -> Comparison:
    """Compare the Trial `read` with the newest version `known` and return the result.

    The normal forms are compared, not the JSON of the registry.

    A page (a saved text of an aggregator site) never changes a version that came from a registry. If the stored version
    cannot be read, the next record of the trial replaces it; a page cannot replace a registry's record.
    """
    if known is None:
        return Comparison("new", read, read, (), None, fingerprint(normal_form(read)))
    try:
        return _compared(read, known)
    except UnreadableVersionError as error:
        message = f"{error} Its changes are not known."
        unread = (Finding(code="unreadable-version", message=message, severity="warning"),)
        if read.partial and not known.partial:
            return _same(known, read, read, unread)
        print_ = fingerprint(normal_form(read))
        return Comparison("changed", read, read, unread, known.sequence, print_, "updated", (), ("other",))


def _compared(read: Trial, known: Known) -> Comparison:
    if read.partial and not known.partial:
        registry = known.trial()
        return _same(known, read, registry, disagreements(read, registry))
    trial, findings = read, list[Finding]()
    if read.partial:
        base = known.trial()
        page_wins = read.layout == base.layout and not _is_older(read, known)
        trial, findings = merged(read, base, page_wins=page_wins)
    elif known.partial:
        findings = disagreements(known.trial(), read)
    elif _is_older(read, known):
        return _same(known, read, read, [_older(read, known)])
    document = normal_form(trial)
    print_ = fingerprint(document)
    if print_ == known.fingerprint:
        return _same(known, read, trial, findings)
    base = known.trial()
    before = normal_form(base)
    if before == document:  # the rules of the normal form have changed since that version was written
        return _same(known, read, trial, findings)
    changes = tuple(differences(before, document))
    codes = tuple(sorted({change.code for change in changes}))
    verb = verb_of(base, trial)
    return Comparison("changed", read, trial, tuple(findings), known.sequence, print_, verb, changes, codes)


def verb_of(old: Trial, new: Trial) -> Verb:
    """Return the verb for a change from one Trial to another: the most specific verb that applies.

    The verb is one word for the whole version. The change codes of the version list everything that changed.
    """
    was, became = old.status.overall_status, new.status.overall_status
    if became != was:
        return "withdrawn" if became == "WITHDRAWN" else "status-changed"
    if _has_results(new) and not _has_results(old):
        return "results-posted"
    return "updated"


def registry_date(trial: Trial) -> str | None:
    """Return the date on which the registry's record was last updated.

    It is the date of submission by the sponsor. If this is absent, it is the date of posting.
    """
    posted = trial.status.last_update_post_date_struct
    return trial.status.last_update_submit_date or (posted.date if posted else None)


def release_date(trial: Trial) -> str | None:
    """Return the date of the registry's data release that contains this copy of the record, or None if unknown."""
    misc = trial.derived.misc_info_module
    return misc.version_holder if misc else None


def _has_results(trial: Trial) -> bool:
    return trial.results is not None or trial.has_results is True


def _is_older(trial: Trial, known: Known) -> bool:
    """Whether a copy is older: from an earlier release or, if that is equal or unknown, with an earlier last update."""
    for ours, theirs in (
        (release_date(trial), known.release_date),
        (registry_date(trial), known.registry_updated_date),
    ):
        if ours is None or theirs is None:
            continue
        length = min(len(ours), len(theirs))  # "2025-06" is not before "2025-06-30"
        if ours[:length] != theirs[:length]:
            return ours[:length] < theirs[:length]
    return False


def _older(trial: Trial, known: Known) -> Finding:
    ours = registry_date(trial) or release_date(trial)
    theirs = known.registry_updated_date or known.release_date
    message = f"{trial.trial_id}: this record (of {ours}, release {release_date(trial)}) is older than the one in the store (of {theirs}, release {known.release_date}); the newer one is kept."
    return Finding(code="older-record", path="status.lastUpdateSubmitDate", message=message, severity="warning")


def _same(known: Known, read: Trial, trial: Trial, findings: Sequence[Finding]) -> Comparison:
    return Comparison("unchanged", read, trial, tuple(findings), known.sequence, known.fingerprint)

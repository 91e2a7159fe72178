"""Reads the head of a trial: its last sequence, and the data of its newest version that a comparison needs."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, bindparam, select

from trialwire.changes.comparison import Known
from trialwire.changes.compression import unpacked_trial
from trialwire.changes.tables import trial, version

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from sqlalchemy import Connection, Row

    from trialwire.schemas.trial import Trial

_AT_ONCE = 500
"""Keys per query: below the parameter limit of every database."""
_KNOWN = (
    version.c.fingerprint, version.c.partial, version.c.registry_updated_date, version.c.release_date, version.c.status,
)  # fmt: skip

_HEADS = (
    select(trial.c.trial_id, trial.c.sequence, trial.c.head, *_KNOWN)
    .outerjoin_from(trial, version, and_(version.c.trial_id == trial.c.trial_id, version.c.sequence == trial.c.head))
    .where(trial.c.trial_id.in_(bindparam("trial_ids", expanding=True)))
)


@dataclass(frozen=True, slots=True)
class Head:
    """The head (newest state) of a trial. `sequence`: the highest version number that was ever assigned to the trial.

    `known`: the newest version. It is None if the store was lost and now has no version of the trial, or only versions
    older than those that consumers have.
    """

    sequence: int
    known: Known | None
    status: str | None


def heads(
    connection: Connection, trial_ids: Sequence[str], read: Callable[[str, int], Trial] | None = None
) -> dict[str, Head]:
    """Return the heads of these trials, as trial id → head. A trial that is not in the store is left out.

    `read`: a function that takes (trial id, sequence) and loads the Trial. It is called only if a comparison needs the
    Trial.
    """
    found: dict[str, Head] = {}
    for some in chunks(trial_ids):
        for row in connection.execute(_HEADS, {"trial_ids": some}):
            found[row.trial_id] = _head(row, read or partial(read_trial, connection))
    return found


def read_trial(connection: Connection, trial_id: str, sequence: int) -> Trial:
    """Read the Trial of one version from the store."""
    question = select(version.c.canonical).where(version.c.trial_id == trial_id, version.c.sequence == sequence)
    return unpacked_trial(connection.execute(question).scalar_one(), trial_id, sequence)


def chunks(keys: Sequence[Any]) -> Iterator[Sequence[Any]]:
    """Split a list of keys into parts, each small enough for one database query."""
    for start in range(0, len(keys), _AT_ONCE):
        yield keys[start : start + _AT_ONCE]


def _head(row: Row[Any], read: Callable[[str, int], Trial]) -> Head:
    if row.head is None:
        return Head(row.sequence, None, None)
    known = Known(
        row.head, row.fingerprint, row.partial, row.registry_updated_date, row.release_date,
        trial=lambda: read(row.trial_id, row.head),
    )  # fmt: skip
    return Head(row.sequence, known, row.status)

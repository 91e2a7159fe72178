"""Reseeds a store that was lost or restored, so that new versions get higher numbers than those that consumers have.

A sequence is the number of a version of a trial: 1, 2, 3 and so on. To take over a sequence means to continue after it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, select, update

from trialwire.changes import tables
from trialwire.changes.database import Database, upsert
from trialwire.changes.log_writer import LogWriter
from trialwire.changes.newest_version import chunks, heads
from trialwire.changes.outbox import cursor_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sqlalchemy import Connection, Result, Table

_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Reseeded:
    """The counts of a reseed: trials whose sequence was taken over, and how many of them went to the outbox at once."""

    taken_over: int
    announced: int


class Reseeding:
    """Raises the sequences of the store to those of consumers, so that the next versions get higher numbers."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def take_over(self, pairs: Iterable[tuple[str, int]], *, destination: str) -> Reseeded:
        """Take over the sequences that the consumers of a destination have seen. `pairs`: (trial id, sequence).

        A trial is affected if its sequence in this store is lower than the given sequence, or equal but not delivered
        yet. Example: consumers have version 7, the store has version 3, so the next version gets the number 8.

        If the store's newest version was not delivered yet, it is new to consumers. It is added to the outbox again, as
        a snapshot with the number 8, and its old outbox rows become void (they are not delivered).

        If the store's newest version was delivered, or the store has none, consumers have newer data. Nothing is added
        to the outbox. The next record of the trial is compared with no version, so it always becomes version 8.
        """
        taken_over = announced = 0
        stream = iter(pairs)
        while batch := dict(sorted(islice(stream, _AT_ONCE))):
            with self._database.appending() as connection:
                reseed = _Reseed(connection, batch, cursor_of(connection, destination).position)
                taken_over += len(reseed.behind)
                announced += reseed.run()
        return Reseeded(taken_over, announced)


class _Reseed:
    """One batch of trials whose sequence is taken over."""

    def __init__(self, connection: Connection, sequences: dict[str, int], delivered: int) -> None:
        self._connection = connection
        self._heads = heads(connection, list(sequences))
        self._delivered = delivered
        self._undelivered = self._undelivered_heads(list(sequences))
        self.behind = {key: sequence for key, sequence in sequences.items() if self._is_behind(key, sequence)}

    def run(self) -> int:
        """Take over the sequences of this batch. Returns the number of trials that were added to the outbox at once."""
        log = LogWriter(self._connection)
        again = [trial_id for trial_id in self.behind if trial_id in self._undelivered]
        for trial_id in again:
            self._announce(log, trial_id, self.behind[trial_id] + 1)
        log.flush()
        rest = {key: sequence for key, sequence in self.behind.items() if key not in self._undelivered}
        upsert(self._connection, tables.trial, [{"trial_id": k, "sequence": s, "head": None} for k, s in rest.items()])
        for some in chunks(list(rest)):
            self._connection.execute(delete(tables.sighting).where(tables.sighting.c.trial_id.in_(some)))
        return len(again)

    def _is_behind(self, trial_id: str, sequence: int) -> bool:
        """At an equal sequence this store is behind only if it has not delivered its own version of that number."""
        head = self._heads.get(trial_id)
        last = head.sequence if head else 0
        return last < sequence or (last == sequence and trial_id in self._undelivered)

    def _undelivered_heads(self, trial_ids: Sequence[str]) -> set[str]:
        log, trial = tables.outbox, tables.trial
        at_head = (log.c.trial_id == trial.c.trial_id) & (log.c.sequence == trial.c.head)
        question = select(trial.c.trial_id).join(log, at_head).where(log.c.position > self._delivered)
        return {
            key
            for some in chunks(trial_ids)
            for key in self._connection.execute(question.where(trial.c.trial_id.in_(some))).scalars()
        }

    def _announce(self, log: LogWriter, trial_id: str, sequence: int) -> None:
        outbox, sighting = tables.outbox, tables.sighting
        old = self._heads[trial_id].sequence
        row = dict(self._of(tables.version, trial_id, old).mappings().one())
        bundles = [dict(one) for one in self._of(tables.bundle, trial_id, old).mappings()]
        undelivered = (outbox.c.trial_id == trial_id) & (outbox.c.position > self._delivered)
        self._connection.execute(update(outbox).where(undelivered).values(void=True))
        now = datetime.now(UTC)
        log.add(row | {"sequence": sequence, "verb": "snapshot", "codes": ["other"], "seen_at": now}, bundles, now)
        here = (sighting.c.trial_id == trial_id) & (sighting.c.sequence == old)
        self._connection.execute(update(sighting).where(here).values(sequence=sequence))

    def _of(self, table: Table, trial_id: str, sequence: int) -> Result[Any]:
        return self._connection.execute(select(table).where(table.c.trial_id == trial_id, table.c.sequence == sequence))

"""What a replay writes: versions that a better mapping made, and sequences taken over after a store was lost."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import orjson
from sqlalchemy import delete, select

from changes import tables
from changes.database import Database, upsert
from changes.head import Head, chunks, heads
from changes.log_writer import LogWriter, Rendition
from changes.packing import packed

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from sqlalchemy import Connection

    from schemas.event import FhirVersion
    from schemas.outbox import OutboxRow


@dataclass(frozen=True, slots=True)
class Remapped:
    """The newest version of a trial, rendered and checked again."""

    row: OutboxRow
    renditions: Mapping[FhirVersion, Rendition]
    status: str
    seen_at: datetime
    mapping_version: str
    contacts_included: bool

    @property
    def differs(self) -> bool:
        """Whether a Bundle says something other than before, in any FHIR version."""
        return {name: one.content_hash for name, one in self.renditions.items()} != self.row.content_hashes


class Replays:
    """Writing what no record asked for."""

    _database: Database

    def announce_mapping(self, remapped: Sequence[Remapped]) -> int:
        """Write a version `updated` with the change `mapping` where a Bundle differs. Returns how many were written.

        A trial that got a newer version in the meantime is passed over: that one was rendered by today's mapping.
        """
        different = [one for one in remapped if one.differs]
        if not different:
            return 0
        with self._database.appending() as connection:
            log = LogWriter(connection)
            known = heads(connection, [one.row.change.trial_id for one in different])
            current = [one for one in different if _is_head(one.row, known.get(one.row.change.trial_id))]
            for one in current:
                sequence = known[one.row.change.trial_id].sequence + 1
                log.add(_mapping_row(connection, one, sequence), one.renditions, one.seen_at)
                _carry_sightings(connection, one.row, sequence)
            log.flush()
        return len(current)

    def reseed(self, pairs: Iterable[tuple[str, int]]) -> int:
        """Take over the sequences that consumers have seen: (trial, sequence). Returns how many stood lower here.

        What the store holds of such a trial is not what consumers hold: its next reading becomes a version above the
        sequence taken over, whatever it says.
        """
        raised = 0
        batch: dict[str, int] = {}
        for trial_id, sequence in pairs:
            batch[trial_id] = max(sequence, batch.get(trial_id, 0))
            if len(batch) == 500:
                raised += self._raise(batch)
                batch = {}
        return raised + self._raise(batch)

    def _raise(self, sequences: dict[str, int]) -> int:
        with self._database.appending() as connection:
            known = heads(connection, list(sequences))
            lower = {
                trial_id: sequence
                for trial_id, sequence in sequences.items()
                if trial_id not in known or known[trial_id].sequence < sequence
            }
            rows = [{"trial_id": key, "sequence": sequence, "head": None} for key, sequence in lower.items()]
            upsert(connection, tables.trial, rows)
            for some in chunks(list(lower)):
                connection.execute(delete(tables.sighting).where(tables.sighting.c.trial_id.in_(some)))
        return len(lower)


def _is_head(row: OutboxRow, head: Head | None) -> bool:
    return head is not None and head.known is not None and head.known.sequence == row.change.sequence


def _mapping_row(connection: Connection, one: Remapped, sequence: int) -> dict[str, Any]:
    version, before = tables.version, one.row.change
    old = select(version).where(version.c.trial_id == before.trial_id, version.c.sequence == before.sequence)
    row = dict(connection.execute(old).mappings().one())
    return row | {
        "sequence": sequence,
        "verb": "updated",
        "codes": ["mapping"] if one.status == before.status else ["mapping", "status"],
        "status": one.status,
        "previous_status": before.status,
        "seen_at": one.seen_at,
        "mapping_version": one.mapping_version,
        "contacts_included": one.contacts_included,
        "changes": packed(orjson.dumps([])),
    }


def _carry_sightings(connection: Connection, row: OutboxRow, sequence: int) -> None:
    """What was noticed about the old version holds for the new one: the trial is the same."""
    sighting = tables.sighting
    same = (sighting.c.trial_id == row.change.trial_id) & (sighting.c.sequence == row.change.sequence)
    connection.execute(sighting.update().where(same).values(sequence=sequence))

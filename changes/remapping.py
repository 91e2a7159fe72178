"""Adds a version of a trial whose Bundle is different with a new mapping, so that destinations get the new Bundle.

The trial itself is unchanged.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import orjson
from sqlalchemy import select

from trialwire.changes import tables
from trialwire.changes.compression import packed
from trialwire.changes.database import Database
from trialwire.changes.log_writer import LogWriter, Rendition, bundle_rows
from trialwire.changes.newest_version import Head, heads

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from sqlalchemy import Connection

    from trialwire.schemas.event import FhirVersion
    from trialwire.schemas.outbox import OutboxRow


@dataclass(frozen=True, slots=True)
class Remapped:
    """The newest version of a trial, with the new and checked Bundles that the current mapping makes from it."""

    row: OutboxRow
    renditions: Mapping[FhirVersion, Rendition]
    status: str
    seen_at: datetime
    mapping_version: str
    contacts_included: bool

    @property
    def differs(self) -> bool:
        """Whether the new Bundle has another content hash than the stored Bundle, in any FHIR version."""
        return {name: one.content_hash for name, one in self.renditions.items()} != self.row.content_hashes


class Remapping:
    """Writes versions whose cause is a new mapping, not a new record."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def announce(self, remapped: Sequence[Remapped]) -> int:
        """Write a new version of each trial whose Bundle differs from the stored one. Return the number of new versions.

        Each new version is recorded as the event `updated` with the change code `mapping`. If a trial got a newer version in the meantime, the
        trial is skipped, because the current mapping already made the Bundles of the newer version.
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
                log.add(_mapping_row(connection, one, sequence), bundle_rows(one.renditions), one.seen_at)
                _carry_sightings(connection, one.row, sequence)
            log.flush()
        return len(current)


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
    """Move the sightings of the old version to the new one, because the trial is the same."""
    sighting = tables.sighting
    same = (sighting.c.trial_id == row.change.trial_id) & (sighting.c.sequence == row.change.sequence)
    connection.execute(sighting.update().where(same).values(sequence=sequence))

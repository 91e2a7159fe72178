"""Stores held records: records that could not be accepted. They are kept byte for byte, with the reasons.

A held record stays until a later reading of it succeeds, an operator gives its registry number, or it is discarded.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, select

from trialwire.changes import tables
from trialwire.changes.compression import packed, storable, unpacked
from trialwire.changes.database import Database, upsert
from trialwire.changes.newest_version import chunks
from trialwire.changes.sighting import note, place_of, sighting_row
from trialwire.schemas.errors import UsageError
from trialwire.schemas.held import HeldRecord, Reason
from trialwire.schemas.record import RawRecord

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sqlalchemy import Connection, Row

_NOTHING_READ = RawRecord("", b"").digest
_TOLD = ("id", "source", "origin", "stage", "reasons", "trial_id")
_columns = [tables.held.c[name] for name in _TOLD]


class Holding:
    """Reads and changes the held records of the store."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def all(self) -> list[HeldRecord]:
        """Return all held records with their reasons, oldest first."""
        with self._database.reading() as connection:
            rows = connection.execute(select(*_columns).order_by(tables.held.c.held_at, tables.held.c.id))
            return [_record(row) for row in rows]

    def record(self, held_id: str) -> HeldRecord:
        """Return one held record with its reasons. Raises UsageError if the id is unknown."""
        with self._database.reading() as connection:
            return _record(_row(connection, held_id))

    def content(self, held_id: str) -> RawRecord:
        """Return the content of a held record, byte for byte. Raises UsageError if the id is unknown."""
        with self._database.reading() as connection:
            row = _row(connection, held_id)
        source = None if row.source == "unknown" else row.source
        return RawRecord(row.origin, unpacked(row.content), source)

    def give_name(self, held_id: str, trial_id: str) -> None:
        """Store the registry number that an operator gave to a held record. The number applies to exactly these bytes.

        If the operator gives another number for the same bytes later, it replaces the first number.
        """
        with self._database.writing() as connection:
            row = _row(connection, held_id)
            name = {"digest": row.digest, "trial_id": trial_id, "origin": row.origin, "given_at": datetime.now(UTC)}
            upsert(connection, tables.given_name, [name])

    def discard(self, held_id: str) -> None:
        """Discard a held record permanently. From now on, the same bytes at the same place are skipped."""
        with self._database.writing() as connection:
            row = _row(connection, held_id)
            record = RawRecord(row.origin, unpacked(row.content))
            seen = sighting_row(
                record, None, None, partial=False, findings=(), at=datetime.now(UTC), reading_version=None
            )
            note(connection, [seen | {"place": row.place, "digest": row.digest}])
            connection.execute(delete(tables.held).where(tables.held.c.id == held_id))


def settle(
    connection: Connection,
    gone_on: Iterable[tuple[RawRecord, str | None]],
    holding: Sequence[tuple[RawRecord, HeldRecord]],
    at: datetime,
) -> None:
    """Update the held records after a batch: delete those of `gone_on`, and store those of `holding`.

    `gone_on`: records that now passed all steps. `holding`: records that were held. A record that is already held for
    the same reasons stays unchanged.
    """
    settled: dict[str, tuple[RawRecord, str | None, str | None]] = {
        place_of(record.origin): (record, trial_id, None) for record, trial_id in gone_on
    }
    settled |= {place_of(record.origin): (record, held.trial_id, held.id) for record, held in holding}
    before = _at(connection, list(settled))
    over = [row.id for row in before if _is_over(row, *settled[row.place])]
    for some in chunks(over):
        connection.execute(delete(tables.held).where(tables.held.c.id.in_(some)))
    rows = {held.id: _new_row(record, held, at) for record, held in holding}
    same = {row.id for row in before if row.id in rows and _says_the_same(row, rows[row.id])}
    upsert(connection, tables.held, [row for held_id, row in rows.items() if held_id not in same])


def _is_over(row: Row[Any], record: RawRecord, trial_id: str | None, held_id: str | None) -> bool:
    """Whether a later reading of the same record replaces a held record.

    The place alone identifies a record of a registry. A place in a file does so only together with the trial, or if
    nothing could be read there before.
    """
    if row.id == held_id:
        return False
    if row.digest == _NOTHING_READ or (held_id is None and row.digest == record.digest):
        return True
    return record.source is not None or (trial_id is not None and row.trial_id == trial_id)


def _at(connection: Connection, places: Sequence[str]) -> list[Row[Any]]:
    held = tables.held
    question = select(*_columns, held.c.place, held.c.digest)
    return [row for some in chunks(places) for row in connection.execute(question.where(held.c.place.in_(some)))]


def _says_the_same(row: Row[Any], new: dict[str, Any]) -> bool:
    return all(getattr(row, name) == new[name] for name in ("stage", "reasons", "trial_id"))


def _new_row(record: RawRecord, held: HeldRecord, at: datetime) -> dict[str, Any]:
    return {
        "id": held.id,
        "place": place_of(record.origin),
        "origin": storable(record.origin),
        "digest": record.digest,
        "source": held.source,
        "stage": held.stage,
        "reasons": [reason.document() for reason in held.reasons],
        "trial_id": held.trial_id,
        "held_at": at,
        "content": packed(record.content),
    }


def _row(connection: Connection, held_id: str) -> Row[Any]:
    row = connection.execute(select(tables.held).where(tables.held.c.id == held_id)).first()
    if row is None:
        msg = f"No held record has the id {held_id}. See them: trialwire held list"
        raise UsageError(msg)
    return row


def _record(row: Row[Any]) -> HeldRecord:
    reasons = tuple(Reason(**reason) for reason in row.reasons)
    return HeldRecord(
        id=row.id, source=row.source, origin=row.origin, stage=row.stage, reasons=reasons, trial_id=row.trial_id
    )

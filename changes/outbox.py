"""The outbox in the database: the rows of all changes in commit order, and how far each destination has received them.

A cursor is the position in the outbox up to which a destination has received changes. A parked row is set aside for one
destination, with its reason, so that the cursor can pass it.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, func, select

from trialwire.changes import tables
from trialwire.changes.compression import unpacked
from trialwire.changes.database import Database, upsert
from trialwire.changes.lease import Leases
from trialwire.changes.newest_version import chunks
from trialwire.schemas.errors import ContractError, RetryLaterError
from trialwire.schemas.event import Change
from trialwire.schemas.held import Reason
from trialwire.schemas.outbox import DestinationState, OutboxPage, OutboxRow, ParkedRow

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from contextlib import AbstractContextManager

    from sqlalchemy import Connection, Row, Select

    from trialwire.schemas.event import FhirVersion
    from trialwire.schemas.held import Stage

_log, _version, _bundle, _destination = tables.outbox, tables.version, tables.bundle, tables.destination
_VERSION = (
    "trial_id", "registry", "sequence", "verb", "status", "previous_status", "registry_updated_date", "seen_at", "source",
    "contacts_included",
)  # fmt: skip
_PAGE = 500


@dataclass(frozen=True, slots=True)
class Cursor:
    """The cursor of a destination: its position, the furthest position it ever had, and how often it was moved back."""

    position: int
    furthest: int
    rewinds: int


class ChangeLog:
    """Implements the Outbox protocol of trialwire.schemas.outbox on the database.

    If this process has lost a lease (the exclusive right to publish), every use raises RetryLaterError.
    """

    def __init__(self, database: Database, leases: Leases) -> None:
        self._database = database
        self._leases = leases

    def lease(self, name: str, *, seconds: float = 60.0) -> AbstractContextManager[None]:
        """Hold a named lease (an exclusive right for a limited time) inside the `with` block; see changes/lease.py."""
        return self._leases.hold(name, seconds=seconds)

    def pending(self, destination: str, *, limit: int = 500, after: int | None = None) -> OutboxPage:
        """Return the next rows for a destination, in order: those after its cursor, or after the position `after`.

        If the cursor was moved back, a row that was already delivered is returned again, as a snapshot (a repeated
        state).
        """
        with self._database.reading() as connection:
            self._leases.fence(connection)
            cursor = cursor_of(connection, destination)
            start = cursor.position if after is None else after
            question = _rows().where(_log.c.position > start).order_by(_log.c.position).limit(limit)
            return OutboxPage(_outbox_rows(connection, question, cursor.furthest), cursor.rewinds)

    def bundle(self, row: OutboxRow, fhir_version: FhirVersion) -> bytes:
        """Return the Bundle of a row: exactly the bytes that were checked.

        Raises ContractError if there is no Bundle.
        """
        question = select(_bundle.c.content).where(
            _bundle.c.trial_id == row.change.trial_id,
            _bundle.c.sequence == row.change.sequence,
            _bundle.c.fhir_version == fhir_version,
        )
        with self._database.reading() as connection:
            content = connection.execute(question).scalar()
        if content is None:
            msg = f"{row.change.trial_id}, version {row.change.sequence}, was not rendered in FHIR {fhir_version}. Render it: trialwire replay --remap"
            raise ContractError(msg)
        return unpacked(content)

    def advance(self, destination: str, position: int, rewinds: int) -> None:
        """Move the cursor of a destination forward to `position`. A lower position does not move the cursor.

        `rewinds`: the value in the OutboxPage whose rows were delivered. Raises ContractError if the position is beyond
        the end of the outbox. Raises RetryLaterError if a lease was lost. Raises RetryLaterError also if the cursor was
        moved back after the page was read, because moving it forward now would undo the move.
        """
        with self._database.writing() as connection:
            self._leases.fence(connection, lock=True)
            end = _end(connection)
            if position > end:
                msg = f"{destination} cannot be moved to {position}: the outbox ends at {end}, and later changes would be skipped."
                raise ContractError(msg)
            cursor = cursor_of(connection, destination, lock=True)
            if rewinds != cursor.rewinds:
                msg = f"{destination} was rewound while it was being delivered to. Run the same command again: it starts at the new position."
                raise RetryLaterError(msg)
            if position > cursor.position:
                _stand(connection, destination, Cursor(position, max(position, cursor.furthest), cursor.rewinds))

    def rewind(self, destination: str, position: int = 0) -> None:
        """Move the cursor of a destination back.

        All later rows, also the parked ones, are delivered again as snapshots.
        """
        with self._database.writing() as connection:
            cursor = cursor_of(connection, destination, lock=True)
            back = Cursor(min(position, cursor.position), cursor.furthest, cursor.rewinds + 1)
            _stand(connection, destination, back)
            parked = tables.parked
            connection.execute(delete(parked).where(parked.c.destination == destination, parked.c.position > position))

    def park(self, destination: str, row: OutboxRow, stage: Stage, reasons: Sequence[Reason], attempts: int) -> None:
        """Park a row: set it aside for this destination, with the reasons, so that the cursor can pass the row."""
        told = {
            "destination": destination,
            "position": row.position,
            "stage": stage,
            "reasons": [reason.document() for reason in reasons],
            "attempts": attempts,
            "parked_at": datetime.now(UTC),
        }
        with self._database.writing() as connection:
            self._leases.fence(connection, lock=True)
            upsert(connection, tables.parked, [told])

    def parked(self, destination: str) -> list[ParkedRow]:
        """Return the parked rows of a destination with their reasons, in outbox order."""
        aside = tables.parked
        with self._database.reading() as connection:
            noted = {
                one.position: one for one in connection.execute(select(aside).where(aside.c.destination == destination))
            }
            rows: list[OutboxRow] = []
            for some in chunks(sorted(noted)):
                question = _rows().where(_log.c.position.in_(some)).order_by(_log.c.position)
                rows += _outbox_rows(connection, question, furthest=0)  # never delivered, so not a snapshot
            given = self._newest_given(connection, destination, [row.change.trial_id for row in rows], set(noted))
        return [
            ParkedRow(
                destination=destination,
                row=row,
                stage=noted[row.position].stage,
                reasons=tuple(Reason(**reason) for reason in noted[row.position].reasons),
                attempts=noted[row.position].attempts,
                parked_at=noted[row.position].parked_at,
                superseded=given.get(row.change.trial_id, 0) > row.position,
            )
            for row in rows
        ]

    def unpark(self, destination: str, position: int) -> None:
        """Remove a row from the parked rows, because this row or a later version of its trial was delivered."""
        aside = tables.parked
        with self._database.writing() as connection:
            self._leases.fence(connection, lock=True)
            connection.execute(delete(aside).where(aside.c.destination == destination, aside.c.position == position))

    def _newest_given(
        self, connection: Connection, destination: str, trial_ids: Sequence[str], parked: set[int]
    ) -> dict[str, int]:
        """Trial → the last of its positions that was delivered to the destination."""
        cursor = cursor_of(connection, destination)
        given: dict[str, int] = {}
        for some in chunks(sorted(set(trial_ids))):
            question = select(_log.c.trial_id, _log.c.position).where(
                _log.c.trial_id.in_(some), _log.c.position <= cursor.position, _log.c.void.is_(False)
            )
            for one in connection.execute(question.order_by(_log.c.position)):
                if one.position not in parked:
                    given[one.trial_id] = one.position
        return given

    def state(self, destination: str) -> DestinationState:
        """Return the state of a destination. Before its first delivery the position is 0, before the first row."""
        with self._database.reading() as connection:
            position = cursor_of(connection, destination).position
            ahead = (_log.c.position > position) & _log.c.void.is_(False)
            pending = connection.execute(select(func.count()).select_from(_log).where(ahead)).scalar_one()
            first = select(_log.c.created_at).where(ahead).order_by(_log.c.position).limit(1)
            oldest = connection.execute(first).scalar()
            count = select(func.count()).select_from(tables.parked)
            parked = connection.execute(count.where(tables.parked.c.destination == destination)).scalar_one()
        age = (datetime.now(UTC) - oldest).total_seconds() if oldest else 0.0
        return DestinationState(destination, position, pending, max(age, 0.0), parked)

    def destinations(self) -> list[str]:
        """Return the names of all destinations that have a cursor, sorted."""
        with self._database.reading() as connection:
            return list(connection.execute(select(_destination.c.name).order_by(_destination.c.name)).scalars())

    def latest_per_trial(self) -> Iterator[OutboxRow]:
        """Yield the newest row of each trial as a snapshot, sorted by trial id. The rows are read page by page."""
        head = tables.trial
        at_head = (_log.c.trial_id == head.c.trial_id) & (_log.c.sequence == head.c.head)
        last = ""
        while True:
            question = _rows().join(head, at_head).where(head.c.trial_id > last).order_by(head.c.trial_id).limit(_PAGE)
            with self._database.reading() as connection:
                rows = _outbox_rows(connection, question, _end(connection))
            if not rows:
                return
            yield from rows
            last = rows[-1].change.trial_id

    def taken_over(self) -> Iterator[tuple[str, int]]:
        """Yield (trial id, last version number) of each trial whose number was copied from a Kafka topic or FHIR server.

        The numbers are copied after the store was lost, so that new versions continue above them. A trial is left out
        if a record of the trial was read since then.
        """
        trial = tables.trial
        last = ""
        while True:
            question = select(trial.c.trial_id, trial.c.sequence).where(trial.c.head.is_(None), trial.c.trial_id > last)
            with self._database.reading() as connection:
                rows = connection.execute(question.order_by(trial.c.trial_id).limit(_PAGE)).all()
            if not rows:
                return
            yield from ((row.trial_id, row.sequence) for row in rows)
            last = rows[-1].trial_id


def _rows() -> Select[Any]:
    columns = [_version.c[name] for name in _VERSION]
    joined = (_version.c.trial_id == _log.c.trial_id) & (_version.c.sequence == _log.c.sequence)
    question = select(_log.c.position, _version.c.codes, *columns).join_from(_log, _version, joined)
    return question.where(_log.c.void.is_(False))


def _outbox_rows(connection: Connection, question: Select[Any], furthest: int) -> list[OutboxRow]:
    rows = connection.execute(question).all()
    hashes: dict[tuple[str, int], dict[FhirVersion, str]] = {}
    for some in range(0, len(rows), _PAGE):
        keys = [row.trial_id for row in rows[some : some + _PAGE]]
        asked = select(_bundle.c.trial_id, _bundle.c.sequence, _bundle.c.fhir_version, _bundle.c.content_hash)
        wanted = {(row.trial_id, row.sequence) for row in rows[some : some + _PAGE]}
        for one in connection.execute(asked.where(_bundle.c.trial_id.in_(keys))):
            if (key := (one.trial_id, one.sequence)) in wanted:
                hashes.setdefault(key, {})[one.fhir_version] = one.content_hash
    return [_outbox_row(row, hashes.get((row.trial_id, row.sequence), {}), furthest) for row in rows]


def _outbox_row(row: Row[Any], hashes: dict[FhirVersion, str], furthest: int) -> OutboxRow:
    fields = {name: getattr(row, name) for name in _VERSION}
    change = Change(**fields, codes=tuple(row.codes), snapshot=row.position <= furthest)
    return OutboxRow(row.position, change, hashes)


def cursor_of(connection: Connection, destination: str, *, lock: bool = False) -> Cursor:
    """Return the cursor of a destination, or a cursor with position 0 if nothing was delivered yet.

    `lock`: lock the row of the cursor until the commit.
    """
    question = select(_destination).where(_destination.c.name == destination)
    row = connection.execute(question.with_for_update() if lock else question).first()
    return Cursor(row.position, row.furthest, row.rewinds) if row else Cursor(0, 0, 0)


def _stand(connection: Connection, destination: str, cursor: Cursor) -> None:
    upsert(connection, _destination, [{"name": destination, **asdict(cursor)}])


def _end(connection: Connection) -> int:
    return connection.execute(select(func.max(_log.c.position))).scalar() or 0

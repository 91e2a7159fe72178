"""The interface of delivery to the outbox: rows in commit order, a cursor per destination, parked rows.

Positions are assigned under a lock, so they rise in commit order. A cursor therefore never passes a row that is not yet
committed.
"""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from trialwire.schemas.event import Change, FhirVersion

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from trialwire.schemas.held import Reason, Stage


@dataclass(frozen=True, slots=True)
class OutboxRow:
    """One change in the log. `content_hashes` are SHA-256 of the Bundle without volatile fields, per FHIR version."""

    position: int
    change: Change
    content_hashes: dict[FhirVersion, str]


@dataclass(frozen=True, slots=True)
class OutboxPage:
    """Rows to deliver, and the number of rewinds of the destination when they were read; `advance` needs this number."""

    rows: Sequence[OutboxRow]
    rewinds: int


@dataclass(frozen=True, slots=True)
class DestinationState:
    """The state of one destination: last delivered position, backlog in rows, age of its oldest row, parked rows."""

    destination: str
    position: int
    pending: int
    oldest_pending_seconds: float
    parked: int


@dataclass(frozen=True, slots=True)
class ParkedRow:
    """One change that a destination rejected: why, after how many attempts, and since when (aware UTC).

    `superseded`: a later version of the trial was delivered since then, so this one is not sent any more.
    """

    destination: str
    row: OutboxRow
    stage: Stage
    reasons: tuple[Reason, ...]
    attempts: int
    parked_at: datetime
    superseded: bool


class Outbox(Protocol):
    """The outbox as a destination reads it; a destination never writes changes. Implemented by trialwire.changes.outbox."""

    def pending(self, destination: str, *, limit: int = 500, after: int | None = None) -> OutboxPage:
        """Rows after the destination's cursor (or after position `after`), in order. Empty: all rows are delivered."""
        ...

    def bundle(self, row: OutboxRow, fhir_version: FhirVersion) -> bytes:
        """The transaction Bundle of that row as UTF-8 JSON, exactly the bytes that were validated."""
        ...

    def advance(self, destination: str, position: int, rewinds: int) -> None:
        """Move the cursor forward. `rewinds`: the value of the delivered page. `rewind` moves the cursor back.

        Raises RetryLaterError if the destination was rewound after that page was read.
        """
        ...

    def rewind(self, destination: str, position: int = 0) -> None:
        """Move the cursor back so that later rows are delivered again."""
        ...

    def park(self, destination: str, row: OutboxRow, stage: Stage, reasons: Sequence[Reason], attempts: int) -> None:
        """Park one row of this destination with its reasons. The cursor may then pass it."""
        ...

    def state(self, destination: str) -> DestinationState:
        """The present state of the destination."""
        ...

    def latest_per_trial(self) -> Iterator[OutboxRow]:
        """The newest row of each trial, to fill a new destination or to verify one."""
        ...

    def taken_over(self) -> Iterator[tuple[str, int]]:
        """(trial, sequence) of each trial whose sequence was copied from a topic and that has no row here yet."""
        ...

    def lease(self, name: str, *, seconds: float = 60.0) -> AbstractContextManager[None]:
        """Hold a named lease during the `with` block. Raises RetryLaterError with the holder's name if it is taken."""
        ...

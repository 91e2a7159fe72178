"""What delivery sees of the change log: rows in commit order, a cursor per destination, and what was parked.

Positions rise in commit order and are visible in order (they are given under a lock), so a cursor never passes a row
that is still to be committed.
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
    """Rows to deliver, and how often the destination had been rewound when they were read: `advance` asks for it."""

    rows: Sequence[OutboxRow]
    rewinds: int


@dataclass(frozen=True, slots=True)
class DestinationState:
    """Where one destination stands: last delivered position, rows still to deliver, age of the oldest, rows parked."""

    destination: str
    position: int
    pending: int
    oldest_pending_seconds: float
    parked: int


@dataclass(frozen=True, slots=True)
class ParkedRow:
    """One change that a destination could not take: why, after how many attempts, and since when (aware UTC).

    `superseded`: the destination was given a later version of the trial since, so this one is not sent after it.
    """

    destination: str
    row: OutboxRow
    stage: Stage
    reasons: tuple[Reason, ...]
    attempts: int
    parked_at: datetime
    superseded: bool


class Outbox(Protocol):
    """The change log as a destination reads it. Implemented by trialwire.changes.outbox; a destination never writes changes."""

    def pending(self, destination: str, *, limit: int = 500, after: int | None = None) -> OutboxPage:
        """Rows after the destination's cursor (or after a given position), in order; empty when all is delivered."""
        ...

    def bundle(self, row: OutboxRow, fhir_version: FhirVersion) -> bytes:
        """The checked transaction Bundle of that row as UTF-8 JSON, exactly the bytes that were checked."""
        ...

    def advance(self, destination: str, position: int, rewinds: int) -> None:
        """Move the cursor forward; moving it back is `rewind`. `rewinds` is that of the page that was delivered.

        Raises RetryLaterError where the destination was rewound since that page was read.
        """
        ...

    def rewind(self, destination: str, position: int = 0) -> None:
        """Move the cursor back so that later rows are delivered again."""
        ...

    def park(self, destination: str, row: OutboxRow, stage: Stage, reasons: Sequence[Reason], attempts: int) -> None:
        """Set one row aside for this destination, with why; the cursor may then pass it."""
        ...

    def state(self, destination: str) -> DestinationState:
        """Where the destination stands now."""
        ...

    def latest_per_trial(self) -> Iterator[OutboxRow]:
        """The newest row of each trial: for a bootstrap or a verification."""
        ...

    def taken_over(self) -> Iterator[tuple[str, int]]:
        """(trial, sequence) of trials whose sequence was taken over from a topic and that have no row here since."""
        ...

    def lease(self, name: str, *, seconds: float = 60.0) -> AbstractContextManager[None]:
        """Hold a named lease while working. Raises RetryLaterError, naming the holder, when another holds it."""
        ...

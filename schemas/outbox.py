"""The interface through which destinations read the outbox, the store's table of all changes in commit order.

A cursor is the position in the outbox up to which one destination has received changes. A parked row is set aside for
one destination that rejected it, so that the cursor can pass it. Positions are assigned under a lock, so they rise in
commit order. A cursor therefore never passes a row that is not yet committed.
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
    """One change in the outbox, with its position.

    `content_hashes`: for each FHIR version, the SHA-256 of the Bundle.
    """

    position: int
    change: Change
    content_hashes: dict[FhirVersion, str]


@dataclass(frozen=True, slots=True)
class OutboxPage:
    """Consecutive rows of the outbox to deliver to one destination.

    `rewinds`: how often the destination's cursor had been moved back when the rows were read. `advance` takes this
    number.
    """

    rows: Sequence[OutboxRow]
    rewinds: int


@dataclass(frozen=True, slots=True)
class DestinationState:
    """The state of one destination: its cursor (last delivered position), and how many rows wait or are parked.

    `oldest_pending_seconds`: the age of the oldest undelivered row.
    """

    destination: str
    position: int
    pending: int
    oldest_pending_seconds: float
    parked: int


@dataclass(frozen=True, slots=True)
class ParkedRow:
    """One change that a destination rejected: its reasons, the number of attempts, and the time (aware UTC).

    `superseded`: a later version of the trial was delivered since then, so this change will not be sent again.
    """

    destination: str
    row: OutboxRow
    stage: Stage
    reasons: tuple[Reason, ...]
    attempts: int
    parked_at: datetime
    superseded: bool


class Outbox(Protocol):
    """The interface through which a destination uses the outbox. A destination reads changes and never writes them.

    Implemented by trialwire.changes.outbox.
    """

    def pending(self, destination: str, *, limit: int = 500, after: int | None = None) -> OutboxPage:
        """Return rows after the destination's cursor (or after the position `after`), in order, at most `limit`.

        The page is empty if all rows are delivered.
        """
        ...

    def bundle(self, row: OutboxRow, fhir_version: FhirVersion) -> bytes:
        """Return the FHIR transaction Bundle of a row as UTF-8 JSON, exactly the bytes that were validated."""
        ...

    def advance(self, destination: str, position: int, rewinds: int) -> None:
        """Move the destination's cursor forward to this position. `rewinds`: the number in the page that was delivered.

        Raises RetryLaterError if the cursor was moved back (`rewind`) after that page was read.
        """
        ...

    def rewind(self, destination: str, position: int = 0) -> None:
        """Move the destination's cursor back to this position, so that later rows are delivered again."""
        ...

    def park(self, destination: str, row: OutboxRow, stage: Stage, reasons: Sequence[Reason], attempts: int) -> None:
        """Park a row for this destination: set it aside with its reasons. The cursor may then pass it."""
        ...

    def state(self, destination: str) -> DestinationState:
        """Return the present state of the destination."""
        ...

    def latest_per_trial(self) -> Iterator[OutboxRow]:
        """Yield the newest row of each trial, to fill a new destination or to verify a destination."""
        ...

    def taken_over(self) -> Iterator[tuple[str, int]]:
        """Yield (trial id, sequence) of each trial whose sequence was copied from a Kafka topic.

        Sequences are copied after the store was lost. Trials that have a row in this outbox since then are left out.
        """
        ...

    def lease(self, name: str, *, seconds: float = 60.0) -> AbstractContextManager[None]:
        """Take a named lease (an exclusive right for a limited time) during the `with` block.

        Raises RetryLaterError, with the name of its holder, if another process has the lease.
        """
        ...

"""The base class for wrappers of an outbox. It forwards every method to the wrapped outbox; a subclass overrides some.

The outbox is the list of all changes. A cursor is the position up to which a destination received changes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from contextlib import AbstractContextManager

    from trialwire.schemas.event import FhirVersion
    from trialwire.schemas.held import Reason, Stage
    from trialwire.schemas.outbox import DestinationState, Outbox, OutboxPage, OutboxRow


class OutboxView:
    """An Outbox that forwards every call to another Outbox."""

    def __init__(self, outbox: Outbox) -> None:
        self._outbox = outbox

    def pending(self, destination: str, *, limit: int = 500, after: int | None = None) -> OutboxPage:
        """Return the next rows for a destination: those after its cursor, or after the position `after`."""
        return self._outbox.pending(destination, limit=limit, after=after)

    def bundle(self, row: OutboxRow, fhir_version: FhirVersion) -> bytes:
        """Return the checked Bundle of a row, as UTF-8 JSON."""
        return self._outbox.bundle(row, fhir_version)

    def advance(self, destination: str, position: int, rewinds: int) -> None:
        """Move the cursor of a destination forward to a position."""
        self._outbox.advance(destination, position, rewinds)

    def rewind(self, destination: str, position: int = 0) -> None:
        """Move the cursor of a destination back to a position."""
        self._outbox.rewind(destination, position)

    def park(self, destination: str, row: OutboxRow, stage: Stage, reasons: Sequence[Reason], attempts: int) -> None:
        """Park one row: set it aside for this destination, with the reasons, so that the cursor can pass it."""
        self._outbox.park(destination, row, stage, reasons, attempts)

    def state(self, destination: str) -> DestinationState:
        """Return the state of a destination: its position, backlog and number of parked rows."""
        return self._outbox.state(destination)

    def latest_per_trial(self) -> Iterator[OutboxRow]:
        """Yield the newest row of each trial."""
        return self._outbox.latest_per_trial()

    def taken_over(self) -> Iterator[tuple[str, int]]:
        """Yield (trial id, sequence) of each trial whose version number was taken over (copied) from a Kafka topic.

        Numbers are taken over when the store was lost, so that new versions get higher numbers than those in Kafka.
        """
        return self._outbox.taken_over()

    def lease(self, name: str, *, seconds: float = 60.0) -> AbstractContextManager[None]:
        """Hold a named lease (an exclusive right for a limited time) inside the `with` block."""
        return self._outbox.lease(name, seconds=seconds)

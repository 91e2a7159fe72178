"""The base class of outboxes that wrap another one: every method is forwarded, and a subclass overrides some."""

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
        """The rows to deliver, after the cursor or after a position."""
        return self._outbox.pending(destination, limit=limit, after=after)

    def bundle(self, row: OutboxRow, fhir_version: FhirVersion) -> bytes:
        """The checked Bundle of a row."""
        return self._outbox.bundle(row, fhir_version)

    def advance(self, destination: str, position: int, rewinds: int) -> None:
        """Move the cursor forward."""
        self._outbox.advance(destination, position, rewinds)

    def rewind(self, destination: str, position: int = 0) -> None:
        """Move the cursor back."""
        self._outbox.rewind(destination, position)

    def park(self, destination: str, row: OutboxRow, stage: Stage, reasons: Sequence[Reason], attempts: int) -> None:
        """Park one row with the reasons."""
        self._outbox.park(destination, row, stage, reasons, attempts)

    def state(self, destination: str) -> DestinationState:
        """The destination's position, backlog and number of parked rows."""
        return self._outbox.state(destination)

    def latest_per_trial(self) -> Iterator[OutboxRow]:
        """The newest row of each trial."""
        return self._outbox.latest_per_trial()

    def taken_over(self) -> Iterator[tuple[str, int]]:
        """(trial id, sequence) of each trial whose sequence was taken over from a topic."""
        return self._outbox.taken_over()

    def lease(self, name: str, *, seconds: float = 60.0) -> AbstractContextManager[None]:
        """Hold a named lease inside the `with` block."""
        return self._outbox.lease(name, seconds=seconds)

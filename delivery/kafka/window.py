"""Sends one window (a few hundred consecutive rows) of the outbox to Kafka.

The outbox is the store's table of all changes. A row is in flight if its messages were sent and are not yet
acknowledged. For each trial at most one row is in flight; different trials are sent in parallel. A producer is silent
if it neither acknowledges a message nor reports an error. The window waits for a silent producer only up to a limit,
then asks its owner (the publisher) to discard the producer.
"""

from __future__ import annotations

import time
from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Protocol

from trialwire.delivery.cursor import WindowCursor
from trialwire.schemas.errors import HoldError, RetryLaterError, StopError
from trialwire.schemas.held import Reason

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from trialwire.delivery.kafka.seam import Fault, Message, Outcome, Sender
    from trialwire.schemas.outbox import OutboxPage, OutboxRow

RECORD_ATTEMPTS: Final = 2
"""How often a record is sent: first with other records, then alone. If it is rejected alone, it is itself the cause."""
LISTEN_SECONDS: Final = 0.2


class Owner(Protocol):
    """The interface of the publisher, as the window uses it."""

    def connected(self, timeout_seconds: float) -> Sender:
        """Return the current producer. Raises RetryLaterError while no broker answers."""
        ...

    def throw_away(self) -> None:
        """Discard the producer and its unsent messages."""
        ...

    def messages(self, row: OutboxRow) -> Sequence[Message]:
        """Return the Kafka messages of a row. Raises HoldError if the row cannot be sent."""
        ...

    def settled(self, messages: Sequence[Message]) -> None:
        """Count a row as published: all its messages were acknowledged."""
        ...

    def park(self, row: OutboxRow, reasons: Sequence[Reason], attempts: int) -> None:
        """Park a row, that is, set it aside with its reasons: it was rejected even when it was sent alone."""
        ...

    def advance(self, position: int, rewinds: int) -> None:
        """Move the cursor to `position`. All rows up to this position are finished.

        `rewinds`: how often the cursor had been moved back when the rows of this window were read from the outbox.
        """
        ...


@dataclass
class Silence:
    """The number of seconds that a producer may be silent before it is discarded.

    The limit is doubled for each new producer. An acknowledgement sets it back to its first value.
    """

    first_seconds: float
    longest_seconds: float
    seconds: float = field(init=False)
    since: float = field(default_factory=time.monotonic)

    def __post_init__(self) -> None:
        self.seconds = self.first_seconds

    def heard(self) -> None:
        """Set the limit back to its first value, because a message was acknowledged."""
        self.seconds, self.since = self.first_seconds, time.monotonic()

    def too_long(self) -> bool:
        """Return whether the producer has now been silent for longer than the limit."""
        return time.monotonic() - self.since > self.seconds

    def start_again(self) -> None:
        """Double the limit, because a new producer replaces a silent one."""
        self.seconds, self.since = min(2 * self.seconds, self.longest_seconds), time.monotonic()


@dataclass
class Flight:
    """One row in flight. `open`: how many of its messages have no acknowledgement yet.

    `alone`: no other row was sent at the same time.
    """

    row: OutboxRow
    messages: Sequence[Message]
    open: int
    alone: bool


class Window:
    """The rows of one window. Each row has a state: waiting, ready, alone, in flight, finished.

    A waiting row follows another unfinished row of its trial. A ready row can be sent now. An alone row was rejected
    once and is sent again without other rows, to see whether the row itself is the cause.
    """

    def __init__(self, owner: Owner, page: OutboxPage, silence: Silence, in_flight_trials: int) -> None:
        self._owner = owner
        self._rewinds = page.rewinds
        self._silence = silence
        self._in_flight_trials = in_flight_trials
        self._cursor = WindowCursor(row.position for row in page.rows)
        self._waiting: dict[str, deque[OutboxRow]] = {}
        for row in page.rows:
            self._waiting.setdefault(row.change.trial_id, deque()).append(row)
        self._ready = deque(self._waiting)
        self._alone: deque[str] = deque()
        self._flights: dict[int, Flight] = {}
        self._serial = 0

    def run(self, ends: float, grace_seconds: float, stopped: Callable[[], bool]) -> None:
        """Send until every row is finished, until the time `ends`, or until `stopped` returns true.

        `ends`: a value of time.monotonic. In the last two cases the function waits up to `grace_seconds` for the rows
        in flight.
        """
        self._silence.since = time.monotonic()
        closing_at: float | None = None
        try:
            while self._ready or self._alone or self._flights:
                now = time.monotonic()
                if closing_at is None and (now >= ends or stopped()):
                    closing_at = now + grace_seconds
                if closing_at is not None and (not self._flights or now >= closing_at):
                    break
                self._step(sending=closing_at is None)
        finally:
            self._mark()
        if self._flights:
            self._owner.throw_away()

    def _step(self, *, sending: bool) -> None:
        try:
            sender = self._owner.connected(self._silence.seconds)
        except RetryLaterError:
            time.sleep(LISTEN_SECONDS)
            return
        if sending:
            self._fill(sender)
        outcomes = sender.outcomes(LISTEN_SECONDS) if self._flights else []
        for outcome in outcomes:
            if not self._hear(outcome):
                return
        if outcomes:
            self._mark()
        elif self._flights and self._silence.too_long():
            self._start_again()

    def _fill(self, sender: Sender) -> None:
        while self._ready and len(self._flights) < self._in_flight_trials:
            self._send(sender, self._ready.popleft(), alone=False)
        if self._alone and not self._flights and not self._ready:
            self._send(sender, self._alone.popleft(), alone=True)

    def _send(self, sender: Sender, trial_id: str, *, alone: bool) -> None:
        row = self._waiting[trial_id][0]
        try:
            messages = self._owner.messages(row)
        except HoldError as error:
            self._owner.park(row, error.reasons, 1)
            self._done(row)
            return
        self._serial += 1
        self._flights[self._serial] = Flight(row, messages, len(messages), alone)
        for message in messages:
            sender.send(self._serial, message)

    def _hear(self, outcome: Outcome) -> bool:
        """Process the outcome of one send. Returns False if the producer was discarded.

        The other outcomes of that producer are then ignored.
        """
        flight = self._flights.get(outcome.token) if isinstance(outcome.token, int) else None
        if flight is None:
            return True
        if outcome.fault is None:
            self._silence.heard()
            flight.open -= 1
            if not flight.open:
                del self._flights[outcome.token]  # type: ignore[arg-type]  # an int, as just looked up
                self._owner.settled(flight.messages)
                self._done(flight.row)
            return True
        if outcome.fault.kind == "stop":
            raise StopError(_refusal(outcome.fault, flight))
        if outcome.fault.kind == "rebuild":
            self._start_again()
            return False
        self._suspect(outcome.token, flight, outcome.fault)
        return True

    def _suspect(self, token: object, flight: Flight, fault: Fault) -> None:
        del self._flights[token]  # type: ignore[arg-type]  # the key it was found under
        if not flight.alone:
            self._alone.append(flight.row.change.trial_id)
            return
        reason = Reason(
            code="refused-by-broker",
            message=f"Kafka rejects this event even when it is sent alone: {fault.name}",
            cure="compare max.message.bytes of the topic with TRIALWIRE_KAFKA__MAX_INLINE_BYTES, then replay",
        )
        self._owner.park(flight.row, [reason], RECORD_ATTEMPTS)
        self._done(flight.row)

    def _done(self, row: OutboxRow) -> None:
        """Mark a row as finished and make the next row of its trial ready."""
        waiting = self._waiting[row.change.trial_id]
        waiting.popleft()
        self._cursor.settle(row.position)
        if waiting:
            self._ready.append(row.change.trial_id)

    def _start_again(self) -> None:
        """Discard the producer. The next producer sends the rows in flight first."""
        self._owner.throw_away()
        for flight in reversed(self._flights.values()):
            (self._alone if flight.alone else self._ready).appendleft(flight.row.change.trial_id)
        self._flights.clear()
        self._silence.start_again()

    def _mark(self) -> None:
        reached = self._cursor.take()
        if reached is not None:
            self._owner.advance(reached, self._rewinds)


def _refusal(fault: Fault, flight: Flight) -> str:
    topics = ", ".join(message.topic for message in flight.messages)
    return (
        f"Kafka rejects events for {topics}: {fault.name}. Nothing was parked and nothing is lost. "
        f"Correct the permission or the topic (`trialwire doctor` names it), then publish again."
    )

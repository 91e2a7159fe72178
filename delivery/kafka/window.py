"""One window of the outbox on its way to Kafka: one event in flight per trial, different trials in parallel.

Nothing here ends by waiting for the client: a silent producer is reported to the owner, who throws it away.
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
"""In company, then alone: only a record that is refused alone is itself to blame."""
LISTEN_SECONDS: Final = 0.2


class Owner(Protocol):
    """What the window asks of the run it belongs to."""

    def connected(self, timeout_seconds: float) -> Sender:
        """The producer. Raises RetryLaterError while no broker answers."""
        ...

    def throw_away(self) -> None:
        """Discard the producer and whatever it held."""
        ...

    def messages(self, row: OutboxRow) -> Sequence[Message]:
        """What a row is sent as. Raises HoldError for what may not be sent."""
        ...

    def settled(self, messages: Sequence[Message]) -> None:
        """A row was acknowledged everywhere."""
        ...

    def park(self, row: OutboxRow, reasons: Sequence[Reason], attempts: int) -> None:
        """A row cannot be sent, whoever its neighbours are."""
        ...

    def advance(self, position: int, rewinds: int) -> None:
        """Nothing up to this position is open any more. `rewinds` is that of the page."""
        ...


@dataclass
class Silence:
    """How long a producer may say nothing: doubled each time it is thrown away for nothing, reset by any answer."""

    first_seconds: float
    longest_seconds: float
    seconds: float = field(init=False)
    since: float = field(default_factory=time.monotonic)

    def __post_init__(self) -> None:
        self.seconds = self.first_seconds

    def heard(self) -> None:
        """Something was acknowledged."""
        self.seconds, self.since = self.first_seconds, time.monotonic()

    def too_long(self) -> bool:
        """Whether to give the producer up."""
        return time.monotonic() - self.since > self.seconds

    def start_again(self) -> None:
        """A new producer begins, with more patience."""
        self.seconds, self.since = min(2 * self.seconds, self.longest_seconds), time.monotonic()


@dataclass
class Flight:
    """One row on its way, and how many of its messages are still to be acknowledged."""

    row: OutboxRow
    messages: Sequence[Message]
    open: int
    alone: bool


class Window:
    """The rows of one window and where each stands."""

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
        """Send until all is settled; after `ends` or when stopped, only wait for what is in flight, for the grace."""
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
        """Take in one outcome. False when the producer was thrown away, and with it every other outcome."""
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
            message=f"Kafka refuses this event even alone: {fault.name}",
            cure="compare max.message.bytes of the topic with TRIALWIRE_KAFKA__MAX_INLINE_BYTES, then replay",
        )
        self._owner.park(flight.row, [reason], RECORD_ATTEMPTS)
        self._done(flight.row)

    def _done(self, row: OutboxRow) -> None:
        """A row is settled: the next of its trial may go."""
        waiting = self._waiting[row.change.trial_id]
        waiting.popleft()
        self._cursor.settle(row.position)
        if waiting:
            self._ready.append(row.change.trial_id)

    def _start_again(self) -> None:
        """Throw the producer away; what was in flight goes first with the next one."""
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
        f"Kafka refuses to take events for {topics}: {fault.name}. Nothing was parked and nothing is lost. "
        f"Correct the permission or the topic (`trialwire doctor` names it), then publish again."
    )

"""Publishes the outbox (the table of all changes) to Kafka: at least once, in order for each trial.

An event is in flight if it was sent and not yet acknowledged. For each trial at most one event is in flight; different
trials are sent in parallel. A producer that neither acknowledges a message nor reports an error for too long is
discarded and replaced. Messages without an acknowledgement are sent again with the same `ce_id`. A row is published
when both topics (events and state) have acknowledged it. Only then the cursor (Kafka's position in the outbox) moves
past the row.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from trialwire.delivery.kafka import ensure_topics
from trialwire.delivery.kafka import heartbeat as kafka_feed
from trialwire.delivery.kafka import message as kafka_message
from trialwire.delivery.kafka import reseed as kafka_reseed
from trialwire.delivery.kafka.client import KafkaCluster
from trialwire.delivery.kafka.window import Silence, Window
from trialwire.schemas.errors import RetryLaterError

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable, Sequence

    from trialwire.delivery.kafka.seam import Cluster, Message, Sender
    from trialwire.delivery.kafka.settings import KafkaSettings
    from trialwire.schemas.held import Reason
    from trialwire.schemas.outbox import Outbox, OutboxRow


@dataclass(frozen=True, slots=True)
class Pace:
    """Limits of the publisher: times in seconds, rows per window, and number of trials in flight."""

    window_rows: int = 500
    in_flight_trials: int = 256
    window_seconds: float = 40.0
    lease_seconds: float = 60.0
    connect_seconds: float = 5.0
    silence_seconds: float = 5.0
    longest_silence_seconds: float = 30.0
    drain_seconds: float = 8.0
    heartbeat_seconds: float = 30.0
    look_again_seconds: float = 1.0


PACE: Final = Pace()


@dataclass
class PublishReport:
    """The result of a run: changes published, parked (set aside) and pending, and messages per topic.

    `rebuilds`: how often a producer was replaced.
    """

    published: int = 0
    parked: int = 0
    pending: int = 0
    rebuilds: int = 0
    topics: dict[str, int] = field(default_factory=dict)
    seconds: float = 0.0


def publish(
    outbox: Outbox,
    kafka: KafkaSettings,
    *,
    deadline_seconds: float = 300.0,
    progress: Callable[[int], None] = lambda _: None,
    cluster: Cluster | None = None,
    pace: Pace = PACE,
) -> PublishReport:
    """Publish until the outbox has no rows left for Kafka. Returns the counts of the run.

    If the deadline passes before, raises RetryLaterError with the number of rows that are left.
    """
    started = time.monotonic()
    publisher = _Publisher(outbox, kafka, cluster or KafkaCluster(kafka), pace, progress)
    try:
        emptied = publisher.drain(started + deadline_seconds, stopped=lambda: False)
    finally:
        publisher.throw_away()
    report = publisher.report
    report.pending = outbox.state(kafka.destination).pending
    report.seconds = round(time.monotonic() - started, 3)
    if not emptied:
        raise RetryLaterError(_unfinished(report, kafka, deadline_seconds))
    return report


def follow(
    outbox: Outbox, kafka: KafkaSettings, *, stop: threading.Event, cluster: Cluster | None = None, pace: Pace = PACE
) -> PublishReport:
    """Publish new changes and heartbeats until `stop` is set; then wait for the messages in flight.

    Returns the counts of the run. Retries during an outage. Raises StopError if the cluster rejects our login.
    """
    publisher = _Publisher(outbox, kafka, cluster or KafkaCluster(kafka), pace, lambda _: None)
    heartbeat_at = 0.0
    try:
        while not stop.is_set():
            try:
                publisher.drain(time.monotonic() + pace.window_seconds, stopped=stop.is_set)
                if time.monotonic() >= heartbeat_at and not stop.is_set():
                    publisher.beat()
                    heartbeat_at = time.monotonic() + pace.heartbeat_seconds
            except RetryLaterError:
                stop.wait(pace.silence_seconds)
            stop.wait(pace.look_again_seconds)
    finally:
        publisher.throw_away()
    return publisher.report


def _unfinished(report: PublishReport, kafka: KafkaSettings, deadline_seconds: float) -> str:
    return (
        f"{report.pending} changes are still to be published to {kafka.bootstrap_servers} after "
        f"{deadline_seconds:.0f} seconds ({report.published} were). None is lost: publish again, or raise "
        f"TRIALWIRE_KAFKA__DEADLINE_SECONDS."
    )


class _Publisher:
    """One run of the publisher over one outbox, in one thread."""

    def __init__(
        self, outbox: Outbox, kafka: KafkaSettings, cluster: Cluster, pace: Pace, progress: Callable[[int], None]
    ) -> None:
        self._outbox = outbox
        self._kafka = kafka
        self._cluster = cluster
        self._pace = pace
        self._progress = progress
        self._sender: Sender | None = None
        self._built = 0
        self._checked = False
        self._silence = Silence(pace.silence_seconds, pace.longest_silence_seconds)
        self.report = PublishReport()

    def drain(self, deadline: float, *, stopped: Callable[[], bool]) -> bool:
        """Publish window after window of the outbox.

        Returns True when all rows are published; False after the deadline or when `stopped` returns true.
        """
        while not stopped():
            with self._outbox.lease(f"publish-{self._kafka.destination}", seconds=self._pace.lease_seconds):
                page = self._outbox.pending(self._kafka.destination, limit=self._pace.window_rows)
                if not page.rows:
                    return True
                if time.monotonic() >= deadline:
                    return False
                self._check()
                ends = min(deadline, time.monotonic() + self._pace.window_seconds)
                window = Window(self, page, self._silence, self._pace.in_flight_trials)
                window.run(ends, self._pace.drain_seconds, stopped)
        return False

    def beat(self) -> None:
        """Send one heartbeat. If the heartbeat is not acknowledged in time, discard the producer."""
        self._check()
        sender = self.connected(self._pace.connect_seconds)
        message = kafka_feed.heartbeat(self._kafka, self._outbox.state(self._kafka.destination), datetime.now(UTC))
        sender.send("heartbeat", message)
        if any(outcome.fault is None for outcome in sender.outcomes(self._pace.silence_seconds)):
            self._count(message)
        else:
            self.throw_away()

    def _check(self) -> None:
        """Check once per run that the topics exist as the contract says and are not ahead of the store."""
        if not self._checked:
            ensure_topics.ensure(self._cluster, self._kafka)
            kafka_reseed.refuse_topic_ahead(self._cluster, self._kafka, self._outbox)
            self._checked = True

    def connected(self, timeout_seconds: float) -> Sender:
        """Return the current producer, or connect a new one."""
        if self._sender is None:
            self._sender = self._cluster.sender(max(0.5, min(timeout_seconds, self._pace.connect_seconds)))
            self._built += 1
            self.report.rebuilds = self._built - 1
        return self._sender

    def throw_away(self) -> None:
        """Discard the producer. The next send connects a new one."""
        if self._sender is not None:
            self._sender.discard()
            self._sender = None

    def messages(self, row: OutboxRow) -> Sequence[Message]:
        """Return the two messages of one row: the message for the events topic and the message for the state topic."""
        return kafka_message.messages(row, self._outbox.bundle(row, self._kafka.fhir_version), self._kafka)

    def settled(self, messages: Sequence[Message]) -> None:
        """Count one row as published."""
        self.report.published += 1
        for message in messages:
            self._count(message)
        self._progress(1)

    def _count(self, message: Message) -> None:
        self.report.topics[message.topic] = self.report.topics.get(message.topic, 0) + 1

    def park(self, row: OutboxRow, reasons: Sequence[Reason], attempts: int) -> None:
        """Park one row, that is, set it aside with its reasons."""
        self._outbox.park(self._kafka.destination, row, "publish", reasons, attempts)
        self.report.parked += 1
        self._progress(1)

    def advance(self, position: int, rewinds: int) -> None:
        """Move Kafka's cursor (its position in the outbox) to `position`."""
        self._outbox.advance(self._kafka.destination, position, rewinds)

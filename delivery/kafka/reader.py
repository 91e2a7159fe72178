"""Reads records from the Kafka topics, up to their current end or continuously, and parses the event of each record."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from trialwire.delivery.event import cloudevent, topics
from trialwire.delivery.kafka.client import KafkaCluster
from trialwire.schemas.errors import ContractError, RetryLaterError, StopError

if TYPE_CHECKING:
    import threading
    from collections.abc import Iterator

    from trialwire.delivery.kafka.seam import Cluster, Reader, Record
    from trialwire.delivery.kafka.settings import KafkaSettings

QUIET_SECONDS: Final = 30.0
POLL_SECONDS: Final = 0.5
SPREADING_SECONDS: Final = 30.0
"""Seconds until every broker of a cluster knows a new topic, at most."""


@dataclass(frozen=True, slots=True)
class WatchedEvent:
    """One record of a topic with its CloudEvent attributes.

    `size`: number of bytes of the value. `fault`: None, or the reason why the record is not a CloudEvent.
    """

    record: Record
    attributes: cloudevent.Attributes
    size: int
    fault: str | None = None

    def document(self) -> dict[str, Any]:
        """Return the record, without its value, as JSON-compatible data."""
        message = self.record.message
        return {
            "topic": message.topic,
            "partition": self.record.partition,
            "offset": self.record.offset,
            "key": (message.key or b"").decode(errors="replace"),
            "timestamp": _moment(self.record.timestamp_ms),
            "bytes": self.size,
            "attributes": self.attributes,
            "dead_letter": _dead_letter(self.record),
            "fault": self.fault,
        }

    def sentence(self) -> str:
        """Return the record as one line of text for the console."""
        said = self.attributes
        key = (self.record.message.key or b"").decode(errors="replace")
        place = f"{self.record.message.topic}/{self.record.partition}@{self.record.offset}"
        if dead := _dead_letter(self.record):
            return f"{_moment(self.record.timestamp_ms)}  {key}  dead letter ({dead['stage']}): {dead['error_message']}"
        if self.fault:
            return f"{_moment(self.record.timestamp_ms)}  {key}  no event: {self.fault}  [{place}]"
        kind = said["type"].removeprefix("org.trialwire.").rsplit(".", 1)[0]
        if kind == "feed.heartbeat":
            return f"{said.get('time', '')}  {kind}"
        status, before = said.get("status", ""), said.get("previousstatus")
        moved = f"{before} → {status}" if before and before != status else status
        number = said.get("sequence", "").lstrip("0")
        return f"{said.get('time', '')}  {key}  {kind} #{number}  {moved}  ({said.get('changes', '')})  [{place}]"


def watch(
    kafka: KafkaSettings,
    *,
    from_start: bool,
    limit: int | None,
    stop: threading.Event,
    cluster: Cluster | None = None,
) -> Iterator[WatchedEvent]:
    """Yield events, heartbeats and dead letters until `stop` is set or `limit` records were read.

    Raises RetryLaterError if no broker answers, StopError if the cluster rejects us.
    """
    names = [kafka.topic(topic) for topic in (topics.EVENTS, topics.FEED, topics.DEAD_LETTERS)]
    reader = _opened(cluster or KafkaCluster(kafka), kafka, names, start="earliest" if from_start else "latest")
    left = limit
    try:
        while not stop.is_set() and left != 0:
            for record in reader.poll(POLL_SECONDS)[:left]:
                left = None if left is None else left - 1
                yield watched(record)
    finally:
        reader.close()


def watched(record: Record) -> WatchedEvent:
    """Return a Kafka record for `trialwire watch`: with its CloudEvent attributes, or with the reason why it has none."""
    size = len(record.message.value or b"")
    try:
        attributes, _ = cloudevent.read(record.message.headers, record.message.value)
    except ValueError as error:
        return WatchedEvent(record, {}, size, str(error))
    return WatchedEvent(record, attributes, size)


def latest_sequences(kafka: KafkaSettings, *, cluster: Cluster | None = None) -> Iterator[tuple[str, int]]:
    """Yield (trial id, highest change number) of every trial on the state topic, also of removed trials."""
    found: dict[str, int] = {}
    for record in state_records(cluster or KafkaCluster(kafka), kafka):
        trial_id, sequence, _ = told(record)
        found[trial_id] = max(sequence, found.get(trial_id, 0))
    yield from found.items()


def state_records(
    cluster: Cluster, kafka: KafkaSettings, *, tail: bool = False, exists: bool = False
) -> Iterator[Record]:
    """Yield the records of the state topic up to its current end. `tail`: only the last record of each partition.

    `exists` True means that the topic is known to exist. The function then waits until every broker knows the topic.
    """
    names = [kafka.topic(topics.STATE)]
    ends = time.monotonic() + (SPREADING_SECONDS if exists else 0)
    while len(cluster.layouts(names)) < len(names) and time.monotonic() < ends:
        time.sleep(POLL_SECONDS)
    reader = _opened(cluster, kafka, names, start="tail" if tail else "earliest")
    try:
        yield from to_end(reader, kafka)
    finally:
        reader.close()


def to_end(reader: Reader, kafka: KafkaSettings) -> Iterator[Record]:
    """Yield every record up to the current end of each partition.

    Raises RetryLaterError if no record arrives for 30 s.
    """
    ends = reader.ends()
    quiet_until = time.monotonic() + QUIET_SECONDS
    while any(offset < ends[place] for place, offset in reader.positions().items()):
        records = reader.poll(POLL_SECONDS)
        if records:
            quiet_until = time.monotonic() + QUIET_SECONDS
        elif time.monotonic() > quiet_until:
            msg = f"{kafka.bootstrap_servers} does not send the records it has. Try again, or run `trialwire doctor`."
            raise RetryLaterError(msg)
        yield from records


def told(record: Record) -> tuple[str, int, str]:
    """Take a record of the state topic; return (trial id, change number, time of the change).

    Raises ContractError if the record is not an event of the contract.
    """
    try:
        attributes, _ = cloudevent.read(record.message.headers, record.message.value)
        return (record.message.key or b"").decode(), int(attributes["sequence"]), attributes["time"]
    except (ValueError, KeyError):
        place = f"{record.message.topic}, partition {record.partition}, offset {record.offset}"
        msg = f"The record at {place} is not an event of the contract: another system writes to this topic."
        raise ContractError(msg) from None


def _opened(cluster: Cluster, kafka: KafkaSettings, names: list[str], *, start: Any) -> Reader:
    if absent := [name for name in names if name not in cluster.layouts(names)]:
        msg = f"{', '.join(absent)} is not on {kafka.bootstrap_servers} yet. `trialwire publish` creates the topics."
        raise StopError(msg)
    return cluster.reader(names, start=start, group="")


def _moment(timestamp_ms: int) -> str:
    return cloudevent.time_text(datetime.fromtimestamp(timestamp_ms / 1000, UTC), "seconds")


def _dead_letter(record: Record) -> dict[str, str] | None:
    found = {
        name.removeprefix("dlq_"): content.decode(errors="replace")
        for name, content in record.message.headers
        if name.startswith("dlq_")
    }
    return found or None

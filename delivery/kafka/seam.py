"""The interface to Kafka that the publisher and the readers use.

kafka/client.py implements the interface for a real cluster; kafka/memory.py implements it for tests.
"""

from __future__ import annotations

import queue
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from trialwire.delivery.event.cloudevent import Headers
    from trialwire.delivery.event.topics import Layout

Place = tuple[str, int]
"""A place to read from: (topic, partition)."""


@dataclass(frozen=True, slots=True)
class Message:
    """A message to send: full topic name, key, value and headers. A value of None makes it a tombstone (deletion)."""

    topic: str
    key: bytes | None
    value: bytes | None
    headers: Headers = ()


@dataclass(frozen=True, slots=True)
class Record:
    """A message that was read from a topic, with its partition and offset. `timestamp_ms` is set by Kafka."""

    message: Message
    partition: int
    offset: int
    timestamp_ms: int


@dataclass(frozen=True, slots=True)
class Fault:
    """The cause of a failed send. `kind` says what the publisher must do.

    record: the broker may reject this record itself: send it alone; if it fails again, park it (set it aside)
    rebuild: the producer is no longer reliable: discard it and build a new one
    stop: the cluster rejects us (permission, missing topic), not the record
    """

    kind: Literal["record", "rebuild", "stop"]
    name: str
    message: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """The result of one send. `token`: the value that the caller gave to `send`.

    `fault` is None if the message was acknowledged.
    """

    token: object
    fault: Fault | None


def settled(outcomes: queue.SimpleQueue[Outcome], timeout_seconds: float) -> list[Outcome]:
    """Return every outcome in the queue. If the queue is empty, wait for the first outcome up to the timeout."""
    found: list[Outcome] = []
    with suppress(queue.Empty):
        found.append(outcomes.get(timeout=timeout_seconds))
        while True:
            found.append(outcomes.get_nowait())
    return found


class Sender(Protocol):
    """The interface of a Kafka producer that can be discarded.

    The outcome of each send is an acknowledgement by all in-sync replicas, or a fault.
    """

    def send(self, token: object, message: Message) -> None:
        """Send one message. Never raises: an error becomes an outcome.

        `token`: any value; the outcome of this send contains it.
        """
        ...

    def outcomes(self, timeout_seconds: float) -> list[Outcome]:
        """Return the outcomes since the last call. If there are none, wait for the first outcome up to the timeout."""
        ...

    def discard(self) -> None:
        """Discard the producer and its unsent messages. Returns within seconds."""
        ...


class Reader(Protocol):
    """The interface of a Kafka consumer that reads all partitions of its topics.

    The consumer commits its offsets only when `commit` is called.
    """

    def ends(self) -> Mapping[Place, int]:
        """Return for each partition the current end: the offset after its last record."""
        ...

    def positions(self) -> Mapping[Place, int]:
        """Return for each partition the offset of the next record to read."""
        ...

    def missed(self) -> Mapping[Place, int]:
        """Return for each partition with expired unread records the offset of its oldest record that still exists.

        Expired unread records were deleted by Kafka before this consumer group read them. Other partitions are left
        out.
        """
        ...

    def poll(self, timeout_seconds: float) -> list[Record]:
        """Return the next records, in order per partition; an empty list if no record arrived within the timeout."""
        ...

    def commit(self, positions: Mapping[Place, int]) -> None:
        """Save for the consumer group, in Kafka, the offset of the next record to read in each partition.

        Raises RetryLaterError if the commit fails.
        """
        ...

    def close(self) -> None:
        """Close the connection to the cluster."""
        ...


class Cluster(Protocol):
    """The interface of a Kafka cluster.

    Each call may raise RetryLaterError (no broker answers) or StopError (the cluster rejects us).
    """

    def brokers(self) -> int:
        """Return the number of brokers that are up."""
        ...

    def layouts(self, names: Sequence[str]) -> dict[str, Layout]:
        """Return the layouts (partitions, replicas, configuration) of those topics that exist, by name."""
        ...

    def create(self, topics: Mapping[str, Layout]) -> None:
        """Create topics and wait until every partition has a leader. A topic that exists is not changed."""
        ...

    def sender(self, timeout_seconds: float) -> Sender:
        """Return a new producer. Raises RetryLaterError if it cannot connect within the timeout."""
        ...

    def reader(self, topics: Sequence[str], *, start: Literal["earliest", "latest", "tail"], group: str) -> Reader:
        """Return a new consumer. `group`: the name of the consumer group; "" means no group.

        The consumer starts at the committed offsets of the group. If there are none, it starts at `start`: at the
        earliest record, after the latest record, or at the last record of each partition (`tail`).
        """
        ...

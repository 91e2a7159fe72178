"""The interface to Kafka for publisher and readers. client.py implements it; memory.py is the twin for tests."""

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
"""(topic, partition)."""


@dataclass(frozen=True, slots=True)
class Message:
    """A message to send: full topic name, key, value (None is a tombstone) and headers."""

    topic: str
    key: bytes | None
    value: bytes | None
    headers: Headers = ()


@dataclass(frozen=True, slots=True)
class Record:
    """A message that was read, with its partition and offset. `timestamp_ms` is set by Kafka."""

    message: Message
    partition: int
    offset: int
    timestamp_ms: int


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a send failed. `kind` says what to do.

    record: the broker may reject this record itself: send it alone, then park it
    rebuild: the producer is no longer reliable: discard it and build a new one
    stop: the cluster rejects us (permission, missing topic), not the record
    """

    kind: Literal["record", "rebuild", "stop"]
    name: str
    message: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """The result of one send, with the token that was given to `send`. `fault` None: acknowledged."""

    token: object
    fault: Fault | None


def settled(outcomes: queue.SimpleQueue[Outcome], timeout_seconds: float) -> list[Outcome]:
    """Every outcome in the queue; waits up to the timeout for the first."""
    found: list[Outcome] = []
    with suppress(queue.Empty):
        found.append(outcomes.get(timeout=timeout_seconds))
        while True:
            found.append(outcomes.get_nowait())
    return found


class Sender(Protocol):
    """A producer that can be discarded. A send is acknowledged by all in-sync replicas or has a fault."""

    def send(self, token: object, message: Message) -> None:
        """Send one message. Never raises: an error is an outcome."""
        ...

    def outcomes(self, timeout_seconds: float) -> list[Outcome]:
        """The outcomes since the last call; waits up to the timeout for the first."""
        ...

    def discard(self) -> None:
        """Discard the producer and its unsent messages; returns within seconds."""
        ...


class Reader(Protocol):
    """A consumer of whole topics with its own offsets."""

    def ends(self) -> Mapping[Place, int]:
        """The offset after the last record of each partition, now."""
        ...

    def positions(self) -> Mapping[Place, int]:
        """The offset of the next record to read, per partition."""
        ...

    def missed(self) -> Mapping[Place, int]:
        """For each partition where records expired before this group read them: the first offset that still exists."""
        ...

    def poll(self, timeout_seconds: float) -> list[Record]:
        """Records in order per partition; empty when none came within the timeout."""
        ...

    def commit(self, positions: Mapping[Place, int]) -> None:
        """Commit the next offsets to read for the group. Raises RetryLaterError if that fails."""
        ...

    def close(self) -> None:
        """Close the connection."""
        ...


class Cluster(Protocol):
    """A Kafka cluster. Every call may raise RetryLaterError (no broker answers) or StopError (it rejects us)."""

    def brokers(self) -> int:
        """The number of brokers."""
        ...

    def layouts(self, names: Sequence[str]) -> dict[str, Layout]:
        """The layouts of the topics that exist, by name."""
        ...

    def create(self, topics: Mapping[str, Layout]) -> None:
        """Create topics and wait until every partition has a leader. A topic that already exists is not changed."""
        ...

    def sender(self, timeout_seconds: float) -> Sender:
        """A new producer. Raises RetryLaterError if it cannot connect within the timeout."""
        ...

    def reader(self, topics: Sequence[str], *, start: Literal["earliest", "latest", "tail"], group: str) -> Reader:
        """A new consumer: starts at the committed offsets of the group, or at `start` if there are none (group "").

        `tail` starts at the last record of each partition.
        """
        ...

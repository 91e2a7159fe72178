"""The seam to Kafka: what publisher and readers ask of a cluster. Served by kafka_client (real) and kafka_memory (twin)."""

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
"""A topic and a partition of it."""


@dataclass(frozen=True, slots=True)
class Message:
    """What is sent: full topic name, key, value (None is a tombstone) and headers."""

    topic: str
    key: bytes | None
    value: bytes | None
    headers: Headers = ()


@dataclass(frozen=True, slots=True)
class Record:
    """What is read: a message and where it lies. `timestamp_ms` is Kafka's own."""

    message: Message
    partition: int
    offset: int
    timestamp_ms: int


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a send failed, sorted by what to do.

    record: this record may be refused for what it is: send it alone, then park it
    rebuild: the producer can no longer be trusted: throw it away and build a new one
    stop: the cluster refuses us (permission, absent topic): no record is to blame
    """

    kind: Literal["record", "rebuild", "stop"]
    name: str
    message: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one send, by the token it was sent with."""

    token: object
    fault: Fault | None


def settled(outcomes: queue.SimpleQueue[Outcome], timeout_seconds: float) -> list[Outcome]:
    """Every outcome that waits in the queue; the first of them is waited for."""
    found: list[Outcome] = []
    with suppress(queue.Empty):
        found.append(outcomes.get(timeout=timeout_seconds))
        while True:
            found.append(outcomes.get_nowait())
    return found


class Sender(Protocol):
    """A producer that may be thrown away. Sends are acknowledged by all in-sync replicas, or have a fault."""

    def send(self, token: object, message: Message) -> None:
        """Hand over one message; never raises: what goes wrong is an outcome."""
        ...

    def outcomes(self, timeout_seconds: float) -> list[Outcome]:
        """What was settled since the last call; waits up to the timeout for the first."""
        ...

    def discard(self) -> None:
        """Throw the producer away, with whatever it still held; returns within seconds."""
        ...


class Reader(Protocol):
    """A consumer of whole topics, by offsets of its own."""

    def ends(self) -> Mapping[Place, int]:
        """The offset after the last record of each partition, now."""
        ...

    def positions(self) -> Mapping[Place, int]:
        """The offset of the next record to read, per partition."""
        ...

    def missed(self) -> Mapping[Place, int]:
        """The first offset there is, of each partition of which records are gone that this group has not read."""
        ...

    def poll(self, timeout_seconds: float) -> list[Record]:
        """Records in order per partition; empty when none came within the timeout."""
        ...

    def commit(self, positions: Mapping[Place, int]) -> None:
        """Remember, for the group, the next offset to read. Raises RetryLaterError when that failed."""
        ...

    def close(self) -> None:
        """Let the connection go."""
        ...


class Cluster(Protocol):
    """A Kafka cluster. Every call may raise RetryLaterError (no broker answers) or StopError (it refuses us)."""

    def brokers(self) -> int:
        """How many brokers there are."""
        ...

    def layouts(self, names: Sequence[str]) -> dict[str, Layout]:
        """The layout of those topics that exist."""
        ...

    def create(self, topics: Mapping[str, Layout]) -> None:
        """Create topics and wait until each has a leader for every partition; one that exists already is left alone."""
        ...

    def sender(self, timeout_seconds: float) -> Sender:
        """A new producer. Raises RetryLaterError when none could be connected within the timeout."""
        ...

    def reader(self, topics: Sequence[str], *, start: Literal["earliest", "latest", "tail"], group: str) -> Reader:
        """A new consumer: from the group's committed offsets where there are some ("" has none), else from `start`.

        `tail` begins at the last record of each partition.
        """
        ...

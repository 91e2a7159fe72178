"""A Kafka cluster in memory, for tests: topics, partitions by murmur2 of the key, tombstones, committed offsets.

Murmur2 is the hash by which Kafka chooses the partition of a key. A tombstone is a message without a value. The cluster
can simulate faults. `refuse` is a function that returns the fault of a message. If `silent` is set, no message is
acknowledged. `forget_acks` is the number of messages that are appended without an acknowledgement.
"""

from __future__ import annotations

import queue
import threading
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from kafka.partitioner.default import murmur2

from trialwire.delivery.event.topics import HEADER_ROOM_BYTES
from trialwire.delivery.kafka.message import travels_inline
from trialwire.delivery.kafka.seam import Fault, Message, Outcome, Record, settled
from trialwire.schemas.errors import RetryLaterError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from trialwire.delivery.event.topics import Layout
    from trialwire.delivery.kafka.seam import Place


@dataclass
class MemoryCluster:
    """A cluster of one broker in memory. Implements the interface Cluster of `trialwire.delivery.kafka.seam`.

    `logs`: the records of each partition, in order. `starts`: for each partition the first offset that has not expired.
    """

    max_message_bytes: int = 900_000 + HEADER_ROOM_BYTES
    topics: dict[str, Layout] = field(default_factory=dict)
    logs: dict[Place, list[Record]] = field(default_factory=dict)
    starts: dict[Place, int] = field(default_factory=dict)
    committed: dict[str, dict[Place, int]] = field(default_factory=dict)
    down: bool = False
    silent: bool = False
    forget_acks: int = 0
    refuse: Callable[[Message], Fault | None] = lambda _: None
    senders: int = 0

    def __post_init__(self) -> None:
        self._lock = threading.Lock()

    def brokers(self) -> int:
        """Return 1 if the cluster is up. Raises RetryLaterError while the cluster is `down`."""
        self._reach()
        return 1

    def layouts(self, names: Sequence[str]) -> dict[str, Layout]:
        """Return the layouts (partitions, replicas, configuration) of those topics that exist, by name."""
        self._reach()
        return {name: self.topics[name] for name in names if name in self.topics}

    def create(self, topics: Mapping[str, Layout]) -> None:
        """Create topics. A topic that exists is not changed."""
        self._reach()
        for name, layout in topics.items():
            if name not in self.topics:
                self.topics[name] = layout
                self.logs |= {(name, partition): [] for partition in range(layout.partitions)}

    def sender(self, timeout_seconds: float) -> MemorySender:
        """Return a new producer. Raises RetryLaterError while the cluster is `down`."""
        if self.down:
            time.sleep(min(timeout_seconds, 0.05))
        self._reach()
        self.senders += 1
        return MemorySender(self)

    def reader(
        self, topics: Sequence[str], *, start: Literal["earliest", "latest", "tail"], group: str
    ) -> MemoryReader:
        """Return a new consumer of these topics. Raises RetryLaterError while the cluster is `down`."""
        self._reach()
        return MemoryReader(self, topics, start, group)

    def append(self, message: Message) -> Fault | None:
        """Append one message to its partition. Returns the fault if it is rejected."""
        layout = self.topics.get(message.topic)
        if layout is None:
            return Fault("stop", "UnknownTopicOrPartitionError", f"{message.topic} is not there")
        if fault := self.refuse(message):
            return fault
        if not travels_inline(message.value or b"", self.max_message_bytes):
            return Fault("record", "MessageSizeTooLargeError", "too large")
        partition = (murmur2(message.key or b"") & 0x7FFFFFFF) % layout.partitions
        with self._lock:
            log = self.logs[message.topic, partition]
            log.append(Record(message, partition, len(log), int(time.time() * 1000)))
        return None

    def records(self, topic: str) -> list[Record]:
        """Return all records of a topic, partition by partition."""
        return [record for (name, _), log in sorted(self.logs.items()) if name == topic for record in log]

    def _reach(self) -> None:
        if self.down:
            msg = "No broker of memory answers. Nothing is lost; try again."
            raise RetryLaterError(msg)


class MemorySender:
    """A producer that appends each message to the in-memory cluster at once."""

    def __init__(self, cluster: MemoryCluster) -> None:
        self._cluster = cluster
        self._outcomes: queue.SimpleQueue[Outcome] = queue.SimpleQueue()

    def send(self, token: object, message: Message) -> None:
        """Append one message and acknowledge it, unless a simulated fault prevents this."""
        if self._cluster.silent or self._cluster.down:
            return
        fault = self._cluster.append(message)
        if fault is None and self._cluster.forget_acks > 0:
            self._cluster.forget_acks -= 1
            return
        self._outcomes.put(Outcome(token, fault))

    def outcomes(self, timeout_seconds: float) -> list[Outcome]:
        """Return the outcomes of sends since the last call."""
        return settled(self._outcomes, timeout_seconds)

    def discard(self) -> None:
        """Do nothing, because this sender has no unsent messages."""


class MemoryReader:
    """A consumer of whole topics of the in-memory cluster."""

    def __init__(
        self, cluster: MemoryCluster, topics: Sequence[str], start: Literal["earliest", "latest", "tail"], group: str
    ) -> None:
        self._cluster = cluster
        self._group = group
        self._places = sorted(place for place in cluster.logs if place[0] in topics)
        ends = self.ends()
        first = {
            "earliest": {place: cluster.starts.get(place, 0) for place in ends},
            "latest": ends,
            "tail": {p: max(0, n - 1) for p, n in ends.items()},
        }
        self._positions = dict(first[start]) | cluster.committed.get(group, {})

    def ends(self) -> Mapping[Place, int]:
        """Return for each partition the offset after its last record."""
        return {place: len(self._cluster.logs[place]) for place in self._places}

    def positions(self) -> Mapping[Place, int]:
        """Return for each partition the offset of the next record to read."""
        return dict(self._positions)

    def missed(self) -> Mapping[Place, int]:
        """Return for each partition with expired unread records the offset of its oldest record that still exists.

        Expired unread records were deleted by Kafka before this consumer group read them. Other partitions are left
        out.
        """
        read = self._cluster.committed.get(self._group, {})
        return {
            place: start for place in self._places if (start := self._cluster.starts.get(place, 0)) > read.get(place, 0)
        }

    def poll(self, timeout_seconds: float) -> list[Record]:
        """Return the next records. The list is empty if no record arrived within the timeout."""
        found: list[Record] = []
        for place in self._places:
            found += self._cluster.logs[place][max(self._positions[place], self._cluster.starts.get(place, 0)) :]
            self._positions[place] = len(self._cluster.logs[place])
        if not found:
            time.sleep(min(timeout_seconds, 0.01))
        return found

    def commit(self, positions: Mapping[Place, int]) -> None:
        """Commit for the group the offset of the next record to read in each partition."""
        self._cluster.committed.setdefault(self._group, {}).update(positions)

    def close(self) -> None:
        """Do nothing, because a reader in memory has no connection."""

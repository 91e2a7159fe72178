"""Implements the Cluster interface with the client library kafka-python. One table classifies its errors.

A producer of kafka-python 3.0 can hang permanently when a batch is older than `delivery_timeout_ms`. That setting is
therefore much larger than all our deadlines. If a producer neither acknowledges a message nor reports an error for too
long, the publisher discards this producer.
"""

from __future__ import annotations

import queue
import time
from contextlib import closing, contextmanager, suppress
from typing import TYPE_CHECKING, Any, Final, Literal

from kafka import KafkaAdminClient, KafkaConsumer, KafkaProducer, TopicPartition, errors
from kafka.admin import ConfigResource, ConfigResourceType
from kafka.net.compat import KafkaNetClient
from kafka.structs import OffsetAndMetadata

from trialwire.delivery.event.topics import Layout
from trialwire.delivery.kafka.connecting import connected
from trialwire.delivery.kafka.seam import Fault, Message, Outcome, Record, settled
from trialwire.schemas.errors import RetryLaterError, StopError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from trialwire.delivery.kafka.seam import Place
    from trialwire.delivery.kafka.settings import KafkaSettings

CONNECT_SECONDS: Final = 5.0
SHORTEST_ROUND_SECONDS: Final = 0.001
"""The shortest cycle of the sending thread, far below `linger_ms`."""
DELIVERY_TIMEOUT_MS: Final = 3_600_000
LARGEST_BYTES: Final = 100_000_000
"""The client applies its limit before compression; the limit that matters is the broker's, after compression."""
_SHOWN_CONFIGS: Final = ("cleanup.policy", "retention.ms", "min.insync.replicas", "max.message.bytes")

FAULT_KINDS: Final[Mapping[type[Exception], Literal["record", "stop"]]] = {
    errors.MessageSizeTooLargeError: "record",
    errors.RecordListTooLargeError: "record",
    errors.CorruptRecordError: "record",
    errors.InvalidRecordError: "record",
    errors.TopicAuthorizationFailedError: "stop",
    errors.ClusterAuthorizationFailedError: "stop",
    errors.UnknownTopicOrPartitionError: "stop",
    errors.InvalidTopicError: "stop",
    errors.SaslAuthenticationFailedError: "stop",
    errors.UnsupportedSaslMechanismError: "stop",
}
"""Every other error is `rebuild`: fatal errors of the producer, and errors that the client itself no longer retries."""


class KafkaCluster:
    """A real Kafka cluster, reached with kafka-python.

    The class implements the interface Cluster of `trialwire.delivery.kafka.seam`.
    """

    def __init__(self, settings: KafkaSettings) -> None:
        self._settings = settings

    def brokers(self) -> int:
        """Return the number of brokers that are up."""
        with self._admin() as admin:
            return len(admin.describe_cluster()["brokers"])

    def layouts(self, names: Sequence[str]) -> dict[str, Layout]:
        """Return the layouts (partitions, replicas, configuration) of those topics that exist, by name."""
        with self._admin() as admin:
            present = [topic for topic in admin.describe_topics(list(names)) if topic["error_code"] == 0]
            resources = [ConfigResource(ConfigResourceType.TOPIC, topic["name"]) for topic in present]
            described = admin.describe_configs(resources, config_filter="all") if resources else {}
        configs = described.get("topic", {})
        return {
            topic["name"]: Layout(
                partitions=len(topic["partitions"]),
                replication_factor=len(topic["partitions"][0]["replica_nodes"]),
                configs={
                    name: str(entry["value"])
                    for name, entry in configs.get(topic["name"], {}).items()
                    if name in _SHOWN_CONFIGS
                },
            )
            for topic in present
        }

    def create(self, topics: Mapping[str, Layout]) -> None:
        """Create topics and wait until every partition has a leader. A topic that exists is not changed."""
        with self._admin() as admin:
            for name, layout in topics.items():
                asked = {
                    "num_partitions": layout.partitions,
                    "replication_factor": layout.replication_factor,
                    "configs": dict(layout.configs),
                }
                with suppress(errors.TopicAlreadyExistsError):
                    admin.create_topics({name: asked}, wait_for_metadata=True)

    def sender(self, timeout_seconds: float) -> KafkaSender:
        """Return a connected producer."""
        with _translated(self._settings):
            return KafkaSender(self._settings, timeout_seconds)

    def reader(
        self, topics: Sequence[str], *, start: Literal["earliest", "latest", "tail"], group: str = ""
    ) -> KafkaReader:
        """Return a consumer of all partitions of these topics."""
        with _translated(self._settings):
            return KafkaReader(self._settings, topics, start, group)

    @contextmanager
    def _admin(self) -> Iterator[Any]:
        with (
            _translated(self._settings),
            closing(connected(KafkaAdminClient, self._settings, CONNECT_SECONDS)) as admin,
        ):
            yield admin


class PacedNetClient(KafkaNetClient):  # type: ignore[misc]  # kafka-python has no types
    """A network client for Kafka producers that polls at most once in `SHORTEST_ROUND_SECONDS`.

    Without this limit, the sending thread of kafka-python 3.0.12 uses more than half a core during an outage, because
    it loops without a pause in two cases. First, a partition has no leader: each cycle requests the metadata again, and
    the request starts the next cycle. Second, a broker reconnects: kafka-python uses a delay in seconds as if the unit
    were milliseconds.
    """

    _asked_at = 0.0

    def poll(self, timeout_ms: float | None = None, future: Any = None) -> Any:
        """Wait until `SHORTEST_ROUND_SECONDS` have passed since the last poll, then poll the network once."""
        time.sleep(max(0.0, self._asked_at + SHORTEST_ROUND_SECONDS - time.monotonic()))
        self._asked_at = time.monotonic()
        return super().poll(timeout_ms=timeout_ms, future=future)


class KafkaSender:
    """A Kafka producer that puts the outcome of each send into its own queue.

    An outcome is an acknowledgement or a fault. Because each producer has its own queue, outcomes that arrive late for
    a discarded producer are ignored.
    """

    def __init__(self, settings: KafkaSettings, timeout_seconds: float) -> None:
        self._outcomes: queue.SimpleQueue[Outcome] = queue.SimpleQueue()
        options: dict[str, Any] = {
            "acks": "all",
            "enable_idempotence": True,
            "compression_type": "zstd",
            "linger_ms": 5,
            "batch_size": 262_144,
            "max_request_size": LARGEST_BYTES,
            "delivery_timeout_ms": DELIVERY_TIMEOUT_MS,
            "request_timeout_ms": 30_000,
            "max_block_ms": int(CONNECT_SECONDS * 1000),
            "reconnect_backoff_max_ms": 1000,
            "allow_auto_create_topics": False,
            "metrics_enabled": False,
        }
        self._producer = connected(KafkaProducer, settings, timeout_seconds, network=PacedNetClient, **options)

    def send(self, token: object, message: Message) -> None:
        """Send one message. Never raises: an error becomes an outcome."""
        try:
            future = self._producer.send(
                message.topic, key=message.key, value=message.value, headers=list(message.headers)
            )
        except (errors.KafkaError, ValueError, TypeError) as error:
            self._outcomes.put(Outcome(token, fault_of(error)))
            return
        future.add_callback(lambda _: self._outcomes.put(Outcome(token, None)))
        future.add_errback(lambda error: self._outcomes.put(Outcome(token, fault_of(error))))

    def outcomes(self, timeout_seconds: float) -> list[Outcome]:
        """Return the outcomes of sends since the last call."""
        return settled(self._outcomes, timeout_seconds)

    def discard(self) -> None:
        """Stop the sending thread at once, without a flush.

        The client's own close() would first wait for messages that may never be sent.
        """
        sender = self._producer._sender  # noqa: SLF001 (the only way to stop a producer without a flush)
        sender.force_close()
        sender.join(CONNECT_SECONDS)
        with suppress(errors.KafkaError):
            self._producer.close(timeout=0)


class KafkaReader:
    """A Kafka consumer that reads all partitions of its topics and shares none with other consumers (no rebalancing).

    The consumer commits its offsets under a group name.
    """

    def __init__(
        self, settings: KafkaSettings, topics: Sequence[str], start: Literal["earliest", "latest", "tail"], group: str
    ) -> None:
        self._settings = settings
        options: dict[str, Any] = {
            "group_id": group or None,
            "enable_auto_commit": False,
            "auto_offset_reset": "latest" if start == "latest" else "earliest",
            "allow_auto_create_topics": False,
            "max_partition_fetch_bytes": 4 * 1024 * 1024,
            "metrics_enabled": False,
        }
        self._consumer = connected(KafkaConsumer, settings, CONNECT_SECONDS, **options)
        self._places = [
            TopicPartition(topic, partition)
            for topic in topics
            for partition in sorted(self._consumer.partitions_for_topic(topic) or ())
        ]
        self._consumer.assign(self._places)
        if start == "tail":
            self._seek_tail()

    def _seek_tail(self) -> None:
        first, end = self._consumer.beginning_offsets(self._places), self._consumer.end_offsets(self._places)
        for place in self._places:
            self._consumer.seek(place, max(first[place], end[place] - 1))

    def ends(self) -> Mapping[Place, int]:
        """Return for each partition the offset after its last record."""
        with _translated(self._settings):
            found = self._consumer.end_offsets(self._places)
        return {(place.topic, place.partition): offset for place, offset in found.items()}

    def positions(self) -> Mapping[Place, int]:
        """Return for each partition the offset of the next record to read."""
        with _translated(self._settings):
            return {(place.topic, place.partition): self._consumer.position(place) for place in self._places}

    def missed(self) -> Mapping[Place, int]:
        """Return for each partition with expired unread records the offset of its oldest record that still exists.

        Expired unread records were deleted by Kafka before this consumer group read them. Other partitions are left
        out.
        """
        with _translated(self._settings):
            starts = self._consumer.beginning_offsets(self._places)
            read = {place: self._consumer.committed(place) or 0 for place, start in starts.items() if start}
        return {(place.topic, place.partition): starts[place] for place in read if starts[place] > read[place]}

    def poll(self, timeout_seconds: float) -> list[Record]:
        """Return the next records. The list is empty if no record arrived within the timeout."""
        with _translated(self._settings):
            found = self._consumer.poll(timeout_ms=int(timeout_seconds * 1000), max_records=500)
        return [_record(item) for items in found.values() for item in items]

    def commit(self, positions: Mapping[Place, int]) -> None:
        """Commit for the group the offset of the next record to read in each partition."""
        offsets = {TopicPartition(*place): OffsetAndMetadata(offset, "", -1) for place, offset in positions.items()}
        with _translated(self._settings):
            self._consumer.commit(offsets, timeout_ms=int(CONNECT_SECONDS * 1000))

    def close(self) -> None:
        """Close the connection to the cluster."""
        self._consumer.close(autocommit=False, timeout_ms=1000)


def fault_of(error: Exception) -> Fault:
    """Take the error of a failed send; return the Fault, which says what the publisher must do."""
    if isinstance(error, (ValueError, TypeError)):
        return Fault("record", type(error).__name__, str(error))
    for type_, kind in FAULT_KINDS.items():
        if isinstance(error, type_):
            return Fault(kind, type(error).__name__, str(error))
    return Fault("rebuild", type(error).__name__, str(error))


@contextmanager
def _translated(settings: KafkaSettings) -> Iterator[None]:
    try:
        yield
    except (errors.KafkaTimeoutError, OSError):
        msg = (
            f"No broker of {settings.bootstrap_servers} answers. Nothing is lost; try again, or run `trialwire doctor`."
        )
        raise RetryLaterError(msg) from None
    except errors.KafkaError as error:
        fault = fault_of(error)
        if fault.kind == "stop":
            msg = f"Kafka at {settings.bootstrap_servers} refused: {fault.name}. Run `trialwire doctor`."
            raise StopError(msg) from None
        msg = f"Kafka at {settings.bootstrap_servers} failed: {fault.name}. Try again; `trialwire doctor` checks each step."
        raise RetryLaterError(msg) from None


def _record(item: Any) -> Record:
    headers = tuple((name, content or b"") for name, content in item.headers or ())
    return Record(Message(item.topic, item.key, item.value, headers), item.partition, item.offset, item.timestamp)

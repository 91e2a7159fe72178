"""Loads a FHIR server from the Kafka topic of events: an idempotent consumer.

A change that is delivered twice is applied once, because each study on the server holds the number of its last change.
A record that cannot be applied becomes a dead letter: it is copied unchanged, with the cause, to the dead-letter topic.
Offsets are committed only after the server accepted the change, or after Kafka acknowledged the dead letter. If unread
events have expired (at the first load, or after more than 30 days without a load), the state topic is read first. The
state topic holds the newest change of each trial.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Final

from trialwire.delivery.cursor import WindowCursor
from trialwire.delivery.event import cloudevent, dataref, study_bundle, topics
from trialwire.delivery.fhir.client import FhirClient
from trialwire.delivery.fhir.posting import Item, Posters
from trialwire.delivery.kafka import dead_letter
from trialwire.delivery.kafka.client import KafkaCluster
from trialwire.delivery.kafka.dead_letter import Cause
from trialwire.network.retrying import FHIR_SERVER
from trialwire.schemas.errors import ContractError, RetryLaterError
from trialwire.schemas.fhir.versions import SHORT_NUMBERS

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable, Mapping, Sequence

    import httpx

    from trialwire.delivery.fhir.apply import Applied
    from trialwire.delivery.fhir.settings import FhirSettings
    from trialwire.delivery.kafka.seam import Cluster, Place, Reader, Record
    from trialwire.delivery.kafka.settings import KafkaSettings
    from trialwire.network.retrying import RetryPolicy

    Commit = Callable[[Mapping[Place, int]], None]

STUDY_TYPE_PREFIX: Final = "org.trialwire.study."
KNOWN_VERSION: Final = ".v1"
POLL_SECONDS: Final = 0.5
ACKNOWLEDGED_SECONDS: Final = 30.0
OUTAGE_SECONDS: Final = 300.0
LOOK_AGAIN_SECONDS: Final = 5.0


@dataclass
class KafkaLoadReport:
    """The result of a run, as numbers of records. `gaps`: events whose preceding sequence numbers are missing.

    A gap loses no data, because each event has the full state of its trial. `read`: records of the events topic.
    `from_state`: records of the state topic, which is read if events have expired. `tombstones`: trials that are marked
    as removed on the state topic; their resources on the server are not deleted.
    """

    read: int = 0
    from_state: int = 0
    tombstones: int = 0
    loaded: int = 0
    already_there: int = 0
    stale: int = 0
    gaps: int = 0
    unknown_types: dict[str, int] = field(default_factory=dict)
    dead_letters: int = 0
    resources: int = 0
    seconds: float = 0.0


def load_from_kafka(
    kafka: KafkaSettings,
    server: FhirSettings,
    *,
    stop: threading.Event,
    outage_seconds: float = OUTAGE_SECONDS,
    cluster: Cluster | None = None,
    transport: httpx.BaseTransport | None = None,
    retries: RetryPolicy = FHIR_SERVER,
) -> KafkaLoadReport:
    """Apply every event up to the topic's current end, or until `stop` is set. Returns the counts of the run.

    If unread events have expired, the state topic is applied first. While the server is down, the function waits; after
    `outage_seconds` it raises RetryLaterError and writes no dead letter. Raises ContractError if the topic has another
    FHIR version than the server.
    """
    if kafka.fhir_version != server.fhir_version:
        raise ContractError(_other_version(kafka.fhir_version, server))
    started = time.monotonic()
    report = KafkaLoadReport()
    source = cluster or KafkaCluster(kafka)
    reader = source.reader([kafka.topic(topics.EVENTS)], start="earliest", group=f"trialwire-load-{server.destination}")
    try:
        with (
            FhirClient(server, transport=transport, retries=retries) as client,
            Posters(client, server.destination) as posters,
        ):
            consumer = _Consumer(kafka, server, source, posters, report, stop, outage_seconds)
            if missed := reader.missed():
                consumer.bootstrap(reader, missed)
            report.read += consumer.run(reader, reader.commit)
    finally:
        reader.close()
    report.seconds = round(time.monotonic() - started, 3)
    return report


def _other_version(carried: str, server: FhirSettings) -> str:
    return (
        f"The events carry FHIR {carried} and {server.base_url} is {server.fhir_version}: "
        f"load it from the outbox with `trialwire load`, which renders each version from the trial."
    )


class _Batch:
    """The ledger of one batch of records: it receives the result of each record and commits offsets."""

    def __init__(self, consumer: _Consumer, records: Sequence[Record], commit: Commit) -> None:
        self._consumer = consumer
        self._commit = commit
        self.open = {_address(record): record for record in records}
        by_place: dict[Place, list[int]] = {}
        for record in records:
            by_place.setdefault(_place(record), []).append(record.offset)
        self._cursors = {place: WindowCursor(offsets) for place, offsets in by_place.items()}

    def settled(self, source: Record, applied: Applied) -> None:
        """Count a change that the server now has, or for which the server has a later change of the same trial."""
        report = self._consumer.report
        if applied.kind == "loaded":
            report.loaded += 1
            report.resources += applied.resources
        else:
            report.already_there += 1
        self.done(source)

    def park(self, source: Record, applied: Applied) -> None:
        """Write a dead letter (a copy with the cause) for a change that the server rejects."""
        reason = applied.reasons[0]
        cause = Cause("load", reason.code, reason.message, applied.attempts, applied.status, applied.codes)
        self._consumer.set_aside(source, cause)
        self.done(source)

    def done(self, record: Record) -> None:
        """Mark a record as finished."""
        del self.open[_address(record)]
        self._cursors[_place(record)].settle(record.offset)

    def mark(self) -> None:
        """Commit the offsets of each partition up to its first open record."""
        reached = {place: cursor.take() for place, cursor in self._cursors.items()}
        moved = {place: offset + 1 for place, offset in reached.items() if offset is not None}
        if moved:
            self._commit(moved)


class _Consumer:
    """One run of the consumer over the events topic."""

    def __init__(
        self,
        kafka: KafkaSettings,
        server: FhirSettings,
        cluster: Cluster,
        posters: Posters,
        report: KafkaLoadReport,
        stop: threading.Event,
        outage_seconds: float,
    ) -> None:
        self._kafka = kafka
        self._server = server
        self._cluster = cluster
        self._posters = posters
        self._stop = stop
        self._outage_seconds = outage_seconds
        self._last: dict[bytes, int] = {}
        self.report = report

    def bootstrap(self, reader: Reader, missed: Mapping[Place, int]) -> None:
        """Apply every record of the state topic, then commit offsets that skip the expired events.

        `missed`: for each partition with expired unread events, the offset of its oldest event that still exists.
        """
        state = self._cluster.reader([self._kafka.topic(topics.STATE)], start="earliest", group="")
        try:
            self.report.from_state += self.run(state, lambda _: None)
        finally:
            state.close()
        if not self._stop.is_set():
            reader.commit(missed)

    def run(self, reader: Reader, commit: Commit) -> int:
        """Apply the records up to the current end of the topic. Returns the number of records that were read."""
        read, ends = 0, reader.ends()
        while not self._stop.is_set() and any(offset < ends[place] for place, offset in reader.positions().items()):
            if records := reader.poll(POLL_SECONDS):
                read += len(records)
                self._batch(records, commit)
        return read

    def _batch(self, records: Sequence[Record], commit: Commit) -> None:
        batch = _Batch(self, records, commit)
        items = [item for record in records if (item := self._item(record, batch)) is not None]
        batch.mark()
        gives_up_at = time.monotonic() + self._outage_seconds
        while items:
            try:
                self._posters.post(items, batch, ending=self._stop.is_set)
            except RetryLaterError:
                if time.monotonic() + LOOK_AGAIN_SECONDS > gives_up_at or self._stop.wait(LOOK_AGAIN_SECONDS):
                    raise
            items = [] if self._stop.is_set() else [item for item in items if _address(item.source) in batch.open]

    def _item(self, record: Record, batch: _Batch) -> Item[Record] | None:
        """Return the item to post for a record; None if the record does not have to be posted.

        These are records that are unknown, stale, a tombstone, or invalid (an invalid record becomes a dead letter).
        """
        message = record.message
        try:
            attributes, data = cloudevent.read(message.headers, message.value)
            kind = attributes["type"]
            if not (kind.startswith(STUDY_TYPE_PREFIX) and kind.endswith(KNOWN_VERSION)):
                types = self.report.unknown_types
                types[kind[:80]] = types.get(kind[:80], 0) + 1
                batch.done(record)
                return None
            number = int(attributes["sequence"])
            if data is None and message.topic == self._kafka.topic(topics.STATE):
                self.report.tombstones += 1
                self._is_stale(message.key or b"", number)
                batch.done(record)
                return None
            content = self._content(attributes, data)
        except (ValueError, KeyError) as error:
            said = f"{error} is missing" if isinstance(error, KeyError) else str(error)
            self.set_aside(record, Cause("parse", type(error).__name__, said))
            batch.done(record)
            return None
        if self._is_stale(message.key or b"", number):
            batch.done(record)
            return None
        return Item(
            (message.key or b"").decode(errors="replace"),
            number,
            partial(_given, content),
            record,
            attributes.get("contenthash"),
            alone=kind == STUDY_TYPE_PREFIX + "removed" + KNOWN_VERSION,
        )

    def _is_stale(self, key: bytes, sequence: int) -> bool:
        """Return whether this trial already had an event with this sequence or a later one. Only for valid events."""
        last = self._last.get(key)
        if last is not None and sequence <= last:
            self.report.stale += 1
            return True
        if last is not None and sequence > last + 1:
            self.report.gaps += 1
        self._last[key] = sequence
        return False

    def _content(self, attributes: cloudevent.Attributes, data: bytes | None) -> bytes:
        """Return the full Bundle of an event.

        Raises ValueError if the Bundle is invalid, ContractError if it has another FHIR version.
        """
        if data is None:
            msg = "an event without a value: only the state topic has tombstones"
            raise ValueError(msg)
        number = SHORT_NUMBERS[self._server.fhir_version]
        if (media := attributes.get("datacontenttype", "")).startswith("application/fhir+json") and number not in media:
            raise ContractError(_other_version(media, self._server))
        if "dataref" in attributes:
            data = dataref.get(attributes["dataref"], self._kafka.dataref_url)
        study_bundle.read(data)
        return data

    def set_aside(self, record: Record, cause: Cause) -> None:
        """Write a dead letter for a record. Raises RetryLaterError if Kafka does not acknowledge the dead letter."""
        message = dead_letter.dead_letter(record, cause, datetime.now(UTC), self._kafka)
        sender = self._cluster.sender(POLL_SECONDS * 10)
        try:
            sender.send("dead letter", message)
            outcomes = sender.outcomes(ACKNOWLEDGED_SECONDS)
        finally:
            sender.discard()
        if not outcomes or outcomes[0].fault is not None:
            said = outcomes[0].fault.name if outcomes and outcomes[0].fault else "no answer"
            msg = (
                f"The dead letter of a record could not be written to {message.topic} ({said}); its offset was not "
                f"committed. Correct that topic (`trialwire doctor`), then load again."
            )
            raise RetryLaterError(msg)
        self.report.dead_letters += 1


def _given(content: bytes) -> bytes:
    return content


def _place(record: Record) -> Place:
    return record.message.topic, record.partition


def _address(record: Record) -> tuple[str, int, int]:
    return record.message.topic, record.partition, record.offset

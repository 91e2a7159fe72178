"""What must hold of a log, whatever happened to those who wrote and read it (after Kafka's own and Jepsen's checks)."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from trialwire.delivery.event import cloudevent, topics
from trialwire.delivery.kafka import reader as kafka_reader

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from tests.delivery.conftest import KafkaUnderTest
    from trialwire.delivery.kafka.seam import Record
    from trialwire.schemas.outbox import OutboxRow


@dataclass
class Consumer:
    """The consumer of the contract: keeps the last sequence per trial, drops what is not above it, notes gaps."""

    last: dict[str, int] = field(default_factory=dict)
    applied: list[str] = field(default_factory=list)
    applied_sequences: dict[str, list[int]] = field(default_factory=dict)
    dropped: int = 0
    gaps: int = 0

    def read(self, records: Iterable[Record]) -> Consumer:
        for record in records:
            attributes, _ = cloudevent.read(record.message.headers, record.message.value)
            key, sequence = attributes["partitionkey"], int(attributes["sequence"])
            if sequence <= self.last.get(key, 0):
                self.dropped += 1
                continue
            self.gaps += sequence > self.last.get(key, 0) + 1
            self.last[key] = sequence
            self.applied.append(attributes["id"])
            self.applied_sequences.setdefault(key, []).append(sequence)
        return self


@dataclass(frozen=True)
class Verdict:
    """All of them 0, apart from `dup_raw` (at least once) and `parked`."""

    lost: int
    invented: int
    dup_raw: int
    dup_effective: int
    ooo_per_key: int
    gap: int
    parked: int


WELL = Verdict(lost=0, invented=0, dup_raw=0, dup_effective=0, ooo_per_key=0, gap=0, parked=0)


def records_of(kafka: KafkaUnderTest, topic: topics.Topic) -> list[Record]:
    reader = kafka.cluster.reader([kafka.settings.topic(topic)], start="earliest", group="")
    try:
        return list(kafka_reader.to_end(reader, kafka.settings))
    finally:
        reader.close()


def judge(rows: Sequence[OutboxRow], parked: Sequence[OutboxRow], log: Sequence[Record]) -> Verdict:
    """S: what was to be published; L: the log; A: what a consumer of the contract applies."""
    set_aside = {row.change.ce_id for row in parked}
    wanted = {row.change.ce_id for row in rows} - set_aside
    raw = Counter(dict(record.message.headers)["ce_id"].decode() for record in log)
    consumer = Consumer().read(log)
    applied = Counter(consumer.applied)
    assert sum(applied.values()) + len(set_aside) == len(rows) or wanted - set(applied), "parked + applied = all"
    last = {row.change.trial_id: row.change.sequence for row in rows if row.change.ce_id not in set_aside}
    assert consumer.last == last or wanted - set(applied), "the last applied is the last there is"
    return Verdict(
        lost=len(wanted - set(applied)),
        invented=len(set(raw) - wanted),
        dup_raw=sum(raw.values()) - len(raw),
        dup_effective=sum(count - 1 for count in applied.values()),
        ooo_per_key=sum(found != sorted(found) for found in consumer.applied_sequences.values()),
        gap=consumer.gaps,
        parked=len(set_aside),
    )

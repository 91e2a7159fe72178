"""The checker bites: each planted fault of a log is found."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.delivery.conftest import KafkaUnderTest
from tests.delivery.kit.checker import judge, records_of
from tests.delivery.kit.outbox_twin import MemoryOutbox
from trialwire.delivery.event import topics
from trialwire.delivery.kafka import publisher as kafka_publisher
from trialwire.delivery.kafka.memory import MemoryCluster
from trialwire.delivery.kafka.settings import KafkaSettings


@pytest.mark.parametrize(
    ("planted", "found"),
    [
        (lambda log: log[:-1], {"lost": 1}),
        (lambda log: [log[0], *log], {"dup_raw": 1}),
        (lambda log: [log[0], log[2], log[1]], {"lost": 1, "gap": 1}),
        (lambda log: [log[0], log[2]], {"lost": 1, "gap": 1}),
    ],
)
def test_a_planted_fault_is_found(planted: object, found: dict[str, int]) -> None:
    outbox, cluster = MemoryOutbox(), MemoryCluster()
    for _ in range(3):
        outbox.add("NCT99990001")
    kafka = KafkaUnderTest(cluster, KafkaSettings("memory:9092"))
    kafka_publisher.publish(outbox, kafka.settings, cluster=cluster)
    log = records_of(kafka, topics.EVENTS)
    well = judge(outbox.rows, [], log)
    assert judge(outbox.rows, [], planted(log)) == replace(well, **found)


def test_an_invented_event_is_found() -> None:
    outbox, cluster = MemoryOutbox(), MemoryCluster()
    outbox.add("NCT99990001")
    outbox.add("NCT99990002")
    kafka = KafkaUnderTest(cluster, KafkaSettings("memory:9092"))
    kafka_publisher.publish(outbox, kafka.settings, cluster=cluster)
    log = records_of(kafka, topics.EVENTS)
    with pytest.raises(AssertionError, match=r"parked \+ applied = all"):
        judge(outbox.rows[:1], [], log)

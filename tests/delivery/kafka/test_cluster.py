"""The publisher when brokers of a real cluster of three are lost: one, the leader of some partitions, all of them."""

from __future__ import annotations

import os
import signal
import time
from contextlib import ExitStack, closing
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from kafka import KafkaAdminClient

from tests.delivery.conftest import LEAVES_SOCKETS
from tests.delivery.kit.checker import WELL
from tests.delivery.kit.journey import Journey
from trialwire.delivery.event import topics
from trialwire.delivery.kafka import ensure_topics
from trialwire.delivery.kafka.client import KafkaCluster
from trialwire.delivery.kafka.settings import KafkaSettings
from trialwire.schemas.errors import RetryLaterError, StopError
from trialwire.stack.kafka import Kafka
from trialwire.stack.port import free_ports

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

pytestmark = [pytest.mark.kafka, *LEAVES_SOCKETS]

OUTAGE_SECONDS = 6.0


class Cluster:
    """Three brokers; the first is the controller too."""

    def __init__(self, folder: Path) -> None:
        ports = free_ports(6)
        self.nodes: list[Kafka] = []
        for number in (1, 2, 3):
            place = folder / str(number)
            first = self.nodes[0] if self.nodes else None
            node = Kafka(
                place / "data",
                place / "kafka.log",
                ports.pop(),
                ports.pop(),
                name=f"Kafka {number}",
                node=number,
                joins=first,
            )
            self.nodes.append(node)

    @property
    def settings(self) -> KafkaSettings:
        return KafkaSettings(",".join(node.bootstrap_servers for node in self.nodes))

    def kill(self, node: Kafka) -> None:
        """SIGKILL, as a machine that loses its power."""
        os.kill(int(node.process.pid_file.read_text().split()[0]), signal.SIGKILL)
        node.stop()

    def brokers(self) -> int:
        return KafkaCluster(self.settings).brokers()

    def leaders(self, topic: str) -> Sequence[int]:
        """The node that leads each partition."""
        with closing(KafkaAdminClient(bootstrap_servers=self.settings.servers)) as admin:
            (described,) = admin.describe_topics([topic])
        return [partition["leader_id"] for partition in described["partitions"]]


def until(held: Callable[[], bool], seconds: float = 300) -> None:
    ends = time.monotonic() + seconds
    while not held():
        assert time.monotonic() < ends, "the cluster did not come to that"
        time.sleep(0.2)


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    cluster = Cluster(tmp_path_factory.mktemp("cluster"))
    with ExitStack() as stack:
        for node in cluster.nodes:
            try:
                node.start()
            except (RetryLaterError, StopError) as error:
                pytest.skip(f"no Kafka broker can be had: {error}")
            stack.callback(node.stop)
        until(lambda: cluster.brokers() == 3)
        yield cluster


@pytest.fixture
def whole(cluster: Cluster) -> Iterator[Cluster]:
    """All three brokers alive, before and after."""
    yield cluster
    for node in cluster.nodes:
        if not node.process.running:
            node.start()
    until(lambda: cluster.brokers() == 3)


def journey_through(cluster: Cluster, name: str, *, replicas: int) -> Journey:
    kafka = replace(cluster.settings, topic_prefix=f"{name}.", replication_factor=replicas)
    ensure_topics.ensure(KafkaCluster(kafka), kafka)
    return Journey(kafka, kafka)


def led_by(cluster: Cluster, journey: Journey) -> Sequence[int]:
    return cluster.leaders(journey.kafka.topic(topics.EVENTS))


def test_row_3_a_broker_lost_for_good_hands_its_partitions_over_and_nothing_is_lost(whole: Cluster) -> None:
    journey = journey_through(whole, "row-3", replicas=3)
    lost = whole.nodes[2]
    assert 3 in led_by(whole, journey)
    report = journey.publish(after=30, fault=lambda: whole.kill(lost))
    assert (report.pending, report.parked) == (0, 0)
    assert not lost.process.running
    assert 3 not in led_by(whole, journey)
    assert replace(journey.verdict(), dup_raw=0) == WELL


def test_row_2_partitions_without_a_leader_are_waited_for_quietly(whole: Cluster) -> None:
    journey = journey_through(whole, "row-2", replicas=1)
    lost = whole.nodes[1]
    assert 2 in led_by(whole, journey)
    worked: list[float] = []
    left: list[int] = []

    def bring_back() -> None:
        worked.append(time.process_time())
        left.append(journey.outbox.state(journey.kafka.destination).pending)
        lost.start()

    def lose() -> None:
        whole.kill(lost)
        worked.append(time.process_time())
        journey.later(OUTAGE_SECONDS, bring_back)

    report = journey.publish(after=30, fault=lose)
    assert (report.pending, report.parked) == (0, 0)
    assert left[0] > 0, "the partitions that had no leader were waited for"
    assert worked[1] - worked[0] < 0.4 * OUTAGE_SECONDS, "it waits, it does not spin"
    assert replace(journey.verdict(), dup_raw=0) == WELL


def test_row_7_too_few_replicas_for_a_while_are_waited_for(whole: Cluster) -> None:
    journey = journey_through(whole, "row-7", replicas=3)

    def starve() -> None:
        for node in whole.nodes[1:]:
            whole.kill(node)
        journey.later(OUTAGE_SECONDS, whole.nodes[1].start)

    report = journey.publish(after=30, fault=starve)
    assert (report.pending, report.parked) == (0, 0)
    assert set(led_by(whole, journey)) <= {1, 2}
    assert replace(journey.verdict(), dup_raw=0) == WELL


def test_row_31_all_brokers_killed_and_restarted_cost_time_and_nothing_else(whole: Cluster) -> None:
    journey = journey_through(whole, "row-31", replicas=3)

    def lose_all() -> None:
        for node in whole.nodes:
            whole.kill(node)
        journey.later(0, lambda: [node.start() for node in whole.nodes])

    report = journey.publish(after=30, fault=lose_all, deadline=500)
    assert (report.pending, report.parked) == (0, 0)
    assert replace(journey.verdict(), dup_raw=0) == WELL

"""The publisher under the faults of the contract's table. Each row ends with the checker, not with a count."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import threading
import time
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.delivery.conftest import KafkaUnderTest
from tests.delivery.kit.checker import WELL, Verdict, judge, records_of
from tests.delivery.kit.outbox_twin import MemoryOutbox, filled
from tests.delivery.kit.publisher_process import rows_of
from trialwire.delivery.event import topics
from trialwire.delivery.kafka import publisher as kafka_publisher
from trialwire.delivery.kafka import reader as kafka_reader
from trialwire.delivery.kafka.client import KafkaCluster
from trialwire.delivery.kafka.memory import MemoryCluster
from trialwire.delivery.kafka.seam import Fault, Message
from trialwire.delivery.kafka.settings import KafkaSettings
from trialwire.schemas.errors import RetryLaterError, StopError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from trialwire.delivery.event.topics import Layout

PACE = replace(
    kafka_publisher.PACE,
    silence_seconds=0.1,
    longest_silence_seconds=0.4,
    drain_seconds=0.2,
    connect_seconds=0.05,
    in_flight_trials=8,
)
TWIN = KafkaSettings("memory:9092", topic_prefix="fault.")


def publish(outbox: MemoryOutbox, cluster: MemoryCluster, deadline: float = 120) -> kafka_publisher.PublishReport:
    return kafka_publisher.publish(outbox, TWIN, deadline_seconds=deadline, cluster=cluster, pace=PACE)


def verdict(outbox: MemoryOutbox, cluster: MemoryCluster) -> Verdict:
    parked = [item.row for item in outbox.parked.get(TWIN.destination, ())]
    return judge(outbox.rows, parked, records_of(KafkaUnderTest(cluster, TWIN), topics.EVENTS))


def test_row_1_with_all_brokers_down_the_run_is_put_off_and_nothing_is_lost() -> None:
    outbox, cluster = filled(20, 3), MemoryCluster(down=True)
    with pytest.raises(RetryLaterError, match=r"[Nn]othing is lost"):
        publish(outbox, cluster)
    assert outbox.state(TWIN.destination).pending == 60
    cluster.down = False
    publish(outbox, cluster)
    assert verdict(outbox, cluster) == WELL


class SpreadingCluster(MemoryCluster):
    """A cluster of which the broker that is asked does not know a new topic at once."""

    unaware = 2

    def layouts(self, names: Sequence[str]) -> dict[str, Layout]:
        known = super().layouts(names)
        if known and len(names) == 1 and self.unaware:
            self.unaware -= 1
            return {}
        return known


def test_a_broker_that_does_not_know_a_new_topic_yet_is_waited_for() -> None:
    outbox, cluster = filled(3, 1), SpreadingCluster()
    publish(outbox, cluster)
    assert cluster.unaware == 0
    assert verdict(outbox, cluster) == WELL


def test_row_1_an_outage_in_the_middle_is_waited_out_until_the_deadline() -> None:
    outbox, cluster = filled(20, 3), MemoryCluster()
    publish(filled(0, 0), cluster)
    sent = 0

    def fails_after_ten(_: Message) -> Fault | None:
        nonlocal sent
        sent += 1
        cluster.down = sent >= 10
        return None

    cluster.refuse = fails_after_ten
    with pytest.raises(RetryLaterError, match="changes are still to be published"):
        publish(outbox, cluster, deadline=1.0)
    cluster.down, cluster.refuse = False, lambda _: None
    publish(outbox, cluster)
    assert replace(verdict(outbox, cluster), dup_raw=0) == WELL


def test_row_5_a_lost_acknowledgement_is_sent_again_and_applied_once() -> None:
    outbox, cluster = filled(20, 3), MemoryCluster(forget_acks=5)
    report = publish(outbox, cluster)
    found = verdict(outbox, cluster)
    assert report.rebuilds >= 1
    assert found.dup_raw >= 1
    assert replace(found, dup_raw=0) == WELL


def test_row_8_a_fatal_producer_error_costs_one_new_producer() -> None:
    outbox, cluster = filled(20, 3), MemoryCluster()
    faults = [Fault("rebuild", "OutOfOrderSequenceNumberError", "45")]
    cluster.refuse = lambda _: faults.pop() if faults else None
    report = publish(outbox, cluster)
    assert report.rebuilds == 1
    assert replace(verdict(outbox, cluster), dup_raw=0) == WELL


def test_a_producer_that_falls_silent_for_good_is_thrown_away() -> None:
    outbox, cluster = filled(20, 3), MemoryCluster(silent=True)
    cured = threading.Timer(0.5, lambda: setattr(cluster, "silent", False))
    cured.start()
    report = publish(outbox, cluster)
    assert report.rebuilds >= 1
    assert verdict(outbox, cluster) == WELL


def test_rows_9_and_16_only_the_record_that_is_refused_alone_is_parked() -> None:
    outbox, cluster = filled(20, 3), MemoryCluster()
    guilty = outbox.rows[25].change.ce_id.encode()
    cluster.refuse = lambda message: (
        Fault("record", "MessageSizeTooLargeError", "10") if dict(message.headers)["ce_id"] == guilty else None
    )
    report = publish(outbox, cluster)
    (parked,) = outbox.parked[TWIN.destination]
    assert parked.row is outbox.rows[25]
    assert parked.attempts == 2
    assert parked.reasons[0].code == "refused-by-broker"
    assert (report.published, report.parked, outbox.state(TWIN.destination).pending) == (59, 1, 0)
    assert verdict(outbox, cluster) == replace(WELL, gap=1, parked=1)


def test_row_16_a_fault_of_the_batch_is_nobodys_when_each_is_sent_alone() -> None:
    outbox, cluster = filled(20, 3), MemoryCluster()
    refused: set[bytes | None] = set()

    def once(message: Message) -> Fault | None:
        if message.topic.endswith("events.v1") and message.key not in refused:
            refused.add(message.key)
            return Fault("record", "CorruptRecordError", "2")
        return None

    cluster.refuse = once
    report = publish(outbox, cluster)
    assert report.parked == 0
    assert verdict(outbox, cluster) == WELL


@pytest.mark.parametrize("name", ["TopicAuthorizationFailedError", "UnknownTopicOrPartitionError"])
def test_row_10_a_cluster_that_refuses_us_stops_the_run_and_parks_nothing(name: str) -> None:
    outbox, cluster = filled(20, 3), MemoryCluster()
    cluster.refuse = lambda _: Fault("stop", name, "")
    with pytest.raises(StopError, match=rf"{name}.*Nothing was parked and nothing is lost"):
        publish(outbox, cluster)
    assert TWIN.destination not in outbox.parked
    assert outbox.state(TWIN.destination).pending == 60


def test_row_30_the_same_change_has_the_same_id_in_every_run() -> None:
    outbox, cluster = filled(20, 3), MemoryCluster()
    publish(outbox, cluster)
    outbox.rewind(TWIN.destination)
    publish(outbox, cluster)
    found = verdict(outbox, cluster)
    assert found == replace(WELL, dup_raw=60)


class Crash(BaseException):
    """A process that ends between two statements."""


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(st.sampled_from(["forget", "rebuild", "crash", "record", "none"]), min_size=1, max_size=6), st.randoms()
)
def test_whatever_the_schedule_of_faults_nothing_is_lost_doubled_or_disordered(
    schedule: list[str], luck: random.Random
) -> None:
    outbox, cluster = filled(6, 3), MemoryCluster()
    for fault in schedule:
        _arm(fault, outbox, cluster, luck)
        try:
            publish(outbox, cluster)
        except Crash:
            pass
        finally:
            cluster.refuse = lambda _: None
            vars(outbox).pop("advance", None)
            outbox.leases.clear()
    publish(outbox, cluster)
    found = verdict(outbox, cluster)
    assert replace(found, dup_raw=0) == WELL, f"schedule {schedule}"


def _arm(fault: str, outbox: MemoryOutbox, cluster: MemoryCluster, luck: random.Random) -> None:
    if fault == "forget":
        cluster.forget_acks = luck.randint(1, 3)
    if fault == "crash":

        def crash(*_: object) -> None:
            raise Crash

        vars(outbox)["advance"] = crash
    if fault in {"rebuild", "record"}:
        after = [luck.randint(0, 10)]

        def refuse(_: Message) -> Fault | None:
            after[0] -= 1
            return Fault(fault, "drawn", "") if after[0] == 0 else None

        cluster.refuse = refuse


def _process(mode: str, file: Path, settings_: KafkaSettings) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "tests.delivery.kit.publisher_process", mode, str(file)]
    process = subprocess.Popen(
        [*command, settings_.bootstrap_servers, settings_.topic_prefix], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    return process


@pytest.mark.kafka
def test_row_11_a_publisher_killed_at_random_moments_loses_nothing(kafka_bootstrap: str, tmp_path: Path) -> None:
    kafka = KafkaSettings(kafka_bootstrap, topic_prefix="row-11.")
    luck = random.Random(11)
    for _ in range(4):
        process = _process("publish", tmp_path / "cursor", kafka)
        time.sleep(luck.uniform(0.3, 1.2))
        process.kill()
        process.communicate()
    process = _process("publish", tmp_path / "cursor", kafka)
    process.communicate(timeout=500)
    found = judge(
        rows_of(tmp_path / "cursor"), [], records_of(KafkaUnderTest(KafkaCluster(kafka), kafka), topics.EVENTS)
    )
    assert process.returncode == 0
    assert replace(found, dup_raw=0) == WELL


@pytest.mark.kafka
def test_row_14_sigterm_drains_the_window_and_ends_well(kafka_bootstrap: str, tmp_path: Path) -> None:
    kafka = KafkaSettings(kafka_bootstrap, topic_prefix="row-14.")
    process = _process("follow", tmp_path / "cursor", kafka)
    _until_published(kafka)
    process.send_signal(signal.SIGTERM)
    told, _ = process.communicate(timeout=300)
    cursor = int((tmp_path / "cursor").read_text())
    log = records_of(KafkaUnderTest(KafkaCluster(kafka), kafka), topics.EVENTS)
    assert process.returncode == 0
    assert told == "0\n", "no producer was thrown away"
    found = judge(rows_of(tmp_path / "cursor")[:cursor], [], log)
    assert found == WELL, "what was acknowledged is marked, and nothing else was sent"


def _until_published(kafka: KafkaSettings) -> None:
    """Wait for the first event on the topic."""
    for _ in range(1200):
        try:
            next(kafka_reader.watch(kafka, from_start=True, limit=1, stop=threading.Event()))
        except StopError:
            time.sleep(0.1)
        else:
            return
    pytest.fail("nothing was published")


@pytest.mark.kafka
def test_row_31_a_broker_killed_and_restarted_costs_time_and_nothing_else(tmp_path: Path) -> None:
    from trialwire.stack.kafka import Kafka
    from trialwire.stack.port import free_ports

    broker = Kafka(tmp_path / "data", tmp_path / "kafka.log", *free_ports(2))
    try:
        broker.start()
    except (RetryLaterError, StopError) as error:
        pytest.skip(f"no Kafka broker can be had: {error}")
    kafka = KafkaSettings(broker.bootstrap_servers, topic_prefix="row-31.")
    publisher = _process("publish", tmp_path / "cursor", kafka)
    try:
        _until_published(kafka)
        os.kill(int(broker.process.pid_file.read_text().split()[0]), signal.SIGKILL)
        broker.stop()
        broker.start()
        publisher.communicate(timeout=500)
        log = records_of(KafkaUnderTest(KafkaCluster(kafka), kafka), topics.EVENTS)
    finally:
        publisher.kill()
        publisher.communicate()
        broker.stop()
    assert publisher.returncode == 0
    assert replace(judge(rows_of(tmp_path / "cursor"), [], log), dup_raw=0) == WELL

"""Publishing by the contract, asked of the twin and of a real broker."""

from __future__ import annotations

import random
import threading
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import orjson
import pytest

from tests.delivery.kit.checker import Verdict, judge, records_of
from tests.delivery.kit.outbox_twin import MemoryOutbox, put, removal_bundle, study_bundle
from trialwire.delivery.event import topics
from trialwire.delivery.event.topics import Layout
from trialwire.delivery.kafka import publisher as kafka_publisher
from trialwire.delivery.kafka import reader as kafka_reader
from trialwire.delivery.kafka.memory import MemoryCluster
from trialwire.schemas.errors import ContractError, RetryLaterError, StopError

if TYPE_CHECKING:
    from pathlib import Path

    from tests.delivery.conftest import KafkaUnderTest

WELL = Verdict(lost=0, invented=0, dup_raw=0, dup_effective=0, ooo_per_key=0, gap=0, parked=0)


def publish(outbox: MemoryOutbox, kafka: KafkaUnderTest, **how: object) -> kafka_publisher.PublishReport:
    return kafka_publisher.publish(outbox, kafka.settings, cluster=kafka.cluster, **how)


def large_bundle(trial_id: str, size: int) -> dict[str, object]:
    bundle = study_bundle(trial_id)
    noise = random.Random(size).randbytes(size).hex()
    bundle["entry"].append(put({"resourceType": "Location", "id": "site-1", "description": noise}))
    return bundle


def test_every_change_is_published_once_in_order_and_a_second_run_publishes_nothing(
    outbox: MemoryOutbox, kafka: KafkaUnderTest
) -> None:
    for number in (1, 2, 3, 1, 2, 1):
        outbox.add(f"NCT9999000{number}")
    first = publish(outbox, kafka)
    second = publish(outbox, kafka)
    log = records_of(kafka, topics.EVENTS)
    assert judge(outbox.rows, [], log) == WELL
    assert (first.published, first.pending, second.published) == (6, 0, 0)
    assert first.topics == {kafka.settings.topic(topics.EVENTS): 6, kafka.settings.topic(topics.STATE): 6}
    assert [record.message.value for record in log if record.message.key == b"NCT99990001"] == [
        outbox.bundles[row.position] for row in outbox.rows if row.change.trial_id == "NCT99990001"
    ]


def test_the_headers_of_an_event_are_exactly_those_of_the_contract(outbox: MemoryOutbox, kafka: KafkaUnderTest) -> None:
    outbox.add("NCT99990001")
    row = outbox.add("NCT99990001", verb="status-changed", codes=("status", "sites.added"), status="closed-to-accrual")
    publish(outbox, kafka)
    record = records_of(kafka, topics.EVENTS)[-1]
    assert dict(record.message.headers) == {
        "ce_specversion": b"1.0",
        "ce_id": row.change.ce_id.encode(),
        "ce_source": b"/registries/clinicaltrials.gov/studies/NCT99990001",
        "ce_type": b"org.trialwire.study.status-changed.v1",
        "ce_subject": b"ResearchStudy/study-nct99990001",
        "ce_time": b"2026-03-01T08:30:00Z",
        "ce_registryupdated": b"2026-02-27",
        "content-type": b"application/fhir+json; fhirVersion=4.0",
        "ce_dataschema": b"https://trialwire.org/schemas/v1/study-bundle-r4.json",
        "ce_sequence": b"00000000000000000002",
        "ce_partitionkey": b"NCT99990001",
        "ce_changes": b"status,sites.added",
        "ce_previousstatus": b"active",
        "ce_status": b"closed-to-accrual",
        "ce_contenthash": row.content_hashes["R4"].encode(),
        "ce_dataclassification": b"public",
        "traceparent": f"00-{row.change.ce_id.replace('-', '')}-{row.change.ce_id.replace('-', '')[:16]}-00".encode(),
    }


def test_contacts_and_snapshots_are_said_in_the_headers(outbox: MemoryOutbox, kafka: KafkaUnderTest) -> None:
    outbox.add("NCT99990001", contacts_included=True, snapshot=True)
    publish(outbox, kafka)
    headers = dict(records_of(kafka, topics.EVENTS)[0].message.headers)
    assert headers["ce_dataclassification"] == b"internal"
    assert headers["ce_dataregulation"] == b"GDPR"
    assert headers["ce_snapshot"] == b"true"


def test_a_removed_trial_is_a_tombstone_on_the_state_topic_and_nothing_else_is(
    outbox: MemoryOutbox, kafka: KafkaUnderTest
) -> None:
    outbox.add("NCT99990001")
    outbox.add("NCT99990002")
    outbox.add("NCT99990001", removal_bundle("NCT99990001"), verb="removed")
    publish(outbox, kafka)
    state = {record.message.key: record.message for record in records_of(kafka, topics.STATE)}
    assert state[b"NCT99990001"].value is None
    assert dict(state[b"NCT99990001"].headers)["ce_type"] == b"org.trialwire.study.removed.v1"
    assert state[b"NCT99990002"].value is not None
    event = [record for record in records_of(kafka, topics.EVENTS) if record.message.key == b"NCT99990001"][-1]
    assert [entry["request"]["method"] for entry in orjson.loads(event.message.value)["entry"]] == ["DELETE"] * 4


def test_all_events_of_a_trial_lie_on_the_partition_that_java_clients_compute(
    outbox: MemoryOutbox, kafka: KafkaUnderTest
) -> None:
    for number in range(40):
        outbox.add(f"NCT999900{number:02d}")
        outbox.add(f"NCT999900{number:02d}")
    publish(outbox, kafka)
    places: dict[bytes, set[int]] = {}
    for record in [*records_of(kafka, topics.EVENTS), *records_of(kafka, topics.STATE)]:
        places.setdefault(record.message.key, set()).add(record.partition)
    assert {key.decode(): place for key, place in places.items()} == {
        f"NCT999900{number:02d}": {_java_partition(f"NCT999900{number:02d}".encode())} for number in range(40)
    }


def _java_partition(key: bytes) -> int:
    """murmur2 as org.apache.kafka.common.utils.Utils has it, written again from its definition."""
    mask, m = 0xFFFFFFFF, 0x5BD1E995
    h = (0x9747B28C ^ len(key)) & mask
    for start in range(0, len(key) - len(key) % 4, 4):
        k = int.from_bytes(key[start : start + 4], "little") * m & mask
        h = (h * m & mask) ^ ((k ^ k >> 24) * m & mask)
    if tail := key[len(key) - len(key) % 4 :]:
        h = (h ^ int.from_bytes(tail, "little")) * m & mask
    h = (h ^ h >> 13) * m & mask
    return ((h ^ h >> 15) & 0x7FFFFFFF) % topics.PARTITIONS


def test_structured_mode_carries_the_same_attributes_around_the_same_bundle(
    outbox: MemoryOutbox, kafka: KafkaUnderTest
) -> None:
    kafka.settings = replace(kafka.settings, envelope="structured")
    row = outbox.add("NCT99990001")
    publish(outbox, kafka)
    message = records_of(kafka, topics.EVENTS)[0].message
    envelope = orjson.loads(message.value)
    assert message.headers == (("content-type", b"application/cloudevents+json; charset=UTF-8"),)
    assert envelope["id"] == row.change.ce_id
    assert envelope["sequence"] == "00000000000000000001"
    assert envelope["datacontenttype"] == "application/fhir+json; fhirVersion=4.0"
    assert envelope["data"] == orjson.loads(outbox.bundles[row.position])


def test_topics_are_created_as_the_contract_lays_them_out(outbox: MemoryOutbox, kafka: KafkaUnderTest) -> None:
    outbox.add("NCT99990001")
    publish(outbox, kafka)
    found = kafka.cluster.layouts([kafka.settings.topic(topic) for topic in topics.TOPICS])
    assert {name: (layout.partitions, layout.configs["cleanup.policy"]) for name, layout in found.items()} == {
        kafka.settings.topic(topics.EVENTS): (6, "delete"),
        kafka.settings.topic(topics.STATE): (6, "compact"),
        kafka.settings.topic(topics.FEED): (6, "delete"),
        kafka.settings.topic(topics.DEAD_LETTERS): (6, "delete"),
    }
    assert found[kafka.settings.topic(topics.EVENTS)].configs["min.insync.replicas"] == "1"


def test_a_topic_with_another_layout_is_refused_before_anything_is_sent(
    outbox: MemoryOutbox, kafka: KafkaUnderTest
) -> None:
    outbox.add("NCT99990001")
    kafka.cluster.create({kafka.settings.topic(topics.EVENTS): Layout(3, 1, {"cleanup.policy": "delete"})})
    with pytest.raises(ContractError, match=r"trials\.study\.events\.v1 has 3 partitions instead of 6"):
        publish(outbox, kafka)
    assert outbox.state(kafka.settings.destination).pending == 1


def test_absent_topics_are_named_where_they_may_not_be_created(outbox: MemoryOutbox, kafka: KafkaUnderTest) -> None:
    kafka.settings = replace(kafka.settings, create_topics=False)
    outbox.add("NCT99990001")
    with pytest.raises(StopError, match=r"trials\.study\.state\.v1"):
        publish(outbox, kafka)


def test_a_lost_store_may_not_count_from_one_again(outbox: MemoryOutbox, kafka: KafkaUnderTest) -> None:
    outbox.add("NCT99990001")
    outbox.add("NCT99990001")
    publish(outbox, kafka)
    lost = MemoryOutbox()
    lost.add("NCT99990001")
    with pytest.raises(ContractError, match=r"ahead of this store for 1 trials .*NCT99990001.*--reseed"):
        publish(lost, kafka)
    assert lost.state(kafka.settings.destination).pending == 1
    assert list(kafka_reader.latest_sequences(kafka.settings, cluster=kafka.cluster)) == [("NCT99990001", 2)]


def test_a_restored_store_is_refused_although_it_has_published_before(
    outbox: MemoryOutbox, kafka: KafkaUnderTest
) -> None:
    outbox.add("NCT99990001")
    publish(outbox, kafka)
    backup = MemoryOutbox(list(outbox.rows), dict(outbox.bundles), dict(outbox.cursors))
    outbox.add("NCT99990001")
    publish(outbox, kafka)
    other = backup.add("NCT99990001")
    backup.rows[-1] = replace(other, change=replace(other.change, seen_at=datetime(2026, 4, 1, tzinfo=UTC)))
    with pytest.raises(ContractError, match="change 2 was published, and not by this store"):
        publish(backup, kafka)


def test_a_store_that_took_the_sequences_over_publishes_again(outbox: MemoryOutbox, kafka: KafkaUnderTest) -> None:
    outbox.add("NCT99990001")
    publish(outbox, kafka)
    reseeded = MemoryOutbox(reseeded={"NCT99990001": 1})
    reseeded.add("NCT99990002")
    assert publish(reseeded, kafka).published == 1


def test_a_crash_between_acknowledgement_and_mark_is_no_restored_store(
    outbox: MemoryOutbox, kafka: KafkaUnderTest
) -> None:
    outbox.add("NCT99990001")
    outbox.add("NCT99990002")
    publish(outbox, kafka)
    outbox.rewind(kafka.settings.destination, 1)
    publish(outbox, kafka)
    verdict = judge(outbox.rows, [], records_of(kafka, topics.EVENTS))
    assert verdict == replace(WELL, dup_raw=1)


def test_a_bundle_too_large_goes_by_reference_and_never_as_null(
    outbox: MemoryOutbox, kafka: KafkaUnderTest, tmp_path: Path
) -> None:
    kafka.settings = replace(kafka.settings, max_inline_bytes=10_000, dataref_url=tmp_path.as_uri())
    row = outbox.add("NCT99990001", large_bundle("NCT99990001", 20_000))
    publish(outbox, kafka)
    for topic in (topics.EVENTS, topics.STATE):
        message = records_of(kafka, topic)[0].message
        address = dict(message.headers)["ce_dataref"].decode()
        assert address == f"{tmp_path.as_uri()}/{row.change.ce_id}.json"
        assert (tmp_path / f"{row.change.ce_id}.json").read_bytes() == outbox.bundles[row.position]
        (entry,) = orjson.loads(message.value)["entry"]
        assert entry["resource"] == {
            "resourceType": "ResearchStudy",
            "id": "study-nct99990001",
            "identifier": [{"system": "http://clinicaltrials.gov", "value": "NCT99990001"}],
            "status": "active",
        }


def test_a_bundle_that_is_small_enough_when_compressed_travels_whole(
    outbox: MemoryOutbox, kafka: KafkaUnderTest
) -> None:
    bundle = study_bundle("NCT99990001")
    bundle["entry"].append(put({"resourceType": "Location", "id": "site-1", "description": "again " * 400_000}))
    outbox.add("NCT99990001", bundle)
    assert publish(outbox, kafka).published == 1
    assert records_of(kafka, topics.EVENTS)[0].message.value == outbox.bundles[1]
    assert len(outbox.bundles[1]) > 2_400_000


def test_a_bundle_too_large_without_a_place_to_lay_it_is_parked_with_the_cure_and_its_neighbours_go(
    outbox: MemoryOutbox, kafka: KafkaUnderTest
) -> None:
    kafka.settings = replace(kafka.settings, max_inline_bytes=10_000)
    outbox.add("NCT99990001")
    outbox.add("NCT99990002", large_bundle("NCT99990002", 20_000))
    outbox.add("NCT99990002")
    report = publish(outbox, kafka)
    (parked,) = outbox.parked[kafka.settings.destination]
    assert (report.published, report.parked) == (2, 1)
    assert parked.stage == "publish"
    assert "TRIALWIRE_KAFKA__DATAREF_URL" in parked.reasons[0].cure
    verdict = judge(outbox.rows, [parked.row], records_of(kafka, topics.EVENTS))
    assert verdict == replace(WELL, gap=1, parked=1)


def test_following_publishes_what_comes_and_sends_heartbeats_on_a_topic_of_their_own(
    outbox: MemoryOutbox, kafka: KafkaUnderTest
) -> None:
    outbox.add("NCT99990001")
    stop = threading.Event()
    pace = replace(kafka_publisher.PACE, look_again_seconds=0.02, heartbeat_seconds=0.05)
    follower = threading.Thread(
        target=kafka_publisher.follow,
        args=(outbox, kafka.settings),
        kwargs={"stop": stop, "cluster": kafka.cluster, "pace": pace},
    )
    follower.start()
    try:
        _until(lambda: outbox.state(kafka.settings.destination).pending == 0)
        outbox.add("NCT99990001")
        _until(lambda: outbox.state(kafka.settings.destination).pending == 0)
        _until(lambda: len(records_of(kafka, topics.FEED)) >= 2)
    finally:
        stop.set()
        follower.join(120)
    assert not follower.is_alive()
    assert judge(outbox.rows, [], records_of(kafka, topics.EVENTS)) == WELL
    beat = records_of(kafka, topics.FEED)[-1].message
    assert beat.key == b"_feed"
    assert dict(beat.headers)["ce_type"] == b"org.trialwire.feed.heartbeat.v1"
    assert orjson.loads(beat.value)["pending"] == 0


def _until(condition: object) -> None:
    pause = threading.Event()
    for _ in range(6000):
        if condition():
            return
        pause.wait(0.02)
    pytest.fail("it did not come to pass")


def test_watching_tells_each_event_in_a_sentence_and_as_a_document(outbox: MemoryOutbox, kafka: KafkaUnderTest) -> None:
    outbox.add("NCT99990001")
    outbox.add("NCT99990001", verb="status-changed", codes=("status",), status="completed")
    publish(outbox, kafka)
    events = list(
        kafka_reader.watch(kafka.settings, from_start=True, limit=2, stop=threading.Event(), cluster=kafka.cluster)
    )
    assert "NCT99990001  study.status-changed #2  active → completed  (status)" in events[1].sentence()
    assert events[1].document()["attributes"]["status"] == "completed"
    assert events[1].document()["key"] == "NCT99990001"


def test_watching_before_anything_was_published_says_what_is_absent(kafka: KafkaUnderTest) -> None:
    with pytest.raises(StopError, match=r"trials\.study\.events\.v1.*trialwire publish"):
        next(
            kafka_reader.watch(kafka.settings, from_start=True, limit=1, stop=threading.Event(), cluster=kafka.cluster)
        )


def test_two_publishers_at_once_are_one_publisher(outbox: MemoryOutbox) -> None:
    cluster = MemoryCluster()
    outbox.add("NCT99990001")
    kafka = kafka_publisher_settings()
    with outbox.lease(f"publish-{kafka.destination}"), pytest.raises(RetryLaterError, match="held by another run"):
        kafka_publisher.publish(outbox, kafka, cluster=cluster)
    assert kafka_publisher.publish(outbox, kafka, cluster=cluster).published == 1


def kafka_publisher_settings() -> object:
    from trialwire.delivery.kafka.settings import KafkaSettings

    return KafkaSettings("memory:9092")

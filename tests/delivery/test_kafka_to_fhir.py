"""Loading a FHIR server from the events topic: applied once, poison set aside byte for byte, offsets never too early."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import timedelta
from typing import TYPE_CHECKING

import orjson
import pytest
from kafka import KafkaAdminClient, TopicPartition

from tests.delivery.conftest import QUICK, KafkaUnderTest
from tests.delivery.kit.checker import WELL, judge, records_of
from tests.delivery.kit.fhir_stub import ScriptedFhirServer, outcome
from tests.delivery.kit.outbox_twin import SEEN_AT, MemoryOutbox, removal_bundle, study_bundle
from trialwire.delivery import kafka_to_fhir
from trialwire.delivery.event import cloudevent, topics
from trialwire.delivery.fhir.settings import FhirSettings
from trialwire.delivery.kafka import publisher as kafka_publisher
from trialwire.delivery.kafka import reader as kafka_reader
from trialwire.delivery.kafka.client import KafkaCluster
from trialwire.delivery.kafka.memory import MemoryCluster
from trialwire.delivery.kafka.seam import Fault, Message
from trialwire.delivery.kafka.settings import KafkaSettings
from trialwire.schemas.errors import ContractError, RetryLaterError

if TYPE_CHECKING:
    from collections.abc import Mapping

    import httpx

SERVER = FhirSettings("http://fhir.example.org/fhir/r4", "R4")


@pytest.fixture
def stub() -> ScriptedFhirServer:
    return ScriptedFhirServer()


def publish(kafka: KafkaUnderTest, outbox: MemoryOutbox) -> None:
    kafka_publisher.publish(outbox, kafka.settings, cluster=kafka.cluster)


def load(kafka: KafkaUnderTest, stub: ScriptedFhirServer, **how: object) -> kafka_to_fhir.KafkaLoadReport:
    return kafka_to_fhir.load_from_kafka(
        kafka.settings,
        SERVER,
        stop=threading.Event(),
        cluster=kafka.cluster,
        transport=stub.transport,
        retries=QUICK,
        **({"outage_seconds": 0.0} | how),
    )


def produce(kafka: KafkaUnderTest, key: bytes, value: bytes | None, headers: Mapping[str, bytes]) -> None:
    sender = kafka.cluster.sender(10)
    sender.send("x", Message(kafka.settings.topic(topics.EVENTS), key, value, tuple(headers.items())))
    (told,) = sender.outcomes(10)
    sender.discard()
    assert told.fault is None


def event(trial_id: str) -> tuple[bytes, dict[str, bytes]]:
    """A sound event, to be spoilt."""
    outbox = MemoryOutbox()
    row = outbox.add(trial_id)
    headers, value = cloudevent.binary(
        cloudevent.attributes(row, f"ResearchStudy/study-{trial_id.lower()}", "R4"), outbox.bundles[row.position]
    )
    assert value is not None
    return value, dict(headers)


def test_each_event_is_applied_once_and_a_second_run_reads_nothing(
    kafka: KafkaUnderTest, outbox: MemoryOutbox, stub: ScriptedFhirServer
) -> None:
    for number in (1, 2, 3, 1):
        outbox.add(f"NCT9999000{number}")
    publish(kafka, outbox)
    first, second = load(kafka, stub), load(kafka, stub)
    assert (first.read, first.loaded, first.resources, first.dead_letters) == (4, 4, 16, 0)
    assert (second.read, second.loaded) == (0, 0)
    assert stub.twin.resources["ResearchStudy/study-nct99990001"]["title"] == "change 2"


def test_row_12_a_consumer_killed_between_apply_and_commit_applies_nothing_twice(
    kafka: KafkaUnderTest, outbox: MemoryOutbox, stub: ScriptedFhirServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Crash(BaseException):
        pass

    def crash(_: object) -> None:
        raise Crash

    for number in (1, 2, 3):
        outbox.add(f"NCT9999000{number}")
    publish(kafka, outbox)
    with monkeypatch.context() as patched:
        patched.setattr(kafka_to_fhir._Batch, "mark", crash)
        with pytest.raises(Crash):
            load(kafka, stub)
    versions = dict(stub.twin.versions)
    report = load(kafka, stub)
    assert report.read == 3
    assert report.loaded + report.already_there == 3
    assert {name: stub.twin.versions[name] for name in versions} == versions


def test_row_23_a_stale_event_is_dropped_and_counted_and_a_gap_is_counted(
    kafka: KafkaUnderTest, outbox: MemoryOutbox, stub: ScriptedFhirServer
) -> None:
    for _ in range(4):
        outbox.add("NCT99990001")
    publish(kafka, outbox)
    log = records_of(kafka, topics.EVENTS)
    for stale in (log[1], log[0]):
        produce(kafka, b"NCT99990001", stale.message.value, dict(stale.message.headers))
    report = load(kafka, stub)
    assert (report.read, report.loaded, report.stale, report.gaps) == (6, 4, 2, 0)
    assert stub.twin.resources["ResearchStudy/study-nct99990001"]["title"] == "change 4"
    value, headers = event("NCT99990001")
    produce(kafka, b"NCT99990001", value, headers | {"ce_sequence": b"5".zfill(20)})
    produce(kafka, b"NCT99990001", value, headers | {"ce_sequence": b"9".zfill(20)})
    assert load(kafka, stub).gaps == 1


POISON = {
    "no JSON": (b'{"resourceType": "Bun', {}),
    "another resource": (b'{"resourceType": "Patient"}', {}),
    "another kind of Bundle": (b'{"resourceType": "Bundle", "type": "batch", "entry": []}', {}),
    "two studies": (
        orjson.dumps(
            study_bundle("NCT99990009") | {"entry": [study_bundle(f"NCT9999000{n}")["entry"][-1] for n in (8, 9)]}
        ),
        {},
    ),
    "no UTF-8": (b'{"resourceType": "Bundle\xff"}', {}),
    "a header that is no UTF-8": (None, {"ce_status": b"\xff"}),
    "no number": (None, {"ce_sequence": b"many"}),
    "no id": (None, {"ce_id": b""}),
    "no CloudEvent of this version": (None, {"ce_specversion": b"2.0"}),
    "a reference to anywhere": (None, {"ce_dataref": b"file:///etc/passwd"}),
    "a null value": (b"", {}),
}


@pytest.mark.parametrize("poison", POISON)
def test_row_15_poison_becomes_one_dead_letter_and_the_partition_goes_on(
    kafka: KafkaUnderTest, stub: ScriptedFhirServer, poison: str
) -> None:
    from trialwire.delivery.kafka import ensure_topics

    ensure_topics.ensure(kafka.cluster, kafka.settings)
    spoilt, changed = POISON[poison]
    value, headers = event("NCT99990001")
    poisoned = {"a null value": None}.get(poison, value if spoilt is None else spoilt)
    produce(kafka, b"NCT99990001", poisoned, headers | changed)
    produce(kafka, b"NCT99990001", value, headers | {"ce_sequence": b"7".zfill(20)})
    report = load(kafka, stub)
    assert (report.read, report.loaded, report.dead_letters) == (2, 1, 1)
    (dead,) = records_of(kafka, topics.DEAD_LETTERS)
    told = dict(dead.message.headers)
    assert (dead.message.key, dead.message.value) == (b"NCT99990001", poisoned)
    assert dead.message.headers[: len(headers | changed)] == tuple((headers | changed).items())
    assert told["dlq_stage"] == b"parse"
    assert told["dlq_original_topic"] == kafka.settings.topic(topics.EVENTS).encode()
    assert told["dlq_original_offset"] == b"0"
    assert told["dlq_error_message"]
    assert load(kafka, stub).read == 0


def test_row_15_an_unknown_type_is_skipped_and_counted_and_is_no_dead_letter(
    kafka: KafkaUnderTest, stub: ScriptedFhirServer
) -> None:
    from trialwire.delivery.kafka import ensure_topics

    ensure_topics.ensure(kafka.cluster, kafka.settings)
    value, headers = event("NCT99990001")
    for type_ in (b"org.trialwire.study.updated.v2", b"org.example.other.v1"):
        produce(kafka, b"NCT99990001", value, headers | {"ce_type": type_})
    produce(kafka, b"NCT99990001", value, headers | {"ce_dataschema": b"https://trialwire.org/schemas/v1.1/x.json"})
    report = load(kafka, stub)
    assert report.unknown_types == {"org.trialwire.study.updated.v2": 1, "org.example.other.v1": 1}
    assert (report.loaded, report.dead_letters) == (1, 0)


def test_what_the_server_refuses_is_a_dead_letter_with_codes_and_without_contact_data(
    kafka: KafkaUnderTest, outbox: MemoryOutbox, stub: ScriptedFhirServer
) -> None:
    for number in (1, 2, 3):
        outbox.add(f"NCT9999000{number}")
    publish(kafka, outbox)
    stub.always = lambda request: (
        outcome(422, "structure", "bad value call +1 555 0100 200") if b"study-nct99990002" in request.content else None
    )
    report = load(kafka, stub)
    (dead,) = records_of(kafka, topics.DEAD_LETTERS)
    told = dict(dead.message.headers)
    assert (report.loaded, report.dead_letters) == (2, 1)
    assert dead.message.key == b"NCT99990002"
    assert told["dlq_stage"] == b"load"
    assert told["dlq_http_status"] == b"422"
    assert told["dlq_operationoutcome"] == b"structure"
    assert b"[telephone number removed]" in told["dlq_error_message"]


def test_row_17_without_the_dead_letter_topic_the_offset_is_not_committed(
    outbox: MemoryOutbox, stub: ScriptedFhirServer
) -> None:
    kafka = KafkaUnderTest(MemoryCluster(), KafkaSettings("memory:9092"))
    publish(kafka, outbox)
    outbox.add("NCT99990001")
    publish(kafka, outbox)
    produce(kafka, b"NCT99990001", b"{", event("NCT99990001")[1])
    kafka.cluster.refuse = lambda message: Fault("rebuild", "Down", "") if message.topic.endswith("dlq.v1") else None
    with pytest.raises(RetryLaterError, match="its offset was not committed"):
        load(kafka, stub)
    kafka.cluster.refuse = lambda _: None
    report = load(kafka, stub)
    assert report.dead_letters == 1
    assert len(records_of(kafka, topics.DEAD_LETTERS)) == 1


def test_row_19_a_server_that_is_down_leaves_no_dead_letter_and_the_offset_where_it_was(
    kafka: KafkaUnderTest, outbox: MemoryOutbox, stub: ScriptedFhirServer
) -> None:
    outbox.add("NCT99990001")
    publish(kafka, outbox)
    stub.down = True
    with pytest.raises(RetryLaterError, match="is down"):
        load(kafka, stub)
    stub.down = False
    report = load(kafka, stub)
    assert (report.read, report.loaded, report.dead_letters) == (1, 1, 0)


def test_row_19_an_outage_is_waited_out_where_there_is_time(
    kafka: KafkaUnderTest, outbox: MemoryOutbox, stub: ScriptedFhirServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kafka_to_fhir, "LOOK_AGAIN_SECONDS", 0.05)
    outbox.add("NCT99990001")
    publish(kafka, outbox)
    stub.down = True
    threading.Timer(0.3, lambda: setattr(stub, "down", False)).start()
    report = load(kafka, stub, outage_seconds=60.0)
    assert (report.loaded, report.dead_letters) == (1, 0)


def test_a_server_of_another_version_is_refused_in_one_sentence(kafka: KafkaUnderTest) -> None:
    r5 = FhirSettings("http://fhir.example.org/fhir/r5", "R5")
    with pytest.raises(ContractError) as refused:
        kafka_to_fhir.load_from_kafka(kafka.settings, r5, stop=threading.Event(), cluster=kafka.cluster)
    assert str(refused.value).count(". ") == 0
    assert "load it from the outbox" in str(refused.value)


def test_events_of_another_version_stop_the_run_before_anything_is_written(
    kafka: KafkaUnderTest, outbox: MemoryOutbox, stub: ScriptedFhirServer
) -> None:
    from trialwire.delivery.kafka import ensure_topics

    ensure_topics.ensure(kafka.cluster, kafka.settings)
    value, headers = event("NCT99990001")
    produce(kafka, b"NCT99990001", value, headers | {"content-type": b"application/fhir+json; fhirVersion=5.0"})
    with pytest.raises(ContractError, match=r"fhirVersion=5\.0"):
        load(kafka, stub)
    assert stub.posts == 0
    assert records_of(kafka, topics.DEAD_LETTERS) == []


def test_a_bundle_by_reference_is_fetched_and_applied(
    kafka: KafkaUnderTest, outbox: MemoryOutbox, stub: ScriptedFhirServer, tmp_path: object
) -> None:
    from dataclasses import replace

    kafka.settings = replace(kafka.settings, max_inline_bytes=300, dataref_url=tmp_path.as_uri())
    outbox.add("NCT99990001")
    publish(kafka, outbox)
    report = load(kafka, stub)
    assert (report.loaded, report.resources) == (1, 4)
    assert stub.twin.resources["ResearchStudy/study-nct99990001"]["title"] == "change 1"


def test_structured_events_are_applied_too(
    kafka: KafkaUnderTest, outbox: MemoryOutbox, stub: ScriptedFhirServer
) -> None:
    from dataclasses import replace

    kafka.settings = replace(kafka.settings, envelope="structured")
    outbox.add("NCT99990001")
    publish(kafka, outbox)
    assert load(kafka, stub).loaded == 1


def test_row_24_two_loaders_of_one_server_at_once_lose_nothing_and_go_back_nowhere(
    kafka: KafkaUnderTest, outbox: MemoryOutbox, stub: ScriptedFhirServer
) -> None:
    for _ in range(6):
        for number in range(20):
            outbox.add(f"NCT9999{number:04d}")
    publish(kafka, outbox)
    written: dict[tuple[str, str], int] = {}

    def note(request: httpx.Request, answer: httpx.Response) -> httpx.Response:
        if request.method == "POST" and answer.status_code == 200:
            told = zip(orjson.loads(request.content)["entry"], answer.json()["entry"], strict=True)
            for resource, response in ((entry["resource"], said["response"]) for entry, said in told):
                if resource["resourceType"] == "ResearchStudy":
                    written[resource["id"], response["etag"]] = int(resource["title"].split()[1])
        return answer

    stub.after = note
    with ThreadPoolExecutor(2) as pool:
        reports = [told.result() for told in [pool.submit(load, kafka, stub) for _ in range(2)]]
    assert [report.dead_letters for report in reports] == [0, 0]
    for study in (f"study-nct9999{number:04d}" for number in range(20)):
        changes = [change for (name, _), change in sorted(written.items()) if name == study]
        assert changes == sorted(set(changes)), "never back, and never twice"
        assert stub.twin.resources[f"ResearchStudy/{study}"]["title"] == "change 6"
    third = load(kafka, stub)
    assert (third.loaded, third.dead_letters) == (0, 0), "whatever is read again is there already"


@pytest.mark.kafka
def test_row_25_a_loader_is_member_of_no_group_and_can_be_late_as_long_as_it_likes(
    kafka_bootstrap: str, outbox: MemoryOutbox
) -> None:
    kafka = KafkaUnderTest(KafkaCluster(settings := KafkaSettings(kafka_bootstrap, topic_prefix="row-25.")), settings)
    outbox.add("NCT99990001")
    publish(kafka, outbox)
    with closing(kafka.cluster.reader([settings.topic(topics.EVENTS)], start="earliest", group="row-25")) as reader:
        (record,) = kafka_reader.to_end(reader, settings)
        reader.commit({(record.message.topic, record.partition): record.offset + 1})
        with closing(KafkaAdminClient(bootstrap_servers=settings.servers)) as admin:
            (group,) = admin.describe_groups(["row-25"]).values()
        assert (group["group_state"], list(group["members"])) == ("Empty", [])
        reader.commit({(record.message.topic, record.partition): record.offset + 1})


def test_row_28_whatever_the_clocks_say_the_sequence_decides(
    kafka: KafkaUnderTest, outbox: MemoryOutbox, stub: ScriptedFhirServer
) -> None:
    for back in (timedelta(0), timedelta(hours=1), timedelta(days=400)):
        outbox.add("NCT99990001", seen_at=SEEN_AT - back)
    publish(kafka, outbox)
    log = records_of(kafka, topics.EVENTS)
    times = [dict(record.message.headers)["ce_time"] for record in log]
    assert times == sorted(times, reverse=True), "each change was noted before the one it followed"
    assert judge(outbox.rows, [], log) == WELL
    assert load(kafka, stub).loaded == 3
    assert stub.twin.resources["ResearchStudy/study-nct99990001"]["title"] == "change 3"


def truncate(kafka: KafkaUnderTest) -> None:
    """Retention takes every event there is."""
    name = kafka.settings.topic(topics.EVENTS)
    if isinstance(kafka.cluster, MemoryCluster):
        kafka.cluster.starts |= {place: len(log) for place, log in kafka.cluster.logs.items() if place[0] == name}
        return
    with closing(KafkaAdminClient(bootstrap_servers=kafka.settings.servers)) as admin:
        admin.delete_records({TopicPartition(name, number): -1 for number in range(topics.PARTITIONS)})


def test_row_26_a_server_loaded_for_the_first_time_after_events_are_gone_gets_every_trial(
    kafka: KafkaUnderTest, outbox: MemoryOutbox, stub: ScriptedFhirServer
) -> None:
    for number in (1, 2, 3, 1):
        outbox.add(f"NCT9999000{number}")
    publish(kafka, outbox)
    truncate(kafka)
    outbox.add("NCT99990002")
    publish(kafka, outbox)
    first, second = load(kafka, stub), load(kafka, stub)
    assert (first.from_state >= 3, first.read, first.gaps, first.dead_letters) == (True, 1, 0, 0)
    titles = [stub.twin.resources[f"ResearchStudy/study-nct9999000{number}"]["title"] for number in (1, 2, 3)]
    assert titles == ["change 2", "change 2", "change 1"]
    assert (second.from_state, second.read, second.loaded) == (0, 0, 0)


def test_row_26_a_group_that_was_away_for_too_long_begins_with_the_state_again(
    kafka: KafkaUnderTest, outbox: MemoryOutbox, stub: ScriptedFhirServer
) -> None:
    outbox.add("NCT99990001")
    publish(kafka, outbox)
    assert (load(kafka, stub).from_state, stub.posts) == (0, 1)
    outbox.add("NCT99990001")
    outbox.add("NCT99990002", removal_bundle("NCT99990002"), verb="removed")
    publish(kafka, outbox)
    truncate(kafka)
    report = load(kafka, stub)
    assert (report.loaded, report.tombstones, report.dead_letters) == (1, 1, 0)
    assert stub.twin.resources["ResearchStudy/study-nct99990001"]["title"] == "change 2"


def test_row_26_a_server_that_is_down_meanwhile_gets_the_state_the_next_time(
    kafka: KafkaUnderTest, outbox: MemoryOutbox, stub: ScriptedFhirServer
) -> None:
    outbox.add("NCT99990001")
    publish(kafka, outbox)
    truncate(kafka)
    stub.down = True
    with pytest.raises(RetryLaterError):
        load(kafka, stub)
    stub.down = False
    assert load(kafka, stub).loaded == 1

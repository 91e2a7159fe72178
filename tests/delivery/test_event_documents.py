"""What consumers read about events is true: schemas, examples, the AsyncAPI file and the reference consumer."""

from __future__ import annotations

import importlib.util
import itertools
import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import datetime
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, get_args

import orjson
import pytest
import yaml
from cloudevents.core.bindings.kafka import KafkaMessage, from_binary_event
from cloudevents.core.formats.json import JSONFormat
from jsonschema import Draft202012Validator

from tests.delivery.kit import golden
from tests.delivery.kit.outbox_twin import MemoryOutbox, removal_bundle
from trialwire.delivery.event import cloudevent, study_bundle, topics
from trialwire.delivery.kafka import publisher as kafka_publisher
from trialwire.delivery.kafka.settings import KafkaSettings
from trialwire.schemas.event import ChangeCode, Verb

if TYPE_CHECKING:
    from collections.abc import Iterator

EVENTS = golden.EVENTS
SCHEMAS = {file.name: orjson.loads(file.read_bytes()) for file in (EVENTS / "schemas" / "v1").glob("*.json")}
EXAMPLES = {file.stem: orjson.loads(file.read_bytes()) for file in (EVENTS / "examples").glob("*.json")}
ASYNCAPI = yaml.safe_load((EVENTS / "asyncapi.yaml").read_text())

HEADERS = {"feed.heartbeat": "feed-heartbeat-headers.json", "dead-letter": "dead-letter-headers.json"}
VALUES = {"feed.heartbeat": "feed-heartbeat.json", "study.updated-by-reference": "study-stand-in.json"}


def faults(schema: str, value: Any) -> list[str]:
    return [f"{error.json_path}: {error.message}" for error in Draft202012Validator(SCHEMAS[schema]).iter_errors(value)]


@pytest.mark.parametrize("name", SCHEMAS)
def test_each_schema_is_a_schema_under_its_published_address(name: str) -> None:
    Draft202012Validator.check_schema(SCHEMAS[name])
    assert SCHEMAS[name]["$id"] == f"https://trialwire.org/schemas/v1/{name}"


def test_there_is_an_example_of_every_event_type() -> None:
    shown = {example["headers"].get("ce_type") for example in EXAMPLES.values()}
    assert shown == {f"org.trialwire.study.{verb}.v1" for verb in get_args(Verb)} | {cloudevent.HEARTBEAT_TYPE}


@pytest.mark.parametrize("name", [name for name in EXAMPLES if name != "state-tombstone"])
def test_each_example_keeps_the_schemas(name: str) -> None:
    example = EXAMPLES[name]
    assert faults(HEADERS.get(name, "study-event-headers.json"), example["headers"]) == []
    assert faults(VALUES.get(name, "study-bundle-r4.json"), example["value"]) == []
    assert example["headers"]["ce_partitionkey"] == example["key"]


@pytest.mark.parametrize("name", [name for name in EXAMPLES if name.startswith("study.")])
def test_each_example_names_the_schema_that_its_value_keeps(name: str) -> None:
    schema = EXAMPLES[name]["headers"]["ce_dataschema"].rpartition("/")[2]
    assert faults(schema, EXAMPLES[name]["value"]) == []


def test_a_stand_in_is_no_transaction_that_a_sink_would_put_over_the_whole_study() -> None:
    from fhir.resources.R4B.bundle import Bundle

    value = EXAMPLES["study.updated-by-reference"]["value"]
    assert value["type"] == "collection"
    assert all("request" not in entry for entry in value["entry"])
    assert Bundle.model_validate(value).entry[0].resource.id == "study-nct99990042"
    with pytest.raises(ValueError, match="not a transaction"):
        study_bundle.read(orjson.dumps(value))


def test_the_examples_are_what_the_code_sends_today() -> None:
    assert golden.examples() == EXAMPLES


@pytest.mark.parametrize("name", [name for name in EXAMPLES if name != "dead-letter"])
def test_each_example_is_read_by_the_sdk_of_cloudevents(name: str) -> None:
    """The SDK reads prefixed headers alone; `traceparent` keeps the name that W3C gives it."""
    example = EXAMPLES[name]
    headers = {header: value.encode() for header, value in example["headers"].items()}
    value = None if example["value"] is None else orjson.dumps(example["value"])
    event = from_binary_event(KafkaMessage(headers, example["key"].encode(), value), BytesFormat())
    ours, _ = cloudevent.read(tuple(headers.items()), value)
    theirs = {key: text(found) for key, found in event.get_attributes().items()}
    assert theirs == {key: found for key, found in ours.items() if key != "traceparent"}
    assert (event.get_data() or None) == value


def text(found: object) -> object:
    """An attribute as our reader gives it: a time as text."""
    return cloudevent.time_text(found) if isinstance(found, datetime) else found


class BytesFormat(JSONFormat):
    """Leaves the data of a message as they are."""

    def read_data(self, body: Any, *_: Any) -> Any:
        return body


def test_the_tombstone_has_no_value_and_keeps_the_other_headers() -> None:
    event, tombstone = EXAMPLES["study.removed"], EXAMPLES["state-tombstone"]
    assert tombstone["value"] is None
    assert set(event["headers"].items()) - set(tombstone["headers"].items()) == {
        ("content-type", event["headers"]["content-type"]),
        ("ce_dataschema", event["headers"]["ce_dataschema"]),
    }


@pytest.mark.parametrize(
    ("schema", "spoilt"),
    [
        ("study-event-headers.json", {"ce_sequence": "7"}),
        ("study-event-headers.json", {"ce_type": "org.trialwire.study.changed.v1"}),
        ("study-event-headers.json", {"ce_changes": "title,colour"}),
        ("study-event-headers.json", {"ce_id": "00000000-0000-4000-8000-000000000000"}),
        ("study-bundle-r4.json", {"entry": []}),
        ("study-bundle-r4.json", {"type": "batch"}),
        ("study-bundle-r5.json", {"entry": EXAMPLES["study.created"]["value"]["entry"][:1]}),
    ],
)
def test_the_schemas_bite(schema: str, spoilt: dict[str, Any]) -> None:
    example = EXAMPLES["study.created"]
    sound = example["headers"] if "headers" in schema else example["value"]
    assert faults(schema, sound | spoilt) != []


def test_the_codes_and_verbs_of_the_schema_are_those_of_the_code() -> None:
    properties = SCHEMAS["study-event-headers.json"]["properties"]
    assert properties["ce_type"]["enum"] == [f"org.trialwire.study.{verb}.v1" for verb in get_args(Verb)]
    listed = ",".join(get_args(ChangeCode))
    assert faults("study-event-headers.json", EXAMPLES["study.created"]["headers"] | {"ce_changes": listed}) == []


def test_within_v1_no_field_becomes_required_that_was_not() -> None:
    assert set(SCHEMAS["study-event-headers.json"]["required"]) == {
        "ce_specversion", "ce_id", "ce_source", "ce_type", "ce_subject", "ce_time", "content-type", "ce_dataschema",
        "ce_sequence", "ce_partitionkey", "ce_changes", "ce_status", "ce_dataclassification", "traceparent",
    }  # fmt: skip
    assert SCHEMAS["study-bundle-r4.json"]["required"] == ["resourceType", "type", "entry"]
    assert all(schema.get("additionalProperties", True) is True for schema in SCHEMAS.values())


def test_the_asyncapi_file_describes_the_topics_as_they_are_created() -> None:
    assert ASYNCAPI["asyncapi"] == "3.1.0"
    described = {
        channel["address"]: (
            channel["bindings"]["kafka"]["partitions"],
            channel["bindings"]["kafka"]["topicConfiguration"]["cleanup.policy"],
            channel["bindings"]["kafka"]["topicConfiguration"].get("retention.ms"),
        )
        for channel in ASYNCAPI["channels"].values()
    }
    retention = {topic.name: topic.configs.get("retention.ms") for topic in topics.TOPICS}
    assert described == {
        topic.name: (topics.PARTITIONS, [topic.cleanup], int(kept) if (kept := retention[topic.name]) else None)
        for topic in topics.TOPICS
    }


def test_every_reference_of_the_asyncapi_file_leads_somewhere() -> None:
    references = list(_references(ASYNCAPI))
    assert len(references) > 15
    for reference in references:
        if reference.startswith("#/"):
            node: Any = ASYNCAPI
            for part in reference[2:].split("/"):
                node = node[part]
        else:
            assert (EVENTS / reference).is_file(), reference


def _references(node: Any) -> list[str]:
    if isinstance(node, dict):
        own = [node["$ref"]] if isinstance(node.get("$ref"), str) else []
        return own + list(itertools.chain.from_iterable(_references(child) for child in node.values()))
    return list(itertools.chain.from_iterable(map(_references, node))) if isinstance(node, list) else []


def test_the_reference_consumer_is_about_eighty_lines() -> None:
    assert len((EVENTS / "reference_consumer.py").read_text().splitlines()) <= 80


def reference_consumer() -> Any:
    specification = importlib.util.spec_from_file_location("reference_consumer", EVENTS / "reference_consumer.py")
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


def record(name: str, topic: str, offset: int, **headers: str) -> Any:
    """An example as the client gives it to a consumer."""
    example = EXAMPLES[name]
    value = None if example["value"] is None else orjson.dumps(example["value"])
    told = [(header, text.encode()) for header, text in (example["headers"] | headers).items()]
    return SimpleNamespace(topic=topic, partition=3, offset=offset, headers=told, value=value)


@pytest.fixture
def database() -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(":memory:")) as opened:
        opened.executescript(reference_consumer().TABLES)
        yield opened


def test_the_reference_consumer_keeps_the_offsets_of_two_topics_apart_and_takes_a_tombstone(
    database: sqlite3.Connection, capsys: pytest.CaptureFixture[str]
) -> None:
    consumer = reference_consumer()
    consumer.handle(database, record("study.created", "events", 7))
    consumer.handle(database, record("state-tombstone", "state", 2))
    assert dict(database.execute("SELECT topic, offset FROM offset_next WHERE number = 3")) == {"events": 8, "state": 3}
    assert capsys.readouterr().out.splitlines()[-1].endswith("org.trialwire.study.removed.v1 withdrawn 0")


def test_the_reference_consumer_follows_a_reference_to_a_trusted_address_and_refuses_any_other(
    database: sqlite3.Connection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    consumer = reference_consumer()
    (tmp_path / "whole.json").write_bytes(orjson.dumps(EXAMPLES["study.created"]["value"]))
    referring = record("study.updated-by-reference", "events", 0, ce_dataref=f"{tmp_path.as_uri()}/whole.json")
    for trusted in ("", "https://bundles.example.org"):
        monkeypatch.setenv("DATAREF_URL", trusted)
        with pytest.raises(SystemExit, match="Nothing was applied"):
            consumer.handle(database, referring)
    assert database.execute("SELECT count(*) FROM trial").fetchone() == (0,)
    monkeypatch.setenv("DATAREF_URL", tmp_path.as_uri())
    consumer.handle(database, referring)
    assert capsys.readouterr().out.split()[-1] == "4"


@pytest.mark.kafka
def test_the_reference_consumer_applies_each_event_once_however_often_it_runs(
    kafka_bootstrap: str, tmp_path: Path
) -> None:
    kafka = KafkaSettings(kafka_bootstrap, topic_prefix="reference.")
    outbox = MemoryOutbox()
    for number in (1, 2, 1, 1):
        outbox.add(f"NCT9999000{number}")
    outbox.add("NCT99990002", removal_bundle("NCT99990002"), verb="removed", status="withdrawn")
    kafka_publisher.publish(outbox, kafka)
    first = _consumed(kafka, tmp_path)
    outbox.rewind(kafka.destination)
    outbox.add("NCT99990001")
    kafka_publisher.publish(outbox, kafka)
    second = _consumed(kafka, tmp_path)
    assert sorted(first) == [
        "NCT99990001 1 org.trialwire.study.created.v1 active 4",
        "NCT99990001 2 org.trialwire.study.updated.v1 active 4",
        "NCT99990001 3 org.trialwire.study.updated.v1 active 4",
        "NCT99990002 1 org.trialwire.study.created.v1 active 4",
        "NCT99990002 2 org.trialwire.study.removed.v1 withdrawn 4",
    ]
    assert second == ["NCT99990001 4 org.trialwire.study.updated.v1 active 4"]
    with closing(sqlite3.connect(tmp_path / "consumer.db")) as database:
        known = dict(database.execute("SELECT id, event_id FROM trial"))
    assert known == {row.change.trial_id: row.change.ce_id for row in outbox.latest_per_trial()}


def _consumed(kafka: KafkaSettings, folder: Path) -> list[str]:
    command = [sys.executable, str(EVENTS / "reference_consumer.py"), kafka.bootstrap_servers]
    run = subprocess.run(
        [*command, str(folder / "consumer.db"), kafka.topic(topics.EVENTS)],
        capture_output=True,
        text=True,
        check=True,
        timeout=300,
    )
    return run.stdout.splitlines()

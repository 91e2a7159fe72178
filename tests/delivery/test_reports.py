"""Reports are what `--json` prints: each can be written as JSON and read back."""

from __future__ import annotations

import threading
from dataclasses import asdict
from typing import TYPE_CHECKING

import orjson

from tests.delivery.kit.outbox_twin import MemoryOutbox
from trialwire.delivery import folder, kafka_to_fhir
from trialwire.delivery.fhir import loader as fhir_loader
from trialwire.delivery.fhir.memory import MemoryFhirServer
from trialwire.delivery.fhir.settings import FhirSettings
from trialwire.delivery.kafka import publisher as kafka_publisher
from trialwire.delivery.kafka.memory import MemoryCluster
from trialwire.delivery.kafka.settings import KafkaSettings

if TYPE_CHECKING:
    from pathlib import Path


def test_every_report_can_be_printed_as_json(outbox: MemoryOutbox, tmp_path: Path) -> None:
    outbox.add("NCT99990001")
    cluster, kafka = MemoryCluster(), KafkaSettings("memory:9092")
    server, transport = FhirSettings("http://fhir.example.org/fhir/r4", "R4"), MemoryFhirServer().transport
    reports = [
        kafka_publisher.publish(outbox, kafka, cluster=cluster),
        kafka_to_fhir.load_from_kafka(kafka, server, stop=threading.Event(), cluster=cluster, transport=transport),
        fhir_loader.load(outbox, server, transport=transport),
        fhir_loader.verify(outbox, server, transport=transport),
        folder.publish(outbox, tmp_path, fhir_version="R4"),
    ]
    published, from_kafka, loaded, verified, written = (orjson.loads(orjson.dumps(asdict(item))) for item in reports)
    assert published["topics"] == {"trials.study.events.v1": 1, "trials.study.state.v1": 1}
    assert (from_kafka["loaded"], loaded["already_there"], verified["equal"], written["published"]) == (1, 1, 4, 1)

"""The golden examples of docs/events, made from fictional trials. `python -m tests.delivery.kit.golden` writes them anew."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import orjson

from tests.delivery.kit.outbox_twin import MemoryOutbox, put, removal_bundle, study_bundle
from tests.kit.checkout import DOCS
from trialwire.delivery.kafka import dead_letter
from trialwire.delivery.kafka import heartbeat as kafka_feed
from trialwire.delivery.kafka import message as kafka_message
from trialwire.delivery.kafka.dead_letter import Cause
from trialwire.delivery.kafka.seam import Record
from trialwire.delivery.kafka.settings import KafkaSettings
from trialwire.schemas.outbox import DestinationState

if TYPE_CHECKING:
    from trialwire.delivery.kafka.seam import Message

EVENTS = DOCS / "events"
EXAMPLES = EVENTS / "examples"
TRIAL = "NCT99990042"
FAILED_AT = datetime(2026, 3, 1, 8, 31, tzinfo=UTC)
CHANGES: tuple[tuple[str, tuple[str, ...], str], ...] = (
    ("created", ("title", "status", "eligibility.criteria"), "active"),
    ("updated", ("sites.added", "enrollment"), "active"),
    ("status-changed", ("status",), "temporarily-closed-to-accrual"),
    ("results-posted", ("results",), "completed"),
    ("withdrawn", ("status",), "withdrawn"),
    ("removed", ("status",), "withdrawn"),
    ("restored", ("status",), "active"),
    ("snapshot", ("other",), "active"),
)


def examples() -> dict[str, dict[str, Any]]:
    """Example by name, as it is written: topic, key, headers and value."""
    outbox, found = MemoryOutbox(), {}
    kafka = KafkaSettings("broker.example.org:9092")
    for verb, codes, status in CHANGES:
        bundle = removal_bundle(TRIAL) if verb == "removed" else study_bundle(TRIAL, status=status)
        row = outbox.add(TRIAL, bundle, verb=verb, codes=codes, status=status, snapshot=verb == "snapshot")
        event, state = kafka_message.messages(row, outbox.bundles[row.position], kafka)
        found[f"study.{verb}"] = _written(event)
        if verb == "removed":
            found["state-tombstone"] = _written(state)
    found["study.updated-by-reference"] = _written(_by_reference())
    found["feed.heartbeat"] = _written(_heartbeat())
    found["dead-letter"] = _written(_dead_letter(event))
    return found


def _by_reference() -> Message:
    """Laid down in a folder that is gone afterwards; the example names a fictional address instead."""
    outbox = MemoryOutbox()
    bundle = study_bundle(TRIAL)
    bundle["entry"].insert(
        0, put({"resourceType": "Location", "id": "site-1", "description": random.Random(1).randbytes(20_000).hex()})
    )
    row = outbox.add(TRIAL, bundle, verb="updated", codes=("sites.added",))
    with TemporaryDirectory() as folder:
        place = Path(folder).as_uri()
        kafka = KafkaSettings("broker.example.org:9092", max_inline_bytes=10_000, dataref_url=place)
        event, _ = kafka_message.messages(row, outbox.bundles[row.position], kafka)
    shown = [(name, value.replace(place.encode(), b"https://bundles.example.org")) for name, value in event.headers]
    return replace(event, headers=tuple(shown))


def _heartbeat() -> Message:
    state = DestinationState("kafka", 1207, 0, 0.0, 1)
    return kafka_feed.heartbeat(KafkaSettings("broker.example.org:9092"), state, FAILED_AT)


def _dead_letter(event: Message) -> Message:
    cause = Cause("load", "fhir-record", "HTTP 422 (structure): Group.characteristic[3]", 1, 422, ("structure",))
    return dead_letter.dead_letter(
        Record(event, 4, 1207, 0), cause, FAILED_AT, KafkaSettings("broker.example.org:9092")
    )


def _written(message: Message) -> dict[str, Any]:
    return {
        "topic": message.topic,
        "key": (message.key or b"").decode(),
        "headers": {name: value.decode() for name, value in message.headers},
        "value": None if message.value is None else orjson.loads(message.value),
    }


def main() -> None:
    EXAMPLES.mkdir(parents=True, exist_ok=True)
    for name, example in examples().items():
        content = orjson.dumps(example, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)
        (EXAMPLES / f"{name}.json").write_bytes(content)


if __name__ == "__main__":
    main()

"""Writes and reads events as CloudEvents 1.0, in the binary and the structured mode of the Kafka binding.

CloudEvents is a standard for the attributes of events. Its Kafka binding is the document that says how an event becomes
a Kafka message. In binary mode the attributes of an event are Kafka headers. In structured mode the value is one JSON
object with attributes and data. Attributes are named as in the specification (lower case, no prefix). In Kafka headers
`datacontenttype` becomes `content-type`, `traceparent` keeps its name, and every other attribute becomes `ce_<name>`.
No attribute holds contact data.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

import orjson

from trialwire.schemas.event import sequence_text
from trialwire.schemas.fhir.versions import SHORT_NUMBERS

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from trialwire.schemas.event import FhirVersion
    from trialwire.schemas.outbox import OutboxRow

Attributes = dict[str, str]
Headers = tuple[tuple[str, bytes], ...]
"""The (name, value) headers of a Kafka message, in their order."""

SCHEMA_URL: Final = "https://trialwire.org/schemas/v1/study-bundle-{version}.json"
STAND_IN_SCHEMA_URL: Final = "https://trialwire.org/schemas/v1/study-stand-in.json"
HEARTBEAT_SCHEMA_URL: Final = "https://trialwire.org/schemas/v1/feed-heartbeat.json"
HEARTBEAT_TYPE: Final = "org.trialwire.feed.heartbeat.v1"
HEARTBEAT_KEY: Final = "_feed"
STRUCTURED: Final = "application/cloudevents+json; charset=UTF-8"
_PLAIN_HEADERS: Final = {"datacontenttype": "content-type", "traceparent": "traceparent"}
_NAMES_OF_PLAIN: Final = {header: name for name, header in _PLAIN_HEADERS.items()}


def attributes(row: OutboxRow, subject: str, fhir_version: FhirVersion, dataref: str | None = None) -> Attributes:
    """Return the CloudEvent attributes of one change. `row`: the change as a row of the outbox (table of all changes).

    `subject`: the reference of the study, "ResearchStudy/<id>". `dataref`: the URL of the stored Bundle if the Bundle
    is too large to send, else None.
    """
    change = row.change
    found: dict[str, str | None] = {
        "specversion": "1.0",
        "id": change.ce_id,
        "source": change.ce_source,
        "type": change.ce_type,
        "subject": subject,
        "time": time_text(change.seen_at),
        "datacontenttype": f"application/fhir+json; fhirVersion={SHORT_NUMBERS[fhir_version]}",
        "dataschema": STAND_IN_SCHEMA_URL if dataref else SCHEMA_URL.format(version=fhir_version.lower()),
        "sequence": sequence_text(change.sequence),
        "partitionkey": change.trial_id,
        "changes": ",".join(change.codes),
        "previousstatus": change.previous_status,
        "status": change.status,
        "contenthash": row.content_hashes.get(fhir_version),
        "registryupdated": change.registry_updated_date,
        "dataclassification": "internal" if change.contacts_included else "public",
        "dataregulation": "GDPR" if change.contacts_included else None,
        "traceparent": traceparent(change.ce_id),
        "snapshot": "true" if change.snapshot else None,
        "dataref": dataref,
    }
    return {name: value for name, value in found.items() if value is not None}


def time_text(moment: datetime, timespec: str = "auto") -> str:
    """Take a UTC time; return it as RFC 3339 text that ends in `Z`, for example "2026-01-31T12:00:00Z".

    `timespec` sets the precision, as in Python's `datetime.isoformat`.
    """
    return moment.isoformat(timespec=timespec).replace("+00:00", "Z")


def traceparent(ce_id: str) -> str:
    """Return the `traceparent` of an event: the text by which tracing tools link messages (W3C Trace Context).

    The text contains a trace id that is derived from the event id, so the same event always has the same trace id. Its
    flag "sampled" is 0, because we store no tracing data.
    """
    trace = UUID(ce_id).hex
    return f"00-{trace}-{trace[:16]}-00"


def binary(found: Attributes, data: bytes | None) -> tuple[Headers, bytes | None]:
    """Take attributes and data; return the headers and the value of a Kafka message in binary mode.

    The value is the FHIR JSON. If `data` is None, the message is a tombstone: it has no value (Kafka binding 3.2.2).
    """
    if data is None:
        found = {name: value for name, value in found.items() if name not in {"datacontenttype", "dataschema"}}
    headers = ((_PLAIN_HEADERS.get(name) or f"ce_{name}", value.encode()) for name, value in found.items())
    return tuple(headers), data


def structured(found: Attributes, data: bytes) -> tuple[Headers, bytes]:
    """Take attributes and data; return the headers and the value of a Kafka message in structured mode.

    The value is a JSON object that contains the attributes and the data.
    """
    return (("content-type", STRUCTURED.encode()),), orjson.dumps({**found, "data": orjson.Fragment(data)})


def is_structured(headers: Mapping[str, bytes]) -> bool:
    """Return whether a message is in structured mode.

    The function looks only at the content type of the message (Kafka binding 3).
    """
    return headers.get("content-type", b"").lower().startswith(b"application/cloudevents")


def read(headers: Headers, value: bytes | None) -> tuple[Attributes, bytes | None]:
    """Take a Kafka message in either mode; return its attributes and its data.

    Raises ValueError, with the cause, if the message is not a CloudEvent.
    """
    named = dict(headers)
    if is_structured(named):
        return _read_envelope(value)
    found: Attributes = {}
    for name, content in named.items():
        attribute = name.removeprefix("ce_") if name.startswith("ce_") else _NAMES_OF_PLAIN.get(name)
        if attribute:
            found[attribute] = _text(name, content)
    _complete(found)
    return found, value


def _read_envelope(value: bytes | None) -> tuple[Attributes, bytes | None]:
    try:
        envelope: Any = orjson.loads(value or b"")
    except orjson.JSONDecodeError:
        msg = "the envelope is not JSON"
        raise ValueError(msg) from None
    if not isinstance(envelope, dict):
        msg = "the envelope is not a JSON object"
        raise ValueError(msg)  # noqa: TRY004 (callers handle one error type for every invalid CloudEvent)
    data = envelope.pop("data", None)
    found = {name: content for name, content in envelope.items() if isinstance(content, str)}
    _complete(found)
    return found, None if data is None else orjson.dumps(data)


def _text(name: str, content: bytes) -> str:
    try:
        return content.decode()
    except UnicodeDecodeError:
        msg = f"the header {name} is not UTF-8"
        raise ValueError(msg) from None


def _complete(found: Attributes) -> None:
    """Raise ValueError unless the four required attributes are present and the version is 1.0."""
    if missing := [name for name in ("specversion", "id", "source", "type") if not found.get(name)]:
        msg = f"the attributes {', '.join(missing)} are missing"
        raise ValueError(msg)
    if found["specversion"] != "1.0":
        msg = f"CloudEvents {found['specversion']:.20} is not 1.0"
        raise ValueError(msg)

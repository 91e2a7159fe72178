"""Turns one row of the outbox (the table of all changes) into two Kafka messages: the event, and the trial's new state.

If the trial was removed, the state message is a tombstone: it has no value.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from zstandard import ZstdCompressor

from trialwire.delivery.event import cloudevent, dataref, study_bundle, topics
from trialwire.delivery.kafka.seam import Message
from trialwire.schemas.errors import HoldError
from trialwire.schemas.held import Reason

if TYPE_CHECKING:
    from trialwire.delivery.event.cloudevent import Attributes, Headers
    from trialwire.delivery.kafka.settings import KafkaSettings
    from trialwire.schemas.outbox import OutboxRow


@dataclass(frozen=True, slots=True)
class Event:
    """The content that both messages of a row share: the attributes, and the bytes of the Bundle or of its stand-in.

    A stand-in is a small Bundle that replaces a Bundle too large to send.
    """

    attributes: Attributes
    data: bytes


def messages(row: OutboxRow, content: bytes, kafka: KafkaSettings) -> tuple[Message, Message]:
    """Return (message for the events topic, message for the state topic) of one row.

    `content`: the bytes of the row's Bundle. Raises HoldError if the Bundle is invalid or too large.
    """
    event = _event(row, content, kafka)
    key = row.change.trial_id.encode()
    headers, value = _enveloped(event, kafka)
    if row.change.verb == "removed":
        state = Message(kafka.topic(topics.STATE), key, None, cloudevent.binary(event.attributes, None)[0])
    else:
        state = Message(kafka.topic(topics.STATE), key, value, headers)
    return Message(kafka.topic(topics.EVENTS), key, value, headers), state


def _event(row: OutboxRow, content: bytes, kafka: KafkaSettings) -> Event:
    try:
        bundle = study_bundle.read(content)
    except ValueError as error:
        raise HoldError([Reason(code="bad-bundle", message=str(error), cure="report it; the row is kept")]) from None
    subject = study_bundle.study_reference(bundle)
    if travels_inline(content, kafka.max_inline_bytes):
        return Event(cloudevent.attributes(row, subject, kafka.fhir_version), content)
    if not kafka.dataref_url:
        message = f"the Bundle has {len(content):,} bytes and even compressed is over {kafka.max_inline_bytes:,}"
        cure = "set TRIALWIRE_KAFKA__DATAREF_URL (larger Bundles are put there), or raise TRIALWIRE_KAFKA__MAX_INLINE_BYTES"
        raise HoldError([Reason(code="too-large", message=message, cure=cure)])
    url = dataref.put(kafka.dataref_url, row.change.ce_id, content)
    return Event(cloudevent.attributes(row, subject, kafka.fhir_version, url), study_bundle.stand_in(bundle))


def travels_inline(content: bytes, max_inline_bytes: int) -> bool:
    """Return whether a Bundle fits into an event. `max_inline_bytes`: the limit.

    A Bundle also fits if only its compressed size is within the limit, because brokers count compressed bytes.
    """
    return len(content) <= max_inline_bytes or len(ZstdCompressor().compress(content)) <= max_inline_bytes


def _enveloped(event: Event, kafka: KafkaSettings) -> tuple[Headers, bytes | None]:
    if kafka.envelope == "structured":
        return cloudevent.structured(event.attributes, event.data)
    return cloudevent.binary(event.attributes, event.data)

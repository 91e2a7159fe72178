"""The heartbeat on the feed topic: it shows consumers that the publisher runs while no trial changes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from uuid import uuid5

import orjson

from trialwire.delivery.event import cloudevent, topics
from trialwire.delivery.kafka.seam import Message
from trialwire.schemas.event import NAMESPACE

if TYPE_CHECKING:
    from datetime import datetime

    from trialwire.delivery.kafka.settings import KafkaSettings
    from trialwire.schemas.outbox import DestinationState

SOURCE: Final = "/publishers/trialwire"


def heartbeat(kafka: KafkaSettings, state: DestinationState, moment: datetime) -> Message:
    """One heartbeat: time (`moment`, aware UTC), outbox position, backlog (rows and seconds), number of parked rows."""
    now = cloudevent.time_text(moment)
    data = orjson.dumps(
        {
            "position": state.position,
            "pending": state.pending,
            "oldest_pending_seconds": round(state.oldest_pending_seconds, 3),
            "parked": state.parked,
        }
    )
    ce_id = str(uuid5(NAMESPACE, f"{SOURCE}#{now}"))
    attributes = {
        "specversion": "1.0",
        "id": ce_id,
        "source": SOURCE,
        "type": cloudevent.HEARTBEAT_TYPE,
        "time": now,
        "datacontenttype": "application/json",
        "dataschema": cloudevent.HEARTBEAT_SCHEMA_URL,
        "partitionkey": cloudevent.HEARTBEAT_KEY,
        "dataclassification": "public",
        "traceparent": cloudevent.traceparent(ce_id),
    }
    headers, value = (
        cloudevent.structured(attributes, data)
        if kafka.envelope == "structured"
        else cloudevent.binary(attributes, data)
    )
    return Message(kafka.topic(topics.FEED), cloudevent.HEARTBEAT_KEY.encode(), value, headers)

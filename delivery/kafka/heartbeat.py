"""Makes the heartbeat: a message on the feed topic by which consumers see that the publisher runs.

Heartbeats are also sent when no trial changes.
"""

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
    """Return the message of one heartbeat. `moment`: its time (aware UTC). `state`: how far this cluster has received.

    The message holds the last delivered position in the outbox (the table of all changes), the backlog (number of
    undelivered rows, age of the oldest row in seconds) and the number of parked rows (set aside because they were
    rejected).
    """
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

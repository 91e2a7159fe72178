"""Makes dead letters: the Kafka message for a record that could not be processed.

A dead letter holds the record unchanged. Its headers hold the cause, and the topic, partition and offset of the record.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib.metadata import version
from typing import TYPE_CHECKING, Literal

from trialwire.delivery.event import cloudevent, topics
from trialwire.delivery.kafka.seam import Message
from trialwire.delivery.redaction import redacted

if TYPE_CHECKING:
    from datetime import datetime

    from trialwire.delivery.kafka.seam import Record
    from trialwire.delivery.kafka.settings import KafkaSettings

DeadLetterStage = Literal["parse", "validate", "map", "quality", "publish", "load"]


@dataclass(frozen=True, slots=True)
class Cause:
    """The cause for which a record could not be processed. `stage`: the step of processing that failed.

    `codes`: issue codes of the server's OperationOutcome (FHIR's error report). `message` may quote the record.
    """

    stage: DeadLetterStage
    error_class: str
    message: str
    attempts: int = 1
    http_status: int | None = None
    codes: tuple[str, ...] = ()


def dead_letter(record: Record, cause: Cause, failed_at: datetime, kafka: KafkaSettings) -> Message:
    """Take a record and the cause; return the message for the dead-letter topic.

    The message has the original key, value and headers. Additional `dlq_` headers hold the cause and the original
    topic, partition and offset.
    """
    original = record.message
    told = {
        "dlq_stage": cause.stage,
        "dlq_error_class": cause.error_class,
        "dlq_error_message": redacted(cause.message),
        "dlq_http_status": "" if cause.http_status is None else str(cause.http_status),
        "dlq_operationoutcome": ",".join(cause.codes),
        "dlq_attempts": str(cause.attempts),
        "dlq_first_failed_at": cloudevent.time_text(failed_at),
        "dlq_original_topic": original.topic,
        "dlq_original_partition": str(record.partition),
        "dlq_original_offset": str(record.offset),
        "dlq_app_version": version("trialwire"),
    }
    added = tuple((name, value.encode()) for name, value in told.items() if value)
    return Message(kafka.topic(topics.DEAD_LETTERS), original.key, original.value, original.headers + added)

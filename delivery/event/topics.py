"""The Kafka topics of the event contract v1: names, partitions, retention and other configuration.

The event contract is what consumers may rely on; docs/events describes it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

DAY_MS: Final = 24 * 60 * 60 * 1000
PARTITIONS: Final = 6
"""The number of partitions of each topic. It must never change, because a trial would then move to another partition.
"""
DEFAULT_MESSAGE_BYTES: Final = 1_048_588
"""The default max.message.bytes of a Kafka broker."""
HEADER_ROOM_BYTES: Final = 100_000
"""Bytes for the key, the headers and the batch, added to the size of the largest value."""


@dataclass(frozen=True, slots=True)
class Topic:
    """One topic: its name without the prefix, its cleanup.policy, and the other configuration of a new topic."""

    name: str
    cleanup: str
    configs: Mapping[str, str]


EVENTS: Final = Topic("trials.study.events.v1", "delete", {"retention.ms": str(30 * DAY_MS)})
STATE: Final = Topic(
    "trials.study.state.v1",
    "compact",
    {"min.compaction.lag.ms": str(DAY_MS), "delete.retention.ms": str(7 * DAY_MS)},
)
FEED: Final = Topic("trials.feed.v1", "delete", {"retention.ms": str(7 * DAY_MS)})
DEAD_LETTERS: Final = Topic("trials.study.dlq.v1", "delete", {"retention.ms": str(90 * DAY_MS)})
TOPICS: Final = (EVENTS, STATE, FEED, DEAD_LETTERS)


@dataclass(frozen=True, slots=True)
class Layout:
    """The configuration of one topic as it should be, or as a cluster reports it."""

    partitions: int
    replication_factor: int
    configs: Mapping[str, str]


def wanted(topic: Topic, replication_factor: int, max_inline_bytes: int) -> Layout:
    """Return the layout with which a missing topic is created.

    `replication_factor` must not be larger than the number of brokers. `max_inline_bytes`: size of the largest Bundle
    that is sent inside an event.
    """
    return Layout(
        partitions=PARTITIONS,
        replication_factor=replication_factor,
        configs={
            "cleanup.policy": topic.cleanup,
            **topic.configs,
            "min.insync.replicas": str(max(1, replication_factor - 1)),
            "unclean.leader.election.enable": "false",
            "max.message.bytes": str(max(DEFAULT_MESSAGE_BYTES, max_inline_bytes + HEADER_ROOM_BYTES)),
        },
    )


def disagreement(topic: Topic, found: Layout) -> str | None:
    """Return how an existing topic breaks the contract, for example "3 partitions instead of 6"; None if it does not.

    Only the number of partitions and the cleanup.policy are compared. Each site may choose its own retention and number
    of replicas.
    """
    if found.partitions != PARTITIONS:
        return f"{found.partitions} partitions instead of {PARTITIONS}"
    if (cleanup := found.configs.get("cleanup.policy", topic.cleanup)) != topic.cleanup:
        return f"cleanup.policy={cleanup} instead of {topic.cleanup}"
    return None

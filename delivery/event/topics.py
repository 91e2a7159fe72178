"""The topics of the event contract v1: what each is called, how it is laid out, what it keeps."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

DAY_MS: Final = 24 * 60 * 60 * 1000
PARTITIONS: Final = 6
"""May never change on these topics: the partition of a trial would."""
DEFAULT_MESSAGE_BYTES: Final = 1_048_588
"""A broker's own limit."""
HEADER_ROOM_BYTES: Final = 100_000
"""Allowed above the largest value for key, headers and the batch around it."""


@dataclass(frozen=True, slots=True)
class Topic:
    """One topic: its name without the prefix, its cleanup policy, and what else it is created with."""

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
    """How a topic is laid out on a cluster."""

    partitions: int
    replication_factor: int
    configs: Mapping[str, str]


def wanted(topic: Topic, replication_factor: int, max_inline_bytes: int) -> Layout:
    """The layout a topic is created with. `replication_factor` is already bounded by the brokers there are."""
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
    """What makes an existing topic unfit for the contract, or None. Retention and replicas are the site's own choice."""
    if found.partitions != PARTITIONS:
        return f"{found.partitions} partitions instead of {PARTITIONS}"
    if (cleanup := found.configs.get("cleanup.policy", topic.cleanup)) != topic.cleanup:
        return f"cleanup.policy={cleanup} instead of {topic.cleanup}"
    return None

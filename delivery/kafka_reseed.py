"""Sequences as the state topic knows them: a store that was lost or restored must not count from the beginning again."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

from delivery import cloudevent, topics
from delivery.kafka_client import KafkaCluster
from schemas.errors import ContractError, RetryLaterError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from delivery.kafka_seam import Cluster, Record
    from delivery.kafka_settings import KafkaSettings
    from schemas.outbox import Outbox

QUIET_SECONDS: Final = 30.0


def latest_sequences(kafka: KafkaSettings, *, cluster: Cluster | None = None) -> Iterator[tuple[str, int]]:
    """(trial id, highest sequence) of every trial on the state topic, removed ones included."""
    found: dict[str, int] = {}
    for record in _state_records(cluster or KafkaCluster(kafka), kafka, "earliest"):
        trial_id, sequence, _ = _told(record)
        found[trial_id] = max(sequence, found.get(trial_id, 0))
    yield from found.items()


def refuse_topic_ahead(cluster: Cluster, kafka: KafkaSettings, outbox: Outbox) -> None:
    """Raise ContractError when the state topic knows changes that this store does not.

    A store that has published nothing is compared with the whole topic. Later the last record of each partition is
    enough: the first publication after a restore is refused, so nothing newer can hide a difference.
    """
    untouched = outbox.state("kafka").position == 0
    told: dict[str, tuple[int, str]] = {}
    for record in _state_records(cluster, kafka, "earliest" if untouched else "tail"):
        trial_id, sequence, seen_at = _told(record)
        told[trial_id] = max((sequence, seen_at), told.get(trial_id, (0, "")))
    if not told:
        return
    for row in outbox.latest_per_trial():
        known = told.get(row.change.trial_id)
        if known is None:
            continue
        mine = (row.change.sequence, cloudevent.time_text(row.change.seen_at))
        if known[0] < mine[0] or known == mine:
            del told[row.change.trial_id]
    if told:
        trial_id, (sequence, _) = next(iter(told.items()))
        msg = (
            f"The topic {kafka.topic(topics.STATE)} on {kafka.bootstrap_servers} is ahead of this store for {len(told)} "
            f"trials (for example {trial_id}: change {sequence} was published, and this store did not make it). "
            f"The store was lost or restored; consumers would drop its changes as stale. Nothing was published. "
            f"Take the sequences from the topic with `trialwire replay --reseed`, then publish."
        )
        raise ContractError(msg)


def _told(record: Record) -> tuple[str, int, str]:
    """Trial, sequence and time of a state record. Raises ContractError for what is no event of this contract."""
    try:
        attributes, _ = cloudevent.read(record.message.headers, record.message.value)
        return (record.message.key or b"").decode(), int(attributes["sequence"]), attributes["time"]
    except (ValueError, KeyError):
        place = f"{record.message.topic}, partition {record.partition}, offset {record.offset}"
        msg = f"The record at {place} is not an event of the contract: somebody else writes to this topic."
        raise ContractError(msg) from None


def _state_records(cluster: Cluster, kafka: KafkaSettings, start: str) -> Iterator[Record]:
    """Every record from there to the end that the topic has now."""
    reader = cluster.reader([kafka.topic(topics.STATE)], start="tail" if start == "tail" else "earliest", group="")
    try:
        ends = reader.ends()
        quiet_until = time.monotonic() + QUIET_SECONDS
        while any(offset < ends[place] for place, offset in reader.positions().items()):
            records = reader.poll(1.0)
            if records:
                quiet_until = time.monotonic() + QUIET_SECONDS
            elif time.monotonic() > quiet_until:
                msg = f"{kafka.topic(topics.STATE)} on {kafka.bootstrap_servers} cannot be read to its end. Try again."
                raise RetryLaterError(msg)
            yield from records
    finally:
        reader.close()

"""Detects that the store was lost or restored from a backup: the state topic then has newer changes than the store.

The state topic holds the newest change of each trial. If such a store published, consumers would discard its events as
stale, because its change numbers are too low.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from trialwire.delivery.event import cloudevent, topics
from trialwire.delivery.kafka import reader as kafka_reader
from trialwire.schemas.errors import ContractError

if TYPE_CHECKING:
    from trialwire.delivery.kafka.seam import Cluster
    from trialwire.delivery.kafka.settings import KafkaSettings
    from trialwire.schemas.outbox import Outbox


def refuse_topic_ahead(cluster: Cluster, kafka: KafkaSettings, outbox: Outbox) -> None:
    """Raise ContractError if the state topic has changes that this store does not have.

    If the store has not published anything yet, the whole topic is compared with the store. Otherwise only the last
    record of each partition is compared. This is enough: the function runs before anything is published, so a restored
    store has not added records, and the last record is still one that the lost store wrote.
    """
    untouched = outbox.state(kafka.destination).position == 0
    published: dict[str, tuple[int, str]] = {}
    for record in kafka_reader.state_records(cluster, kafka, tail=not untouched, exists=True):
        trial_id, sequence, seen_at = kafka_reader.told(record)
        published[trial_id] = max((sequence, seen_at), published.get(trial_id, (0, "")))
    if not published:
        return
    for row in outbox.latest_per_trial():
        mine = (row.change.sequence, cloudevent.time_text(row.change.seen_at))
        known = published.get(row.change.trial_id)
        if known is not None and (known[0] < mine[0] or known == mine):
            del published[row.change.trial_id]
    for trial_id, sequence in outbox.taken_over():
        if trial_id in published and published[trial_id][0] <= sequence:
            del published[trial_id]
    if published:
        trial_id, (sequence, _) = next(iter(published.items()))
        msg = (
            f"The topic {kafka.topic(topics.STATE)} on {kafka.bootstrap_servers} is ahead of this store for "
            f"{len(published)} trials (for example {trial_id}: change {sequence} was published, and not by this store). "
            f"The store was lost or restored; consumers would drop its changes as stale. Nothing was published. "
            f"Take the sequences from the topic with `trialwire replay --reseed`, then publish."
        )
        raise ContractError(msg)

"""Creates missing topics if allowed, and rejects topics whose layout breaks the event contract.

The layout of a topic is its number of partitions and replicas, and its configuration.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from trialwire.delivery.event import topics
from trialwire.schemas.errors import ContractError, StopError

if TYPE_CHECKING:
    from trialwire.delivery.kafka.seam import Cluster
    from trialwire.delivery.kafka.settings import KafkaSettings

USUAL_REPLICATION: Final = 3


def ensure(cluster: Cluster, kafka: KafkaSettings) -> None:
    """Check that every topic exists with its layout (partitions, configuration); create it if that is allowed.

    Raises StopError for missing topics, ContractError for wrong layouts.
    """
    names = {kafka.topic(topic): topic for topic in topics.TOPICS}
    found = cluster.layouts(list(names))
    wrong = [
        f"{name} has {said}" for name, layout in found.items() if (said := topics.disagreement(names[name], layout))
    ]
    if wrong:
        msg = (
            f"Topics on {kafka.bootstrap_servers} differ from the event contract: "
            f"{'; '.join(wrong)}. Recreate them, or choose another TRIALWIRE_KAFKA__TOPIC_PREFIX."
        )
        raise ContractError(msg)
    absent = {name: topic for name, topic in names.items() if name not in found}
    if absent and not kafka.create_topics:
        msg = (
            f"These topics are missing on {kafka.bootstrap_servers}: {', '.join(absent)}. Create them with "
            f"{topics.PARTITIONS} partitions, or set TRIALWIRE_KAFKA__CREATE_TOPICS=true."
        )
        raise StopError(msg)
    if absent:
        factor = kafka.replication_factor or min(USUAL_REPLICATION, cluster.brokers())
        layouts = {name: topics.wanted(topic, factor, kafka.max_inline_bytes) for name, topic in absent.items()}
        cluster.create(layouts)

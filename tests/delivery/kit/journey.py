"""One outbox on its way to a real cluster, with a fault in the middle and the checker at the end."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from tests.delivery.conftest import KafkaUnderTest
from tests.delivery.kit.checker import Verdict, judge, records_of
from tests.delivery.kit.outbox_twin import MemoryOutbox, filled
from trialwire.delivery.event import topics
from trialwire.delivery.kafka import publisher as kafka_publisher
from trialwire.delivery.kafka.client import KafkaCluster

if TYPE_CHECKING:
    from collections.abc import Callable

    from trialwire.delivery.kafka.settings import KafkaSettings

TRIALS, CHANGES = 30, 4
PACE = replace(kafka_publisher.PACE, silence_seconds=1.0, window_rows=40, in_flight_trials=8, drain_seconds=2.0)


@dataclass
class Journey:
    """`kafka`: how it is published. `directly`: how the topic is read, past what may be broken."""

    kafka: KafkaSettings
    directly: KafkaSettings
    outbox: MemoryOutbox = field(default_factory=lambda: filled(TRIALS, CHANGES))
    cures: list[threading.Timer] = field(default_factory=list)

    def later(self, seconds: float, cure: Callable[[], object]) -> None:
        """The end of a fault, while the publisher works."""
        self.cures.append(threading.Timer(seconds, cure))
        self.cures[-1].start()

    def publish(
        self, *, after: int = 0, fault: Callable[[], None] = lambda: None, deadline: float = 400
    ) -> kafka_publisher.PublishReport:
        """Publish, with a fault once `after` changes are acknowledged. Returns when every cure is over too."""
        told = 0

        def count(more: int) -> None:
            nonlocal told
            if told < after <= told + more:
                fault()
            told += more

        try:
            return kafka_publisher.publish(
                self.outbox, self.kafka, progress=count, deadline_seconds=deadline, pace=PACE
            )
        finally:
            for cure in self.cures:
                cure.join()

    def verdict(self) -> Verdict:
        """What the checker says of the topic."""
        parked = [item.row for item in self.outbox.parked.get(self.kafka.destination, ())]
        log = records_of(KafkaUnderTest(KafkaCluster(self.directly), self.directly), topics.EVENTS)
        return judge(self.outbox.rows, parked, log)

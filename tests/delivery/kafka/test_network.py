"""The publisher over a network that fails between it and a real broker. Each row of the fault table ends with the checker."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from tests.delivery.conftest import LEAVES_SOCKETS
from tests.delivery.kit.checker import WELL
from tests.delivery.kit.journey import CHANGES, TRIALS, Journey
from trialwire.schemas.errors import RetryLaterError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.delivery.kit.guarded_broker import GuardedBroker
    from tests.delivery.kit.line import Line

pytestmark = [pytest.mark.kafka, *LEAVES_SOCKETS]


def journey_over(broker: GuardedBroker, name: str) -> Journey:
    """Over the line, under a topic prefix of its own."""
    prefix = f"{name}."
    return Journey(replace(broker.over_line, topic_prefix=prefix), replace(broker.plain, topic_prefix=prefix))


@pytest.fixture
def line(guarded: GuardedBroker) -> Iterator[Line]:
    yield guarded.line
    guarded.line.down = guarded.line.deaf = False
    guarded.line.delay_seconds = 0.0


def test_row_1_an_outage_of_the_whole_cluster_is_waited_out_or_put_off(guarded: GuardedBroker, line: Line) -> None:
    journey = journey_over(guarded, "row-1")
    line.down = True
    with pytest.raises(RetryLaterError, match="Nothing is lost"):
        journey.publish()
    assert journey.outbox.state(journey.kafka.destination).pending == TRIALS * CHANGES

    taken = 0

    def outage() -> None:
        nonlocal taken
        line.down, taken = True, line.taken
        line.cut()
        journey.later(4.0, lambda: setattr(line, "down", False))

    line.down = False
    report = journey.publish(after=30, fault=outage)
    assert report.pending == 0
    assert line.taken > taken, "it was connected anew"
    assert replace(journey.verdict(), dup_raw=0) == WELL


def test_row_4_a_flapping_cluster_loses_and_disorders_nothing(guarded: GuardedBroker, line: Line) -> None:
    journey = journey_over(guarded, "row-4")

    left: list[int] = []

    def flap() -> None:
        for _ in range(5):
            line.down = not line.down
            line.cut()
            time.sleep(0.7)
            left.append(journey.outbox.state(journey.kafka.destination).pending)

    def flapping() -> None:
        line.down = True
        line.cut()
        line.delay_seconds = 0.05  # slow enough to be still under way when it goes down again
        journey.later(0.7, flap)

    report = journey.publish(after=10, fault=flapping)
    assert left[1] > 0, "it went down again before all was published"
    assert report.pending == 0
    assert replace(journey.verdict(), dup_raw=0) == WELL


def test_row_5_acknowledgements_lost_on_the_way_cost_repeats_that_nobody_applies(
    guarded: GuardedBroker, line: Line
) -> None:
    journey = journey_over(guarded, "row-5")

    def deafen() -> None:
        line.deaf = True
        journey.later(2.5, lambda: (setattr(line, "deaf", False), line.cut()))

    report = journey.publish(after=30, fault=deafen)
    assert report.rebuilds >= 1, "a producer that hears nothing is thrown away"
    found = journey.verdict()
    assert found.dup_raw >= 1, "what had arrived was sent again"
    assert replace(found, dup_raw=0) == WELL


def test_row_6_a_broker_slower_than_our_patience_gets_everything_in_order(guarded: GuardedBroker, line: Line) -> None:
    journey = journey_over(guarded, "row-6")

    def slow() -> None:
        line.delay_seconds = 0.9
        journey.later(12.0, lambda: setattr(line, "delay_seconds", 0.0))

    report = journey.publish(after=30, fault=slow)
    assert report.rebuilds >= 1, "it was slower than a producer is given"
    assert replace(journey.verdict(), dup_raw=0) == WELL

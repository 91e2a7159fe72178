"""`trialwire watch`: prints new events of the topics."""

from __future__ import annotations

from trialwire.pipeline import console, servers, settings
from trialwire.pipeline.signals import stopped_by_signals


def watch(*, from_start: bool, limit: int | None, as_json: bool) -> None:
    """Print new events of the topics, until a signal arrives or `limit` events are printed.

    `from_start`: begin at the oldest event that Kafka still has.
    """
    from trialwire.delivery.kafka import reader

    with stopped_by_signals() as stop:
        for event in reader.watch(servers.kafka(settings.load()), from_start=from_start, limit=limit, stop=stop):
            if as_json:
                console.line(event.document())
            else:
                console.stdout.print(event.sentence(), markup=False)

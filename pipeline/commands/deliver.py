"""`trialwire publish` and `trialwire load`: deliver the pending changes, and print the reports."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trialwire.pipeline import console, deliver, open_store, servers, settings
from trialwire.pipeline.deliver import Delivered
from trialwire.pipeline.signals import stopped_by_signals
from trialwire.schemas.errors import UsageError

if TYPE_CHECKING:
    from trialwire.pipeline.settings import Settings


def publish(*, follow: bool, as_json: bool) -> None:
    """Deliver the pending changes once. With `follow`, publish all new changes to Kafka until SIGTERM or Ctrl-C."""
    chosen = settings.load()
    console.say(settings.told(chosen))
    if follow:
        _follow(chosen)
    else:
        done = deliver.run(chosen, "publish")
        _print(done, as_json=as_json, next_step="see the events: trialwire watch --from-start --limit 5")


def _follow(chosen: Settings) -> None:
    """Publish new changes and heartbeats to Kafka until a signal. Other destinations do not support this."""
    from trialwire.delivery.kafka import publisher

    with open_store.opened(chosen) as store, stopped_by_signals() as stop:
        console.say("Publishing new changes and heartbeats to Kafka; Ctrl-C stops.")
        if chosen.folder.path:
            console.say(f"{chosen.folder.path} is not followed: `trialwire publish` without --follow writes it.")
        publisher.follow(store.outbox, servers.kafka(chosen), stop=stop)


def load(*, from_kafka: bool, verify: bool, as_json: bool) -> None:
    """Load the configured FHIR servers from the outbox, or with `from_kafka` from the events topic.

    With `verify`, nothing is loaded: the resources on the servers are read and compared with the outbox.
    """
    if from_kafka and verify:
        msg = "--verify compares with the outbox and writes nothing, --from-kafka writes: say one of the two."
        raise UsageError(msg)
    chosen = settings.load()
    done = Delivered(deliver.load_from_kafka(chosen)) if from_kafka else deliver.run(chosen, "load", verify=verify)
    _print(done, as_json=as_json, next_step="check what is there: trialwire load --verify")


def _print(done: Delivered, *, as_json: bool, next_step: str) -> None:
    """Print the reports, then raise the failures."""
    if as_json:
        if done.reports:
            console.document(done.reports)
    else:
        for kind, report in done.reports.items():
            facts = ", ".join(
                f"{name.replace('_', ' ')} {value}" for name, value in report.items() if value not in ({}, [], ())
            )
            console.stdout.print(f"{kind}: {facts}", markup=False)
    done.all_reports()
    if not as_json:
        console.stdout.print(f"next: {next_step}")

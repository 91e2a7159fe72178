"""`trialwire publish`, `load` and `watch`: each destination is a cursor over the change log of the store."""

from __future__ import annotations

import signal
import threading
from collections.abc import Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Any

from trialwire.pipeline import console, destinations, open_store, settings
from trialwire.pipeline.outbox_rendering import RenderingOutbox
from trialwire.schemas.errors import RetryLaterError, SettingError, StopError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from trialwire.pipeline.settings import Settings
    from trialwire.schemas.errors import TrialwireError

PARKED_COMMAND = "trialwire held parked"
NO_SERVER = (
    "No FHIR server is set. Set TRIALWIRE_FHIR__R4__BASE_URL or TRIALWIRE_FHIR__R5__BASE_URL, or run `trialwire up`."
)


@dataclass
class Delivered:
    """What a run came to: the report of each destination by its kind, and what kept the others from theirs."""

    reports: dict[str, dict[str, Any]] = field(default_factory=dict)
    failures: list[TrialwireError] = field(default_factory=list)

    @contextmanager
    def trying(self) -> Iterator[None]:
        """One destination: what stops it stops no other."""
        try:
            yield
        except (StopError, RetryLaterError) as error:
            self.failures.append(error)

    def raised(self) -> dict[str, dict[str, Any]]:
        """The reports. Raises what went wrong, all of it in one: what needs a person before what needs only time."""
        if self.failures:
            worst = next((error for error in self.failures if isinstance(error, StopError)), self.failures[0])
            raise type(worst)("\n".join(str(error) for error in self.failures))
        return self.reports


def publish_once(chosen: Settings) -> dict[str, Any]:
    """Drain the outbox to Kafka and to the folder, as far as each is set. Returns a report per destination."""
    return _publish(chosen).raised()


def _publish(chosen: Settings) -> Delivered:
    from trialwire.delivery import folder
    from trialwire.delivery.kafka import publisher as kafka_publisher

    done = Delivered()
    with open_store.opened(chosen) as store:
        if chosen.folder.path:
            with done.trying():
                report = folder.publish(store.outbox, chosen.folder.path, fhir_version=chosen.kafka.fhir_version)
                done.reports[folder.KIND] = _counted(report)
        if chosen.kafka.bootstrap_servers or not chosen.folder.path:
            with done.trying():
                kafka = destinations.kafka(chosen)
                with console.progress("publishing", store.outbox.state(kafka.destination).pending) as tick:
                    published = kafka_publisher.publish(
                        store.outbox, kafka, deadline_seconds=chosen.kafka.deadline_seconds, progress=tick
                    )
                done.reports[kafka.kind] = _counted(published)
    return done


def publish(*, follow: bool, as_json: bool) -> None:
    """Publish once, or stay and follow until SIGTERM or Ctrl-C."""
    chosen = settings.load()
    console.say(settings.told(chosen))
    if follow:
        from trialwire.delivery.kafka import publisher as kafka_publisher

        with open_store.opened(chosen) as store, stopped_by_signals() as stop:
            console.say("Publishing to Kafka as changes come, with heartbeats; Ctrl-C stops.")
            if chosen.folder.path:
                console.say(f"{chosen.folder.path} is not followed: `trialwire publish` without --follow writes it.")
            kafka_publisher.follow(store.outbox, destinations.kafka(chosen), stop=stop)
        return
    _tell(_publish(chosen), as_json=as_json, next_step="see the events: trialwire watch --from-start --limit 5")


def load_once(chosen: Settings, *, only: str | None = None, verify: bool = False) -> dict[str, Any]:
    """Load (or verify) every FHIR server that is set. One that fails does not keep another from being loaded."""
    return _load(chosen, only=only, verify=verify).raised()


def _load(chosen: Settings, *, only: str | None, verify: bool) -> Delivered:
    from trialwire.delivery.fhir import loader as fhir_loader

    servers = [server for server in destinations.fhir_servers(chosen) if only in {None, server.fhir_version}]
    if not servers:
        raise SettingError(NO_SERVER)
    done = Delivered()
    with open_store.opened(chosen) as store:
        outbox = RenderingOutbox(store, chosen)
        for server in servers:
            pending = store.outbox.state(server.destination).pending
            with done.trying(), console.progress(f"{server.fhir_version} server", pending) as tick:
                report = (
                    fhir_loader.verify(outbox, server, progress=tick)
                    if verify
                    else fhir_loader.load(
                        outbox, server, deadline_seconds=_deadline(chosen, server.fhir_version), progress=tick
                    )
                )
                done.reports[server.kind] = _counted(report)
    return done


def load(*, from_kafka: bool, verify: bool, as_json: bool) -> None:
    """Load FHIR servers from the outbox, or from the events topic."""
    if from_kafka and verify:
        msg = "--verify compares with the outbox and writes nothing, --from-kafka writes: say one of the two."
        raise UsageError(msg)
    chosen = settings.load()
    done = Delivered(load_from_kafka(chosen)) if from_kafka else _load(chosen, only=None, verify=verify)
    _tell(done, as_json=as_json, next_step="check what is there: trialwire load --verify")


def load_from_kafka(chosen: Settings) -> dict[str, Any]:
    """Load the server of the version that the events carry. Raises ContractError when only another one is set."""
    from trialwire.delivery import kafka_to_fhir

    kafka, servers = destinations.kafka(chosen), destinations.fhir_servers(chosen)
    if not servers:
        raise SettingError(NO_SERVER)
    carried = [server for server in servers if server.fhir_version == kafka.fhir_version]
    with stopped_by_signals() as stop:
        return {
            server.kind: _counted(kafka_to_fhir.load_from_kafka(kafka, server, stop=stop))
            for server in carried or servers
        }


def watch(*, from_start: bool, limit: int | None, as_json: bool) -> None:
    """Tail the topics until Ctrl-C or the limit."""
    from trialwire.delivery.kafka import reader as kafka_reader

    with stopped_by_signals() as stop:
        for event in kafka_reader.watch(
            destinations.kafka(settings.load()), from_start=from_start, limit=limit, stop=stop
        ):
            if as_json:
                console.line(event.document())
            else:
                console.stdout.print(event.sentence(), markup=False)


@contextmanager
def stopped_by_signals() -> Iterator[threading.Event]:
    """An Event that SIGTERM and Ctrl-C set, so that work in a window is drained and not cut."""
    stop = threading.Event()
    before = {name: signal.signal(name, lambda *_: stop.set()) for name in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield stop
    finally:
        for name, handler in before.items():
            signal.signal(name, handler)


def _counted(report: Any) -> dict[str, Any]:
    """A report as plain values; `asdict` would count the pairs of a Counter instead of copying it."""
    values = {one.name: getattr(report, one.name) for one in fields(report)}
    told = {name: dict(value) if isinstance(value, Mapping) else value for name, value in values.items()}
    return told | ({"parked_is_listed_by": PARKED_COMMAND} if told.get("parked") else {})


def _deadline(chosen: Settings, fhir_version: str) -> float:
    return (chosen.fhir.r4 if fhir_version == "R4" else chosen.fhir.r5).deadline_seconds


def _tell(done: Delivered, *, as_json: bool, next_step: str) -> None:
    """Tell what was done, then raise what was not."""
    if as_json:
        if done.reports:
            console.document(done.reports)
    else:
        for kind, report in done.reports.items():
            facts = ", ".join(
                f"{name.replace('_', ' ')} {value}" for name, value in report.items() if value not in ({}, [], ())
            )
            console.stdout.print(f"{kind}: {facts}", markup=False)
    done.raised()
    if not as_json:
        console.stdout.print(f"next: {next_step}")

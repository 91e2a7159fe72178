"""`trialwire publish`, `load` and `watch`: each destination is a cursor over the change log of the store."""

from __future__ import annotations

import signal
import threading
from collections.abc import Mapping
from contextlib import contextmanager
from dataclasses import fields
from typing import TYPE_CHECKING, Any

from pipeline import console, destinations, settings, state
from pipeline.outbox_rendering import RenderingOutbox
from schemas.errors import RetryLaterError, SettingError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.settings import Settings

NO_SERVER = (
    "No FHIR server is set. Set TRIALWIRE_FHIR__R4__BASE_URL or TRIALWIRE_FHIR__R5__BASE_URL, or run `trialwire up`."
)


def publish_once(chosen: Settings) -> dict[str, Any]:
    """Drain the outbox to Kafka and to the folder, as far as each is set. Returns a report per destination."""
    from delivery import folder, kafka_publisher

    reports: dict[str, Any] = {}
    with state.opened(chosen) as store:
        if chosen.folder.path:
            reports["folder"] = _counted(
                folder.publish(store, chosen.folder.path, fhir_version=chosen.kafka.fhir_version)
            )
        if chosen.kafka.bootstrap_servers or not chosen.folder.path:
            with console.progress("publishing", store.state("kafka").pending) as tick:
                report = kafka_publisher.publish(
                    store, destinations.kafka(chosen), deadline_seconds=chosen.kafka.deadline_seconds, progress=tick
                )
            reports["kafka"] = _counted(report)
    return reports


def publish(*, follow: bool, as_json: bool) -> None:
    """Publish once, or stay and follow until SIGTERM or Ctrl-C."""
    chosen = settings.load()
    if follow:
        from delivery import kafka_publisher

        with state.opened(chosen) as store, stopped_by_signals() as stop:
            console.say("Publishing as changes come, with heartbeats; Ctrl-C stops.")
            kafka_publisher.follow(store, destinations.kafka(chosen), stop=stop)
        return
    reports = publish_once(chosen)
    _tell(reports, as_json=as_json, next_step="see the events: trialwire watch --from-start --limit 5")


def load_once(chosen: Settings, *, only: str | None = None, verify: bool = False) -> dict[str, Any]:
    """Load (or verify) every FHIR server that is set. One that is down does not keep another from being loaded."""
    from delivery import fhir_loader

    servers = [server for server in destinations.fhir_servers(chosen) if only in {None, server.fhir_version}]
    if not servers:
        raise SettingError(NO_SERVER)
    reports: dict[str, Any] = {}
    down: list[RetryLaterError] = []
    with state.opened(chosen) as store:
        outbox = RenderingOutbox(store, chosen)
        for server in servers:
            try:
                with console.progress(f"{server.fhir_version} server", store.state(server.destination).pending) as tick:
                    report = (
                        fhir_loader.verify(outbox, server, progress=tick)
                        if verify
                        else fhir_loader.load(
                            outbox, server, deadline_seconds=_deadline(chosen, server.fhir_version), progress=tick
                        )
                    )
                reports[server.destination] = _counted(report)
            except RetryLaterError as error:
                down.append(error)
    if down:
        raise RetryLaterError("\n".join(str(error) for error in down))
    return reports


def load(*, from_kafka: bool, verify: bool, as_json: bool) -> None:
    """Load FHIR servers from the outbox, or from the events topic."""
    chosen = settings.load()
    reports = load_from_kafka(chosen) if from_kafka else load_once(chosen, verify=verify)
    _tell(reports, as_json=as_json, next_step="check what is there: trialwire load --verify")


def load_from_kafka(chosen: Settings) -> dict[str, Any]:
    """Load the server of the version that the events carry. Raises ContractError when only another one is set."""
    from delivery import kafka_loader

    kafka, servers = destinations.kafka(chosen), destinations.fhir_servers(chosen)
    if not servers:
        raise SettingError(NO_SERVER)
    carried = [server for server in servers if server.fhir_version == kafka.fhir_version]
    with stopped_by_signals() as stop:
        return {
            server.destination: _counted(kafka_loader.load_from_kafka(kafka, server, stop=stop))
            for server in carried or servers
        }


def watch(*, from_start: bool, limit: int | None, as_json: bool) -> None:
    """Tail the topics until Ctrl-C or the limit."""
    from delivery import kafka_reader

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
    values = {field.name: getattr(report, field.name) for field in fields(report)}
    return {name: dict(value) if isinstance(value, Mapping) else value for name, value in values.items()}


def _deadline(chosen: Settings, fhir_version: str) -> float:
    return (chosen.fhir.r4 if fhir_version == "R4" else chosen.fhir.r5).deadline_seconds


def _tell(reports: dict[str, Any], *, as_json: bool, next_step: str) -> None:
    if as_json:
        console.document(reports)
        return
    for destination, report in reports.items():
        facts = ", ".join(
            f"{name.replace('_', ' ')} {value}" for name, value in report.items() if value not in ({}, [], ())
        )
        console.stdout.print(f"{destination}: {facts}", markup=False)
    console.stdout.print(f"next: {next_step}")

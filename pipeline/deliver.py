"""Delivers the pending changes of the store to every configured destination.

Each destination has a cursor: the position in the outbox (the list of all changes) up to which it received changes.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Any

from trialwire.pipeline import console, destinations, open_store, servers
from trialwire.pipeline.signals import stopped_by_signals
from trialwire.schemas.errors import RetryLaterError, SettingError, StopError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from trialwire.pipeline.settings import Settings

PARKED_COMMAND = "trialwire held parked"


@dataclass
class Delivered:
    """The result of a delivery run: the reports by kind of destination, and the errors of failed destinations."""

    reports: dict[str, dict[str, Any]] = field(default_factory=dict)
    failures: list[StopError | RetryLaterError] = field(default_factory=list)

    @contextmanager
    def trying(self) -> Iterator[None]:
        """Catch and record an error inside the `with` block (one delivery), so that the other deliveries continue."""
        try:
            yield
        except (StopError, RetryLaterError) as error:
            self.failures.append(error)

    def all_reports(self) -> dict[str, dict[str, Any]]:
        """Return the reports by kind of destination.

        If a delivery failed, raises one error with the messages of all failures.
        """
        if self.failures:
            raise self.one_error()
        return self.reports

    def one_error(self) -> StopError | RetryLaterError:
        """Combine all failures into one error.

        The error has the class (and exit code) of the first StopError or, if there is none, of the first failure.
        """
        worst = next((error for error in self.failures if isinstance(error, StopError)), self.failures[0])
        same_class = type(worst)
        return same_class("\n".join(str(error) for error in self.failures))


def publish_once(chosen: Settings) -> dict[str, Any]:
    """Deliver pending changes to every configured destination of `trialwire publish`. Returns the reports by kind."""
    return run(chosen, "publish").all_reports()


def load_once(chosen: Settings, *, kind: str | None = None, verify: bool = False) -> dict[str, Any]:
    """Load every configured destination of `trialwire load`, or only that of `kind`. Returns the reports by kind.

    With `verify`, nothing is loaded: the destinations are read and compared with the outbox.
    """
    return run(chosen, "load", kind=kind, verify=verify).all_reports()


def run(chosen: Settings, command: str, *, kind: str | None = None, verify: bool = False) -> Delivered:
    """Deliver pending changes to the destinations of a command ("publish" or "load"), or verify them.

    Raises SettingError if no destination is configured.
    """
    asked = {
        name: row
        for name, row in destinations.chosen_rows(chosen).items()
        if row.command == command and kind in {None, row.kind}
    }
    if not asked:
        raise SettingError(destinations.not_set(command))
    if verify and not any(row.verify for row in asked.values()):
        msg = f"Nothing can be verified: {', '.join(asked)} cannot be read back."
        raise UsageError(msg)
    done = Delivered()
    with open_store.opened(chosen) as store:
        for name, row in asked.items():
            work = row.verify if verify else row.deliver
            if work is None:
                continue
            outbox = row.outbox(store, chosen) if row.outbox else store.outbox
            pending = store.outbox.state(name).pending
            with done.trying(), console.progress(row.title, pending) as tick:
                done.reports[row.kind] = counted(work(outbox, chosen, tick))
    return done


def load_from_kafka(chosen: Settings) -> dict[str, Any]:
    """Load the FHIR server that has the FHIR version of the events. Returns the reports by kind.

    Raises ContractError if only a server of the other FHIR version is configured.
    """
    from trialwire.delivery import kafka_to_fhir

    kafka, fhir = servers.kafka(chosen), servers.fhir_servers(chosen)
    if not fhir:
        raise SettingError(destinations.not_set("load"))
    carried = [server for server in fhir if server.fhir_version == kafka.fhir_version]
    with stopped_by_signals() as stop:
        return {
            server.kind: counted(kafka_to_fhir.load_from_kafka(kafka, server, stop=stop)) for server in carried or fhir
        }


def counted(report: Any) -> dict[str, Any]:
    """Return a report (a dataclass) as a dict of plain values. A Counter in the report becomes a dict.

    `dataclasses.asdict` is not used, because it gives wrong results for a Counter.
    """
    values = {one.name: getattr(report, one.name) for one in fields(report)}
    plain = {name: dict(value) if isinstance(value, Mapping) else value for name, value in values.items()}
    return plain | ({"parked_is_listed_by": PARKED_COMMAND} if plain.get("parked") else {})

"""The table of all kinds of destinations, and the choice of those that the settings configure.

Deliveries and checks run in table order. The folder is first because it needs no server.
"""

from __future__ import annotations

from functools import cache, partial
from typing import TYPE_CHECKING, Any

from trialwire.pipeline import entry_points, servers
from trialwire.schemas.destination import ENTRY_POINTS, Destination, Step
from trialwire.schemas.errors import SettingError, StopError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from trialwire.changes.store import Store
    from trialwire.delivery.fhir.settings import FhirSettings
    from trialwire.pipeline.settings import Settings
    from trialwire.schemas.destination import Progress
    from trialwire.schemas.event import FhirVersion
    from trialwire.schemas.outbox import Outbox


def _folder_name(chosen: Settings) -> str | None:
    from trialwire.delivery import folder

    return folder.destination(chosen.folder.path) if chosen.folder.path else None


def _folder_deliver(outbox: Outbox, chosen: Settings, progress: Progress) -> Any:
    from trialwire.delivery import folder

    del progress  # each page of changes is written as a whole
    if chosen.folder.path is None:
        raise SettingError(not_set("publish"))
    return folder.publish(
        outbox, chosen.folder.path, fhir_version=chosen.kafka.fhir_version, mode=int(chosen.folder.mode, 8)
    )


def _folder_check(chosen: Settings) -> Iterator[Step]:
    path = chosen.folder.path
    if path is None:
        return
    probe = path / ".doctor"
    try:
        path.mkdir(parents=True, exist_ok=True)
        probe.write_bytes(b"")
        probe.unlink()
    except OSError as error:
        yield Step("folder", "writable", ok=False, detail=str(error))
    else:
        yield Step("folder", "writable", ok=True, detail=str(path))


def _kafka_name(chosen: Settings) -> str | None:
    return servers.kafka(chosen).destination if chosen.kafka.bootstrap_servers else None


def _kafka_deliver(outbox: Outbox, chosen: Settings, progress: Progress) -> Any:
    from trialwire.delivery.kafka import publisher

    deadline = chosen.kafka.deadline_seconds
    return publisher.publish(outbox, servers.kafka(chosen), deadline_seconds=deadline, progress=progress)


def _kafka_check(chosen: Settings) -> Iterator[Step]:
    if not chosen.kafka.bootstrap_servers:
        yield Step("kafka", "set", ok=None, detail="not set: no events are published")
        return
    from trialwire.delivery.kafka import check

    for step, ok, detail in check.steps(servers.kafka(chosen)):
        yield Step("kafka", step, ok=ok, detail=detail)


def _kafka_ahead(_outbox: Outbox, chosen: Settings) -> Iterator[tuple[str, int]]:
    from trialwire.delivery.kafka import reader

    return reader.latest_sequences(servers.kafka(chosen))


def _fhir_server(version: FhirVersion, chosen: Settings) -> FhirSettings:
    server = servers.fhir_server(chosen, version)
    if server is None:
        raise SettingError(not_set("load"))
    return server


def _fhir_name(version: FhirVersion, chosen: Settings) -> str | None:
    server = servers.fhir_server(chosen, version)
    return server.destination if server else None


def _fhir_deliver(version: FhirVersion, outbox: Outbox, chosen: Settings, progress: Progress) -> Any:
    from trialwire.delivery.fhir import loader

    deadline = servers.fhir_section(chosen, version).deadline_seconds
    return loader.load(outbox, _fhir_server(version, chosen), deadline_seconds=deadline, progress=progress)


def _fhir_verify(version: FhirVersion, outbox: Outbox, chosen: Settings, progress: Progress) -> Any:
    from trialwire.delivery.fhir import loader

    return loader.verify(outbox, _fhir_server(version, chosen), progress=progress)


def _fhir_check(version: FhirVersion, chosen: Settings) -> Iterator[Step]:
    server = servers.fhir_server(chosen, version)
    if server is not None:
        from trialwire.delivery.fhir import check

        for step, ok, detail in check.steps(server):
            yield Step(server.destination, step, ok=ok, detail=detail)
    elif version == "R4" and not servers.fhir_servers(chosen):  # reported once for both versions
        yield Step("fhir", "set", ok=None, detail="no server is set: nothing is loaded")


def _fhir_ahead(version: FhirVersion, outbox: Outbox, chosen: Settings) -> Iterator[tuple[str, int]]:
    from trialwire.delivery.fhir import reseed

    return reseed.ahead_of(outbox, _fhir_server(version, chosen))


def _fhir_outbox(store: Store, chosen: Settings) -> Outbox:
    from trialwire.pipeline.outbox_rendering import RenderingOutbox

    return RenderingOutbox(store, chosen)


def _fhir(version: FhirVersion) -> Destination:
    return Destination(
        kind=f"fhir-{version.lower()}",
        title=f"{version} server",
        command="load",
        setting=f"TRIALWIRE_FHIR__{version}__BASE_URL",
        name=partial(_fhir_name, version),
        deliver=partial(_fhir_deliver, version),
        check=partial(_fhir_check, version),
        outbox=_fhir_outbox,
        verify=partial(_fhir_verify, version),
        takes_parked=True,
        ahead=partial(_fhir_ahead, version),
    )


_SHIPPED = (
    Destination(
        kind="folder",
        title="folder",
        command="publish",
        setting="TRIALWIRE_FOLDER__PATH",
        name=_folder_name,
        deliver=_folder_deliver,
        check=_folder_check,
    ),
    Destination(
        kind="kafka",
        title="Kafka",
        command="publish",
        setting="TRIALWIRE_KAFKA__BOOTSTRAP_SERVERS",
        name=_kafka_name,
        deliver=_kafka_deliver,
        check=_kafka_check,
        takes_parked=True,
        ahead=_kafka_ahead,
    ),
    _fhir("R4"),
    _fhir("R5"),
)


@cache
def rows() -> dict[str, Destination]:
    """Return all rows of the table as kind → destination. Trialwire's own destinations come first.

    Raises StopError if another package adds a destination that cannot be loaded or is not a Destination.
    """
    return entry_points.rows(ENTRY_POINTS, Destination, lambda row: row.kind, _SHIPPED)


def chosen_rows(settings: Settings) -> dict[str, Destination]:
    """Return the configured destinations as cursor name → destination.

    A cursor name identifies a destination in the outbox. It must start with the destination's kind and "@", else
    StopError is raised.
    """
    found: dict[str, Destination] = {}
    for row in rows().values():
        if (name := row.name(settings)) is None:
            continue
        if not name.startswith(f"{row.kind}@"):
            msg = f"The destination {row.kind} names its cursor {name!r}: {row.kind}@… is expected. Correct its function `name`."
            raise StopError(msg)
        found[name] = row
    return found


def not_set(command: str) -> str:
    """Return the error message if no destination is configured for a command."""
    variables = " or ".join(row.setting for row in rows().values() if row.command == command)
    return f"No destination of `trialwire {command}` is set. Set {variables}, or run `trialwire up`."


def named(settings: Settings, given: str, known: Sequence[str]) -> str:
    """Return the cursor name of the destination that the user gave, by full name or by kind (kafka, fhir-r4, folder).

    `known`: the cursor names that are in the outbox. For a kind, the name in `known` that has this kind is returned; if
    several have it, the configured destination is returned. Raises UsageError if this does not give exactly one name.
    """
    if given in known:
        return given
    alike = [name for name in known if name.partition("@")[0] == given]
    chosen = chosen_rows(settings)
    found = [name for name in alike if name in chosen] or alike
    if len(found) == 1:
        return found[0]
    listed = f"Known are: {', '.join(known)}." if known else "Deliver first: trialwire publish, trialwire load."
    which = "Several are of that kind; say which." if alike else "Nothing was ever delivered to it."
    msg = f"{given!r} is not the name of one destination. {which} {listed}"
    raise UsageError(msg)

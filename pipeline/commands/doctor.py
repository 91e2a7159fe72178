"""`trialwire doctor`: every setting with where it came from, then every connection step by step, within seconds."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from trialwire.pipeline import console, destinations, open_store, settings
from trialwire.schemas.errors import TrialwireError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from trialwire.pipeline.settings import Settings


@dataclass(frozen=True, slots=True)
class Step:
    """One thing checked: `ok` is None where there is nothing to check because it is not set."""

    part: str
    step: str
    ok: bool | None
    detail: str


def run(*, as_json: bool) -> int:
    """Check and tell. Returns 0 when everything that is set answers, else 1."""
    chosen = settings.load()
    steps = [step for part in (_settings, _store, _kafka, _fhir, _folder) for step in part(chosen)]
    if as_json:
        console.document({"settings": settings.rows(chosen), "steps": [asdict(step) for step in steps]})
    else:
        console.table("settings", ("variable", "value", "from"), settings.rows(chosen))
        marks = {True: "ok", False: "FAULT", None: "-"}
        console.table(
            "checks", ("part", "step", "", "detail"), [(s.part, s.step, marks[s.ok], s.detail) for s in steps]
        )
    return 1 if any(step.ok is False for step in steps) else 0


def _settings(_chosen: Settings) -> Iterator[Step]:
    for name in settings.unknown_variables():
        yield Step("settings", name, ok=False, detail="no setting has this name; correct it or take it away")


def _store(chosen: Settings) -> Iterator[Step]:
    def check() -> str:
        with open_store.opened(chosen) as store:
            stands = [store.outbox.state(name) for name in store.outbox.destinations()]
        told = [f"{s.destination}: {s.pending} to deliver, {s.parked} parked" for s in stands]
        if any(s.parked for s in stands):
            told.append("why, and how to send it again: trialwire held parked")
        return "; ".join(told) or "open; nothing delivered yet"

    yield _tried("store", "open, schema, outbox", check)


def _kafka(chosen: Settings) -> Iterator[Step]:
    if not chosen.kafka.bootstrap_servers:
        yield Step("kafka", "set", ok=None, detail="not set: no events are published")
        return
    from trialwire.delivery.kafka import check as kafka_check

    for step, ok, detail in kafka_check.steps(destinations.kafka(chosen)):
        yield Step("kafka", step, ok=ok, detail=detail)


def _fhir(chosen: Settings) -> Iterator[Step]:
    servers = destinations.fhir_servers(chosen)
    if not servers:
        yield Step("fhir", "set", ok=None, detail="no server is set: nothing is loaded")
    for server in servers:
        from trialwire.delivery.fhir import check as fhir_check

        for step, ok, detail in fhir_check.steps(server):
            yield Step(server.destination, step, ok=ok, detail=detail)


def _folder(chosen: Settings) -> Iterator[Step]:
    path = chosen.folder.path
    if path is None:
        return

    def check() -> str:
        path.mkdir(parents=True, exist_ok=True)
        probe = path / ".doctor"
        probe.write_bytes(b"")
        probe.unlink()
        return str(path)

    yield _tried("folder", "writable", check)


def _tried(part: str, step: str, check: Callable[[], str]) -> Step:
    try:
        return Step(part, step, ok=True, detail=check())
    except (TrialwireError, OSError) as error:
        return Step(part, step, ok=False, detail=str(error))

"""`trialwire doctor`: prints every setting with its origin, then checks every connection step by step."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trialwire.pipeline import console, destinations, open_store, settings
from trialwire.schemas.destination import Step
from trialwire.schemas.errors import TrialwireError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from trialwire.pipeline.settings import Settings


def run(*, as_json: bool) -> int:
    """Check all settings and connections and print the results. Returns the exit code.

    The exit code is 1 if a setting is unknown or a check failed, else 0.
    """
    chosen = settings.load()
    steps = [step for part in (_settings, _store, _destinations) for step in part(chosen)]
    if as_json:
        console.document({"settings": settings.rows(chosen), "steps": [step._asdict() for step in steps]})
    else:
        console.table("settings", ("variable", "value", "from"), settings.rows(chosen))
        marks = {True: "ok", False: "FAULT", None: "-"}
        console.table(
            "checks", ("part", "step", "", "detail"), [(s.part, s.step, marks[s.ok], s.detail) for s in steps]
        )
    return 1 if any(step.ok is False for step in steps) else 0


def _settings(_chosen: Settings) -> Iterator[Step]:
    for name in settings.unknown_variables():
        yield Step("settings", name, ok=False, detail="no setting has this name; correct or remove it")


def _store(chosen: Settings) -> Iterator[Step]:
    def check() -> str:
        with open_store.opened(chosen) as store:
            stands = [store.outbox.state(name) for name in store.outbox.destinations()]
        told = [f"{s.destination}: {s.pending} to deliver, {s.parked} parked" for s in stands]
        if any(s.parked for s in stands):
            told.append("why, and how to send it again: trialwire held parked")
        return "; ".join(told) or "open; nothing delivered yet"

    yield _tried("store", "open, schema, outbox", check)


def _destinations(chosen: Settings) -> Iterator[Step]:
    for row in destinations.rows().values():
        yield from row.check(chosen)


def _tried(part: str, step: str, check: Callable[[], str]) -> Step:
    try:
        return Step(part, step, ok=True, detail=check())
    except (TrialwireError, OSError) as error:
        return Step(part, step, ok=False, detail=str(error))

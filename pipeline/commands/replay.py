"""`trialwire replay`: delivers changes again, makes all Bundles again (remap), or repairs a lost store (reseed)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from trialwire.pipeline import console, destinations, open_store, settings
from trialwire.pipeline.remap import remap_all
from trialwire.schemas.errors import SettingError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from trialwire.changes.store import Store
    from trialwire.pipeline.remap import RemapSummary
    from trialwire.pipeline.settings import Settings

_SHOWN = 20
_NOTHING_TO_READ = "No destination is set that stores what was delivered. Set TRIALWIRE_KAFKA__BOOTSTRAP_SERVERS or a FHIR server, then reseed."


def replay(*, remap: bool, destination: str | None, reseed: bool, as_json: bool) -> None:
    """Run one of three commands and print the result and the next step.

    `remap`: make all Bundles again with the current mapping. `destination`: deliver every change to this destination
    again. `reseed`: after the store was lost, give new versions higher numbers than those that consumers have. Raises
    UsageError unless exactly one is given.
    """
    if [remap, reseed, destination is not None].count(True) != 1:
        msg = "Use one of --to DESTINATION (deliver again), --remap (render again) or --reseed (after a lost store)."
        raise UsageError(msg)
    chosen = settings.load()
    with open_store.opened(chosen) as store:
        if destination is not None:
            document, told = _again(store, destinations.named(chosen, destination, store.outbox.destinations()))
        elif remap:
            document, told = _remap(store, chosen)
        else:
            document, told = _reseed(store, chosen)
    if as_json:
        console.document(document)
        return
    for line in told:
        console.stdout.print(line, markup=False)


def _again(store: Store, destination: str) -> tuple[dict[str, Any], Iterator[str]]:
    store.outbox.rewind(destination)
    pending = store.outbox.state(destination).pending
    told = (
        f"{destination}: {pending} changes will be delivered again, with the ids they had, marked as snapshots",
        "next: trialwire publish, trialwire load",
    )
    return {"destination": destination, "pending": pending}, iter(told)


def _remap(store: Store, chosen: Settings) -> tuple[dict[str, Any], Iterator[str]]:
    with console.progress("rendering again", None) as tick:
        summary = remap_all(store, chosen, progress=tick)
    return summary.document(), _told(summary)


def _told(summary: RemapSummary) -> Iterator[str]:
    yield f"{summary.read} trials rendered again: {summary.announced} differ and are in the outbox"
    for failure in summary.failed[:_SHOWN]:
        yield f"  {failure['trial_id']} is unchanged: {failure['reasons'][0]['message']}"
    if len(summary.failed) > _SHOWN:
        yield f"  … and {len(summary.failed) - _SHOWN} more (--json lists all)"
    if summary.announced:
        yield "next: trialwire publish, trialwire load"


def _reseed(store: Store, chosen: Settings) -> tuple[dict[str, Any], Iterator[str]]:
    read = {
        name: row.ahead(store.outbox, chosen) for name, row in destinations.chosen_rows(chosen).items() if row.ahead
    }
    if not read:
        raise SettingError(_NOTHING_TO_READ)
    results = [store.reseeding.take_over(pairs, destination=destination) for destination, pairs in read.items()]
    taken_over, announced = sum(one.taken_over for one in results), sum(one.announced for one in results)
    left = sum(1 for _ in store.outbox.taken_over())
    told = [f"{taken_over} trials continue above the versions in {', '.join(read)}; {announced} are in the outbox"]
    if left:
        told.append(f"{left} trials are not in the store: ingest them again, each becomes a snapshot")
    return {"taken_over": taken_over, "announced": announced, "to_ingest": left}, iter(told)

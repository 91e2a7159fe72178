"""`trialwire replay`: deliver again, render again with today's mapping, or go on above what a lost store had published."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING, Any

from trialwire.pipeline import console, destinations, open_store, parallel, rendering, settings
from trialwire.schemas.errors import HoldError, SettingError, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from trialwire.changes.store import Remapped, Store
    from trialwire.pipeline.rendering import CheckedRendition
    from trialwire.pipeline.settings import Settings
    from trialwire.schemas.event import FhirVersion
    from trialwire.schemas.held import Reason
    from trialwire.schemas.outbox import OutboxRow
    from trialwire.schemas.trial import Trial
    from trialwire.transforms.write.bundle import RenderOptions

_AT_ONCE = 500
_SHOWN = 20
_NOTHING_TO_READ = "Nothing is set that knows what was delivered. Set TRIALWIRE_KAFKA__BOOTSTRAP_SERVERS or a FHIR server, then reseed."


@dataclass(frozen=True, slots=True)
class Rendered:
    """One trial rendered again: its Bundles, or why there are none."""

    row: OutboxRow
    renditions: dict[FhirVersion, CheckedRendition]
    reasons: tuple[Reason, ...] = ()


@dataclass
class RemapSummary:
    """What a remap did. A trial that today's mapping cannot render stays as it was."""

    read: int = 0
    announced: int = 0
    failed: list[dict[str, Any]] = field(default_factory=list)

    def document(self) -> dict[str, Any]:
        """The JSON document of `trialwire replay --remap --json`."""
        return {"read": self.read, "announced": self.announced, "failed": self.failed}


def replay(*, remap: bool, destination: str | None, reseed: bool, as_json: bool) -> None:
    """Do the one thing that was asked for, and say what comes next."""
    if remap + reseed + (destination is not None) != 1:
        msg = "Say one of --to DESTINATION (deliver again), --remap (render again) or --reseed (after a lost store)."
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


def remap_all(store: Store, chosen: Settings, *, progress: Callable[[int], None] = lambda _: None) -> RemapSummary:
    """Render the newest version of every trial again, and announce it where a Bundle says something else than before."""
    summary = RemapSummary()
    how = {version: rendering.options(chosen, version) for version in rendering.FHIR_VERSIONS}
    trials = (
        (row, store.history.trial(row.change.trial_id, row.change.sequence)) for row in store.outbox.latest_per_trial()
    )
    stream = parallel.ordered(partial(_render, how=how), trials)
    while batch := list(islice(stream, _AT_ONCE)):
        summary.read += len(batch)
        summary.announced += store.remapping.announce([_remapped(one, chosen) for one in batch if one.renditions])
        summary.failed += [_failure(one) for one in batch if one.reasons]
        progress(len(batch))
    return summary


def _render(item: tuple[OutboxRow, Trial], *, how: dict[FhirVersion, RenderOptions]) -> Rendered:
    row, trial = item
    try:
        return Rendered(row, rendering.checked(trial, how))
    except HoldError as error:
        return Rendered(row, {}, error.reasons)


def _remapped(one: Rendered, chosen: Settings) -> Remapped:
    from trialwire.changes.store import Remapped
    from trialwire.transforms.write.bundle import MAPPING_VERSION

    return Remapped(
        row=one.row,
        renditions=one.renditions,
        status=next(iter(one.renditions.values())).status,
        seen_at=datetime.now(UTC),
        mapping_version=MAPPING_VERSION,
        contacts_included=chosen.contacts == "include",
    )


def _failure(one: Rendered) -> dict[str, Any]:
    reasons = [reason.model_dump(include={"code", "path", "message", "cure"}) for reason in one.reasons]
    return {"trial_id": one.row.change.trial_id, "reasons": reasons}


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
    yield f"{summary.read} trials rendered again: {summary.announced} differ and are announced"
    for failure in summary.failed[:_SHOWN]:
        yield f"  {failure['trial_id']} stays as it was: {failure['reasons'][0]['message']}"
    if len(summary.failed) > _SHOWN:
        yield f"  … and {len(summary.failed) - _SHOWN} more (--json lists all)"
    if summary.announced:
        yield "next: trialwire publish, trialwire load"


def _reseed(store: Store, chosen: Settings) -> tuple[dict[str, Any], Iterator[str]]:
    from trialwire.delivery.fhir import reseed as fhir_reseed
    from trialwire.delivery.kafka import reader as kafka_reader

    read: dict[str, Iterator[tuple[str, int]]] = {}
    if chosen.kafka.bootstrap_servers:
        kafka = destinations.kafka(chosen)
        read[kafka.destination] = kafka_reader.latest_sequences(kafka)
    read |= {
        server.destination: fhir_reseed.ahead_of(store.outbox, server) for server in destinations.fhir_servers(chosen)
    }
    if not read:
        raise SettingError(_NOTHING_TO_READ)
    results = [store.reseeding.take_over(pairs, destination=destination) for destination, pairs in read.items()]
    taken_over, announced = sum(one.taken_over for one in results), sum(one.announced for one in results)
    left = sum(1 for _ in store.outbox.taken_over())
    told = [f"{taken_over} trials go on above what {', '.join(read)} has seen; {announced} are announced at once"]
    if left:
        told.append(f"{left} trials are not known any more: ingest them again, each becomes a snapshot")
    return {"taken_over": taken_over, "announced": announced, "to_ingest": left}, iter(told)

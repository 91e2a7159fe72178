"""`trialwire ingest`: runs an ingest, and prints the result and the next step."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from trialwire.pipeline import console, open_store, registries, settings
from trialwire.pipeline.summary import held_object
from trialwire.schemas.errors import BatchStoppedError

if TYPE_CHECKING:
    from trialwire.pipeline.registries import Asked
    from trialwire.pipeline.summary import IngestSummary


def ingest(asked: Asked, *, accept_odd_batch: bool, as_json: bool) -> None:
    """Run an ingest, print the result and the next step, then raise BatchStoppedError if a batch was stopped."""
    from trialwire.pipeline.ingest import ingest as run

    chosen = settings.load()
    console.say(settings.told(chosen))
    found = registries.found_by(asked, chosen)
    total = registries.count(asked, chosen) if console.stderr.is_terminal else None
    started = time.monotonic()
    with (
        open_store.opened(chosen) as store,
        console.progress("reading, mapping and checking", total) as tick,
    ):
        summary = run(found, store, chosen, progress=tick, accept_odd=accept_odd_batch)
    summary.seconds = time.monotonic() - started
    if as_json:
        console.document(summary.document())
    else:
        _tell(summary)
    if summary.stopped:
        raise BatchStoppedError(summary.stopped)


def _tell(summary: IngestSummary) -> None:
    console.stdout.print(
        f"{summary.read} read: {summary.new} new, {summary.changed} changed, {summary.unchanged} unchanged,"
        f" {summary.held} held ({summary.seconds:.1f} s)"
    )
    for record in summary.held_records[:20]:
        held = held_object(record)
        for reason in held["reasons"]:
            said = f"{reason['message']} {reason['cure']}".rstrip()
            console.stdout.print(
                f"  held {record.id} {console.one_line(record.origin)}: {console.one_line(said)}", markup=False
            )
    if summary.held > 20:
        console.stdout.print(f"  … and {summary.held - 20} more: trialwire held list")
    if summary.findings:
        listed = ", ".join(f"{code} {count}" for code, count in summary.findings.most_common(6))
        console.stdout.print(f"findings: {listed}", markup=False)
    if summary.new or summary.changed:
        console.stdout.print("next: trialwire publish, trialwire load; a single trial: trialwire show NCT…")

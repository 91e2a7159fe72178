"""The functions that Airflow tasks call. They take and return file addresses and counts, never records.

The records are in spool files: NDJSON files that carry records between tasks.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from trialwire.pipeline import console, deliver, destinations, open_store, registries, settings, spool
from trialwire.pipeline.registries import Asked
from trialwire.schemas.errors import BatchStoppedError, StopError

if TYPE_CHECKING:
    from trialwire.pipeline.settings import Settings
    from trialwire.schemas.source import Source

OVERLAP = timedelta(days=1)
"""A query for updates starts one day before the last successful run: the registry dates in its own time zone."""
FIRST_WINDOW = timedelta(days=7)

Counts = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Collected:
    """The batch files of an ingest run (their addresses), and `asked_at`, the start of the query (aware UTC).

    After all batches are written, the next run needs to ask only for records updated since `asked_at`. `asked_at` is
    None if the query was not "everything updated since the last successful run".
    """

    batches: list[str]
    asked_at: datetime | None


def collect(source: Source, params: dict[str, Any], folder: Path, overrides: dict[str, Any]) -> Collected:
    """Fetch the records of an ingest run and write them to spool files (NDJSON files between Airflow tasks)."""
    chosen = _told(overrides)
    asked_at = datetime.now(UTC)
    asked, whole = _asked(source, params, chosen, asked_at.date())
    spool.remove_old(folder.parent, chosen.ingest.spool_days)
    names = spool.write(registries.found_by(asked, chosen), folder, chosen.ingest.batch_size)
    return Collected([str(folder / name) for name in names], asked_at if whole else None)


def process(batch: Path, params: dict[str, Any], overrides: dict[str, Any]) -> Counts:
    """Ingest the records of one spool file and return the counts. Raises BatchStoppedError if a batch check fails."""
    from trialwire.pipeline.ingest import process as run

    chosen = settings.load(overrides)
    try:
        found = list(spool.read(batch))
    except FileNotFoundError:
        msg = f"The batch {batch} no longer exists: its run succeeded, and its records are in the store. Start a new run instead."
        raise StopError(msg) from None
    with open_store.opened(chosen) as store:
        summary = run(found, store, chosen, accept_odd=bool(params.get("accept_odd_batch")))
    if summary.stopped:
        raise BatchStoppedError(summary.stopped)
    return summary.document() | {"held_records": [record.id for record in summary.held_records]}


def seal(counts: list[Counts]) -> Counts:
    """Return the sum of each count over all batches of a run."""
    return {name: sum(count[name] for count in counts) for name in ("read", "new", "changed", "unchanged", "held")}


def finish(
    source: Source, counts: list[Counts], asked_at: datetime | None, folder: Path, overrides: dict[str, Any]
) -> None:
    """Finish a run whose batches were all written: store it as the last successful run, and remove its batch files."""
    chosen = settings.load(overrides)
    if asked_at is not None:
        with open_store.opened(chosen) as store:
            store.runs.record(source.name, asked_at, seal(counts))
    spool.remove(folder)


def publish(overrides: dict[str, Any]) -> Counts:
    """Deliver pending changes to every configured destination of `trialwire publish`. Returns a report for each."""
    return deliver.publish_once(_told(overrides))


def to_load(overrides: dict[str, Any]) -> list[str]:
    """Return the kinds (such as "fhir-r4") of all configured destinations to which `trialwire load` delivers."""
    rows = destinations.chosen_rows(settings.load(overrides)).values()
    return [row.kind for row in rows if row.command == "load"]


def load(kind: str, overrides: dict[str, Any]) -> Counts:
    """Deliver pending changes to the configured destination of this kind and return its report."""
    return deliver.load_once(_told(overrides), kind=kind)


def _told(overrides: dict[str, Any]) -> Settings:
    """Load the settings and print them to the task's log."""
    chosen = settings.load(overrides)
    console.say(settings.told(chosen))
    return chosen


def _asked(source: Source, params: dict[str, Any], chosen: Settings, today: date) -> tuple[Asked, bool]:
    """The query of a run, and whether it covers everything updated since the last successful run.

    Without parameters, it starts at the last successful run minus OVERLAP.
    """
    paths, limit = tuple(Path(path) for path in params.get("paths") or ()), params.get("limit")
    if paths or not source.asks:
        return Asked(paths=paths, limit=limit), False
    nct_ids, query = tuple(params.get("nct") or ()), params.get("query")
    with open_store.opened(chosen) as store:
        last = store.runs.last(source.name)
    due = last.started_at.date() - OVERLAP if last else today - FIRST_WINDOW
    since = date.fromisoformat(params["since"]) if params.get("since") else None
    narrowed = bool(nct_ids or query)
    if since is None and not narrowed:
        since = due
    whole = not narrowed and limit is None and since is not None and since <= due
    asked = Asked(source=source.name, since=since, nct_ids=nct_ids, query=query, limit=limit)
    return asked, whole

"""What each Airflow task calls: pointers and counts in, pointers and counts out; records travel as spool files."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline import commands, deliver, settings, spool, state

if TYPE_CHECKING:
    from pipeline.settings import Settings
    from schemas.source import Source

OVERLAP = timedelta(days=1)
"""A question about updates reaches back one day over the last good run, because the registry dates by its own zone."""
FIRST_WINDOW = timedelta(days=7)

Counts = dict[str, Any]


def collect(source: Source, params: dict[str, Any], folder: Path, overrides: dict[str, Any]) -> list[str]:
    """Find the records of a run and spool them. Returns the addresses of the batches."""
    chosen = settings.load(overrides)
    paths = tuple(Path(path) for path in params.get("paths") or ())
    asked = commands.Asked(paths=paths, limit=params.get("limit"))
    if source.asks and not paths:
        asked = commands.Asked(
            source=source.name,
            since=_since(source, params, chosen),
            nct_ids=tuple(params.get("nct") or ()),
            query=params.get("query"),
            limit=params.get("limit"),
        )
    names = spool.write(commands.found_by(asked, chosen), folder, chosen.ingest.batch_size)
    return [str(folder / name) for name in names]


def process(batch: Path, overrides: dict[str, Any]) -> Counts:
    """Take one spooled batch through the path. Returns its counts."""
    from pipeline.ingest import process as run

    chosen = settings.load(overrides)
    with state.opened(chosen) as store:
        summary = run(list(spool.read(batch)), store, chosen)
    return summary.document() | {"held_records": [record.id for record in summary.held_records]}


def seal(source: Source, counts: list[Counts], started_at: datetime, overrides: dict[str, Any]) -> Counts:
    """Add up the batches of a run and record it. Returns the totals."""
    chosen = settings.load(overrides)
    names = ("read", "new", "changed", "unchanged", "held")
    totals = {name: sum(count[name] for count in counts) for name in names}
    with state.opened(chosen) as store:
        store.record_run(source.name, started_at, totals)
    return totals


def publish(overrides: dict[str, Any]) -> Counts:
    """Drain the outbox to Kafka and to the folder, as far as each is set."""
    return deliver.publish_once(settings.load(overrides))


def fhir_servers(overrides: dict[str, Any]) -> list[str]:
    """The FHIR versions whose servers are set."""
    from pipeline import destinations

    return [server.fhir_version for server in destinations.fhir_servers(settings.load(overrides))]


def load(fhir_version: str, overrides: dict[str, Any]) -> Counts:
    """Load one FHIR server from the outbox."""
    return deliver.load_once(settings.load(overrides), only=fhir_version)


def _since(source: Source, params: dict[str, Any], chosen: Settings) -> date | None:
    """The day to ask from: as given, or the last good run less the overlap. None when single trials are asked for."""
    if params.get("since"):
        return date.fromisoformat(params["since"])
    if params.get("nct") or params.get("query"):
        return None
    with state.opened(chosen) as store:
        last = store.last_run(source.name)
    today = datetime.now(UTC).date()
    return last.started_at.date() - OVERLAP if last else today - FIRST_WINDOW

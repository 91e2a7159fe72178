"""`trialwire ingest` and `trialwire map`: what was asked for, where it is found, and what is said about it."""

from __future__ import annotations

import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline import console, mapping, rendering, settings, state
from pipeline.summary import held_object
from schemas.errors import BatchStoppedError, UsageError
from schemas.source import SOURCES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import date

    from pipeline.settings import Settings
    from pipeline.spool import Found
    from pipeline.summary import IngestSummary
    from schemas.event import FhirVersion
    from sources.clinicaltrials_gov import Query

REGISTRIES = tuple(source.name for source in SOURCES if source.asks)


@dataclass(frozen=True, slots=True)
class Asked:
    """Which records an ingest was asked for: paths, or a question to a registry."""

    paths: tuple[Path, ...] = ()
    source: str | None = None
    since: date | None = None
    nct_ids: tuple[str, ...] = ()
    query: str | None = None
    limit: int | None = None


def found_by(asked: Asked, chosen: Settings) -> Iterator[Found]:
    """The raw records asked for. Raises UsageError for a question that names both, neither or an unknown source."""
    questions = (asked.since, asked.nct_ids, asked.query)
    if asked.paths and (asked.source or any(questions)):
        msg = "Give either paths or --source with --since, --nct or --query, not both."
        raise UsageError(msg)
    if asked.paths:
        from sources import files

        records = files.records(asked.paths, max_bytes=chosen.ingest.max_record_bytes)
        return records if asked.limit is None else _first(records, asked.limit)
    if asked.source not in REGISTRIES:
        msg = f"Name what to ingest: paths, or --source with one of: {', '.join(REGISTRIES)}."
        raise UsageError(msg)
    if not any(questions):
        msg = "Say which records to ask for: --since DATE, --nct NCT… or --query TEXT."
        raise UsageError(msg)
    from sources import clinicaltrials_gov, eclaire

    if asked.source == "eclaire":
        return eclaire.records(_question(asked), base_url=chosen.ingest.eclaire_url or "")
    return clinicaltrials_gov.records(_question(asked), base_url=chosen.ingest.registry_url)


def _question(asked: Asked) -> Query:
    from sources.clinicaltrials_gov import Query

    return Query(since=asked.since, nct_ids=asked.nct_ids, query=asked.query, limit=asked.limit)


def ingest(asked: Asked, *, accept_odd_batch: bool, as_json: bool) -> None:
    """Run an ingest and say what happened and what to do next. Raises BatchStoppedError, after that, for a bad batch."""
    from pipeline.ingest import ingest as run

    chosen = settings.load()
    console.say(settings.told(chosen))
    found = found_by(asked, chosen)
    started = time.monotonic()
    with (
        state.opened(chosen) as store,
        console.progress("reading, mapping and checking", _count(asked, chosen)) as tick,
    ):
        summary = run(found, store, chosen, progress=tick, accept_odd=accept_odd_batch)
    summary.seconds = time.monotonic() - started
    if as_json:
        console.document(summary.document())
    else:
        _tell(summary)
    if summary.stopped:
        raise BatchStoppedError(summary.stopped)


def map_records(paths: Sequence[str], version: FhirVersion, profile: str | None, *, contacts: bool) -> None:
    """Map files, folders, pages or JSON lines of standard input; see pipeline.mapping."""
    from sources import files

    overrides: dict[str, object] = {"contacts": "include"} if contacts else {}
    if profile:
        overrides["profile"] = profile
    chosen = settings.load(overrides)
    if profile == "eclaire" and version != "R4":
        msg = "The ECLAIRE profile is FHIR R4: say --fhir R4 with --profile eclaire."
        raise UsageError(msg)
    if not paths or list(paths) == ["-"]:
        found: Iterable[Found] = files.lines(sys.stdin.buffer, max_bytes=chosen.ingest.max_record_bytes)
    else:
        found = files.records([Path(path) for path in paths], max_bytes=chosen.ingest.max_record_bytes)
    mapping.run(found, version, rendering.options(chosen, version, for_server=True))


def _first(found: Iterator[Found], limit: int) -> Iterator[Found]:
    for number, item in enumerate(found, start=1):
        yield item
        if number == limit:
            return


def _count(asked: Asked, chosen: Settings) -> int | None:
    """How many records there will be, for a progress bar that somebody sees; None where asking would cost too much."""
    from sources import clinicaltrials_gov, files

    if not console.stderr.is_terminal:
        return None
    if asked.paths:
        return files.count(asked.paths)
    if asked.source == "clinicaltrials_gov":
        return clinicaltrials_gov.total(_question(asked), base_url=chosen.ingest.registry_url)
    return asked.limit


def _tell(summary: IngestSummary) -> None:
    console.stdout.print(
        f"{summary.read} read: {summary.new} new, {summary.changed} changed, {summary.unchanged} unchanged,"
        f" {summary.held} held ({summary.seconds:.1f} s)"
    )
    for record in summary.held_records[:20]:
        held = held_object(record)
        for reason in held["reasons"]:
            said = f"{reason['message']} {reason['cure']}".rstrip()
            console.stdout.print(f"  held {record.id} {record.origin}: {said}", markup=False)
    if summary.held > 20:
        console.stdout.print(f"  … and {summary.held - 20} more: trialwire held list")
    if summary.findings:
        listed = ", ".join(f"{code} {count}" for code, count in summary.findings.most_common(6))
        console.stdout.print(f"findings: {listed}", markup=False)
    if summary.new or summary.changed:
        console.stdout.print("next: trialwire publish, trialwire load; a single trial: trialwire show NCT…")

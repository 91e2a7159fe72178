"""The table of sources (registries and folders of pages), and the query of an ingest with the records that it finds.

A page is a saved text of an aggregator site.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from itertools import islice
from typing import TYPE_CHECKING

from trialwire.pipeline import entry_points
from trialwire.schemas.errors import StopError, UsageError
from trialwire.schemas.record import RawRecord
from trialwire.schemas.source import ENTRY_POINTS, Query, Source

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date
    from pathlib import Path

    from trialwire.pipeline.settings import Settings
    from trialwire.schemas.record import Found
    from trialwire.schemas.source import Parse
    from trialwire.sources.registry_http import Limits


def _limits(chosen: Settings) -> Limits:
    from trialwire.sources.registry_http import Limits

    given = chosen.ingest
    return Limits(given.max_answer_bytes, given.answer_seconds, given.run_seconds)


def _studies(query: Query, chosen: Settings) -> Iterator[Found]:
    from trialwire.sources import clinicaltrials_gov

    return clinicaltrials_gov.records(query, base_url=chosen.ingest.registry_url, limits=_limits(chosen))


def _number_of_studies(query: Query, chosen: Settings) -> int:
    from trialwire.sources import clinicaltrials_gov

    return clinicaltrials_gov.total(query, base_url=chosen.ingest.registry_url, limits=_limits(chosen))


def _eclaire(query: Query, chosen: Settings) -> Iterator[Found]:
    from trialwire.sources import eclaire

    return eclaire.records(query, base_url=chosen.ingest.eclaire_url or "", limits=_limits(chosen))


_SHIPPED = (
    Source(
        name="clinicaltrials_gov",
        title="ClinicalTrials.gov, API v2",
        registry="clinicaltrials.gov",
        registry_title="ClinicalTrials.gov",
        schedule="15 4 * * *",
        records=_studies,
        total=_number_of_studies,
    ),
    Source(
        name="eclaire",
        title="ECLAIRE, the French directory of trials (FHIR R4)",
        registry="eclaire",
        registry_title="ECLAIRE",
        records=_eclaire,
    ),
    Source(name="pages", title="Saved pages of aggregator sites"),
)


@cache
def sources() -> dict[str, Source]:
    """Return all sources as name → source. Trialwire's own sources come first.

    Raises StopError if another package adds a source that cannot be loaded or is not a Source.
    """
    return entry_points.rows(ENTRY_POINTS, Source, lambda row: row.name, _SHIPPED)


def source(name: str) -> Source:
    """Return the source with this name. Raises UsageError, with the known names, if the name is unknown."""
    if (row := sources().get(name)) is None:
        msg = f"{name!r} is not a source. Known are: {', '.join(sources())}."
        raise UsageError(msg)
    return row


def titles() -> dict[str, str]:
    """Return the registry names that are written in FHIR, as value of `Trial.registry` → name."""
    return {row.registry: row.registry_title for row in sources().values() if row.registry and row.registry_title}


@dataclass(frozen=True, slots=True)
class Asked:
    """The query of an ingest: which records it reads, from files and folders or from a registry."""

    paths: tuple[Path, ...] = ()
    source: str | None = None
    since: date | None = None
    nct_ids: tuple[str, ...] = ()
    query: str | None = None
    limit: int | None = None


def found_by(asked: Asked, chosen: Settings) -> Iterator[Found]:
    """Yield the raw records that a query finds.

    Raises UsageError if the query has both paths and a source, has neither, or names an unknown source.
    """
    questions = (asked.since, asked.nct_ids, asked.query)
    if asked.paths and (asked.source or any(questions)):
        msg = "Give either paths or --source with --since, --nct or --query, not both."
        raise UsageError(msg)
    if asked.paths:
        from trialwire.sources import files

        return islice(files.records(asked.paths, max_bytes=chosen.ingest.max_record_bytes), asked.limit)
    row = sources().get(asked.source or "")
    if row is None or row.records is None:
        known = ", ".join(name for name, one in sources().items() if one.asks)
        msg = f"Name what to ingest: paths, or --source with one of: {known}."
        raise UsageError(msg)
    if not any(questions):
        msg = "Say which records to ask for: --since DATE, --nct NCT… or --query TEXT."
        raise UsageError(msg)
    return _labelled(row, row.records(_question(asked), chosen))


def count(asked: Asked, chosen: Settings) -> int | None:
    """Return the approximate number of records that a query finds, for a progress bar. None if counting is slow."""
    if asked.paths:
        from trialwire.sources import files

        return files.count(asked.paths)
    total = source(asked.source).total if asked.source else None
    return total(_question(asked), chosen) if total else asked.limit


def _labelled(row: Source, found: Iterable[Found]) -> Iterator[Found]:
    """The records, labelled with their source. Raises StopError for a record with the name of another source."""
    for item in found:
        if item.source not in {None, row.name}:
            msg = f"The source {row.name} gave a record of the source {item.source} ({item.origin}). Correct its function `records`."
            raise StopError(msg)
        yield replace(item, source=row.name) if isinstance(item, RawRecord) and item.source is None else item


def parser(source_name: str | None) -> Parse | None:
    """Return the parse function of a source, or None if the content of a record decides which parser reads it.

    Raises UsageError if the source is unknown.
    """
    return source(source_name).parse if source_name else None


def _question(asked: Asked) -> Query:
    return Query(since=asked.since, nct_ids=asked.nct_ids, query=asked.query, limit=asked.limit)

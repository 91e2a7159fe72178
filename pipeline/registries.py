"""What an ingest asks for, and where the records of that question are found."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from trialwire.schemas.errors import UsageError
from trialwire.schemas.source import SOURCES

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date
    from pathlib import Path

    from trialwire.pipeline.settings import Settings
    from trialwire.pipeline.spool import Found
    from trialwire.sources.clinicaltrials_gov import Query

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
        from trialwire.sources import files

        return islice(files.records(asked.paths, max_bytes=chosen.ingest.max_record_bytes), asked.limit)
    if asked.source not in REGISTRIES:
        msg = f"Name what to ingest: paths, or --source with one of: {', '.join(REGISTRIES)}."
        raise UsageError(msg)
    if not any(questions):
        msg = "Say which records to ask for: --since DATE, --nct NCT… or --query TEXT."
        raise UsageError(msg)
    from trialwire.sources import clinicaltrials_gov, eclaire

    if asked.source == "eclaire":
        return eclaire.records(_question(asked), base_url=chosen.ingest.eclaire_url or "")
    return clinicaltrials_gov.records(_question(asked), base_url=chosen.ingest.registry_url)


def count(asked: Asked, chosen: Settings) -> int | None:
    """How many records the question finds; None where asking would cost too much."""
    from trialwire.sources import clinicaltrials_gov, files

    if asked.paths:
        return files.count(asked.paths)
    if asked.source == "clinicaltrials_gov":
        return clinicaltrials_gov.total(_question(asked), base_url=chosen.ingest.registry_url)
    return asked.limit


def _question(asked: Asked) -> Query:
    from trialwire.sources.clinicaltrials_gov import Query

    return Query(since=asked.since, nct_ids=asked.nct_ids, query=asked.query, limit=asked.limit)

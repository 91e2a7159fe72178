"""The sources, fixed once: their short names are module names, DAG ids, headers and labels alike."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from trialwire.schemas.record import SourceName


@dataclass(frozen=True, slots=True)
class Source:
    """One source. `asks` says whether it is asked by question (a registry) or read from a folder."""

    name: SourceName
    title: str
    asks: bool
    schedule: str | None
    """Cron of its Airflow DAG, UTC; None is by hand or by REST."""


SOURCES: tuple[Source, ...] = (
    Source(name="clinicaltrials_gov", title="ClinicalTrials.gov, API v2", asks=True, schedule="15 4 * * *"),
    Source(name="eclaire", title="ECLAIRE, the French directory of trials (FHIR R4)", asks=True, schedule=None),
    Source(name="pages", title="Saved pages of aggregator sites", asks=False, schedule=None),
)

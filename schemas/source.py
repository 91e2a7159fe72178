"""A source of records: one row that holds its names and its functions, and the question that it answers.

The rows that ship with Trialwire stand in pipeline/registries.py. A site adds its own as entry points, see
docs/adding.md.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from trialwire.schemas.errors import StopError
from trialwire.schemas.record import SOURCE_NAME

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import date

    from trialwire.schemas.held import Finding
    from trialwire.schemas.record import RawRecord, UnreadableRecord
    from trialwire.schemas.trial import Trial

    Parse = Callable[[RawRecord], tuple[Trial, Iterable[Finding]]]

ENTRY_POINTS: Final = "trialwire.sources"


@dataclass(frozen=True, slots=True)
class Query:
    """What to ask a source for. Several conditions narrow each other; `limit` is the largest number of records."""

    since: date | None = None
    nct_ids: tuple[str, ...] = ()
    query: str | None = None
    limit: int | None = None


@dataclass(frozen=True, slots=True)
class Source:
    """One source. Every function imports what it needs when it is called: DAG files read these rows.

    Raises StopError for a name that cannot be one.
    """

    name: str
    """Short name: module name, DAG id, header and label. Lower-case letters, digits and underscores, at most 32."""
    title: str
    """What it is, for people."""
    registry: str | None = None
    """What `Trial.registry` says of its records; None where the records are second-hand."""
    registry_title: str | None = None
    """The name of that registry in FHIR, as the assigner of its numbers."""
    schedule: str | None = None
    """Cron expression of its Airflow DAG, UTC; None: started by hand or by REST."""
    records: Callable[[Query, Any], Iterable[RawRecord | UnreadableRecord]] | None = None
    """(query, settings) → its raw records. None: it cannot be asked, its records come as files."""
    total: Callable[[Query, Any], int | None] | None = None
    """(query, settings) → the number of records that the query finds, for progress. None: not known in advance."""
    parse: Parse | None = None
    """Raw record → Trial and findings; raises HoldError. None: the content shows what it is."""

    def __post_init__(self) -> None:
        if not re.fullmatch(SOURCE_NAME, self.name):
            msg = f"{self.name!r} cannot be the name of a source: lower-case letters, digits and underscores are expected, at most 32."
            raise StopError(msg)

    @property
    def asks(self) -> bool:
        """Whether it answers queries."""
        return self.records is not None

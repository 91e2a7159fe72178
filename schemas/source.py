"""The type of a source of records (a registry or files): one row of names and functions. Also the type of a query.

The rows that ship with Trialwire are in pipeline/registries.py. Another Python package can add rows as entry points,
see docs/adding.md.
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
    """A query to a source. A record must meet all conditions of the query.

    `limit` is the largest number of records to return.
    """

    since: date | None = None
    nct_ids: tuple[str, ...] = ()
    query: str | None = None
    limit: int | None = None


@dataclass(frozen=True, slots=True)
class Source:
    """One source of records. Its functions import modules only when they are called, because DAG files read these rows.

    Raises StopError if the name has an invalid form.
    """

    name: str
    """The short name of the source: module name, DAG id, header and label. Lower-case letters, digits, underscores, at
    most 32."""
    title: str
    """A short description of the source for users."""
    registry: str | None = None
    """The value of `Trial.registry` for records of this source; None if the records are second-hand."""
    registry_title: str | None = None
    """The name of that registry in FHIR, as the assigner of its numbers."""
    schedule: str | None = None
    """Cron expression (UTC) of the source's Airflow DAG. None: the DAG is started by hand or by REST."""
    records: Callable[[Query, Any], Iterable[RawRecord | UnreadableRecord]] | None = None
    """(query, settings) → the raw records that the query finds. None: the source has no API, its records come as files.
    """
    total: Callable[[Query, Any], int | None] | None = None
    """(query, settings) → the number of records that the query finds, to show progress. None: not known in advance."""
    parse: Parse | None = None
    """Raw record → Trial and findings; raises HoldError. None: the content decides which parser reads it."""

    def __post_init__(self) -> None:
        if not re.fullmatch(SOURCE_NAME, self.name):
            msg = f"{self.name!r} cannot be the name of a source: lower-case letters, digits and underscores are expected, at most 32."
            raise StopError(msg)

    @property
    def asks(self) -> bool:
        """Whether this source answers queries. If not, its records come only as files."""
        return self.records is not None

"""Stores the successful runs of sources. The next run asks the source for updates since the start of the last run."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select

from trialwire.changes import tables
from trialwire.changes.database import Database, upsert

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime


@dataclass(frozen=True, slots=True)
class Run:
    """One successful run of a source: when it began (aware UTC), and its counts of records."""

    source: str
    started_at: datetime
    totals: Mapping[str, int]


class Runs:
    """Reads and writes the successful runs in the store."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def record(self, source: str, started_at: datetime, totals: Mapping[str, int]) -> None:
        """Store a successful run with its counts. Storing the same run again replaces the counts (idempotent)."""
        with self._database.writing() as connection:
            upsert(connection, tables.run, [{"source": source, "started_at": started_at, "totals": dict(totals)}])

    def last(self, source: str) -> Run | None:
        """Return the successful run of a source that began last, or None if no run succeeded yet."""
        question = select(tables.run).where(tables.run.c.source == source).order_by(tables.run.c.started_at.desc())
        with self._database.reading() as connection:
            row = connection.execute(question.limit(1)).first()
        return Run(row.source, row.started_at, row.totals) if row else None

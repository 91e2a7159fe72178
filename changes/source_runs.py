"""Stores the successful runs of sources: the next run asks for updates since the start of the last one."""

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
    """One run: when it began (aware UTC) and what it counted."""

    source: str
    started_at: datetime
    totals: Mapping[str, int]


class Runs:
    """The successful runs in the store."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def record(self, source: str, started_at: datetime, totals: Mapping[str, int]) -> None:
        """Record a successful run. Recording it again replaces its totals (idempotent)."""
        with self._database.writing() as connection:
            upsert(connection, tables.run, [{"source": source, "started_at": started_at, "totals": dict(totals)}])

    def last(self, source: str) -> Run | None:
        """The successful run of a source that began last; None if there is none."""
        question = select(tables.run).where(tables.run.c.source == source).order_by(tables.run.c.started_at.desc())
        with self._database.reading() as connection:
            row = connection.execute(question.limit(1)).first()
        return Run(row.source, row.started_at, row.totals) if row else None

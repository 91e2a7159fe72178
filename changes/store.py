"""The store: versions of trials, held records, the change log and its cursors, in one database."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from trialwire.changes.comparison import Comparison
from trialwire.changes.database import Database
from trialwire.changes.history import History, Version
from trialwire.changes.holding import Holding
from trialwire.changes.migration import migrate
from trialwire.changes.outbox import ChangeLog
from trialwire.changes.remapping import Remapped, Remapping
from trialwire.changes.reseeding import Reseeded, Reseeding
from trialwire.changes.sighting import Familiar, Sightings
from trialwire.changes.source_runs import Run, Runs
from trialwire.changes.versions import Checked, Report, Versions

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Checked", "Comparison", "Familiar", "Remapped", "Report", "Reseeded", "Run", "Store", "Version"]


class Store(Versions, History, Sightings, Holding, ChangeLog, Remapping, Reseeding, Runs):
    """All of it. Each part is a module; they share one database and nothing else."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._held_leases = {}
        self._rewinds = {}

    @classmethod
    @contextmanager
    def open(cls, url: str) -> Iterator[Store]:
        """Open the store at an SQLAlchemy address (SQLite or PostgreSQL), and close it after use.

        Raises SettingError, StopError or RetryLaterError, with a cure, where the database cannot be used.
        """
        database = Database(url)
        try:
            yield cls(database)
        finally:
            database.close()

    def migrate(self) -> None:
        """Bring the store to today's schema; see trialwire.changes.migration."""
        migrate(self._database)

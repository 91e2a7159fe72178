"""The store: versions of trials, held records, the change log and its cursors, in one database."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from changes.comparison import Comparison
from changes.database import Database
from changes.history import History, Version
from changes.holding import Holding
from changes.migration import migrate
from changes.outbox import ChangeLog
from changes.remapping import Remapped, Remapping
from changes.reseeding import Reseeded, Reseeding
from changes.runs import Run, Runs
from changes.sighting import Familiar, Sightings
from changes.versions import Checked, Report, Versions

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
        """Bring the store to today's schema; see changes.migration."""
        migrate(self._database)

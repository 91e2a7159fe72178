"""The store: one database with the versions of trials, the held records, and the outbox.

A held record could not be accepted and waits for an operator. The outbox lists all changes in commit order.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from trialwire.changes.comparison import Comparison
from trialwire.changes.database import Database
from trialwire.changes.history import History, Version
from trialwire.changes.holding import Holding
from trialwire.changes.lease import Leases
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


class Store:
    """An open store. Each attribute is one part of the store, in its own module. The parts share only the database.

    `versions` compares and writes; `history` reads what was written; `sightings` knows which bytes were seen; `held`
    keeps the held records; `outbox` is what destinations read; `remapping` and `reseeding` write versions without a new
    record; `runs` stores the successful runs of the sources.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self.versions = Versions(database)
        self.history = History(database)
        self.sightings = Sightings(database)
        self.held = Holding(database)
        self.outbox = ChangeLog(database, Leases(database))
        self.remapping = Remapping(database)
        self.reseeding = Reseeding(database)
        self.runs = Runs(database)

    @classmethod
    @contextmanager
    def open(cls, url: str) -> Iterator[Store]:
        """Open the store at an SQLAlchemy URL (SQLite or PostgreSQL), and close it after use.

        Raises SettingError, StopError or RetryLaterError, with a cure, if the database cannot be used.
        """
        database = Database(url)
        try:
            yield cls(database)
        finally:
            database.close()

    def migrate(self) -> None:
        """Migrate the store to the current schema; see trialwire.changes.migration."""
        migrate(self._database)

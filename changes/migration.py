"""Migrates a store of any older version to the current schema. A newer store is rejected and not changed."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import inspect, text

from trialwire.changes.tables import REVISION
from trialwire.schemas.errors import SettingError

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from trialwire.changes.database import Database

_LOCK = 7_242_115_001
"""Key of the advisory lock of a PostgreSQL store, so that one process at a time migrates it."""


def migrate(database: Database) -> None:
    """Migrate the store to the current schema if needed.

    Raises SettingError if a newer version made the store, or if the database has tables of another program.
    """
    with database.reading() as connection:
        if _revision(connection) == REVISION:
            return
    from alembic import command
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).with_name("migrations")))
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    with database.writing() as connection:
        if not database.is_sqlite:
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
        revision = _revision(connection)
        if revision is not None and revision not in known:
            msg = f"A newer Trialwire made the store {database.place} (schema {revision}; this one knows {REVISION}). Upgrade this one, or set TRIALWIRE_STORE__URL to another store."
            raise SettingError(msg)
        if revision is None and (others := set(inspect(connection).get_table_names())):
            msg = f"The database {database.place} holds tables of another program ({', '.join(sorted(others)[:3])}). Give Trialwire its own database: set TRIALWIRE_STORE__URL."
            raise SettingError(msg)
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def _revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()

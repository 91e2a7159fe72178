"""The script that Alembic (the migration library) runs for every migration of the store.

It uses the transaction of trialwire.changes.migration, so a migration is complete or rolled back.
"""

from __future__ import annotations

from alembic import context

from trialwire.changes.tables import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
with context.begin_transaction():
    context.run_migrations()

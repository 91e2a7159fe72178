"""The script that Alembic (the migration library) runs for every migration of the store.

It uses the transaction that trialwire.changes.migration opened, so a migration is done completely or not at all.
"""

from __future__ import annotations

from alembic import context

from trialwire.changes.tables import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
with context.begin_transaction():
    context.run_migrations()

"""Alembic runs this inside the transaction that trialwire.changes.migration holds: a migration is whole or did not happen."""

from __future__ import annotations

from alembic import context

from trialwire.changes.tables import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
with context.begin_transaction():
    context.run_migrations()

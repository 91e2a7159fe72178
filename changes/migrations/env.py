"""Alembic runs this in the transaction of trialwire.changes.migration: a migration is complete or rolled back."""

from __future__ import annotations

from alembic import context

from trialwire.changes.tables import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
with context.begin_transaction():
    context.run_migrations()

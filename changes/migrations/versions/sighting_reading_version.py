"""Adds a column to the table `sighting`: the version of the parsers. If the parsers change, records are read again."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Add the column. Records seen before have null, so they are read again."""
    op.add_column(
        "sighting",
        sa.Column(
            "reading_version",
            sa.String(length=64),
            nullable=True,
            comment="of the parsers that read it; null: none did, or before it was kept",
        ),
    )

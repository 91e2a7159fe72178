"""The first schema: trials, versions, Bundles, the log, its cursors, sightings, held records, leases and runs."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make all tables."""
    op.create_table(
        "destination",
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("position", BIG, nullable=False, comment="the last row delivered or parked"),
        sa.Column("furthest", BIG, nullable=False, comment="how far the cursor ever was; what lies before is a replay"),
        sa.Column(
            "rewinds", sa.Integer(), nullable=False, comment="counts rewinds, so that a run under way cannot undo one"
        ),
        sa.PrimaryKeyConstraint("name"),
    )
    op.create_table(
        "given_name",
        sa.Column(
            "digest",
            sa.String(length=64),
            nullable=False,
            comment="SHA-256 of the record's bytes: a name is for these alone",
        ),
        sa.Column("trial_id", sa.String(length=64), nullable=False),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("digest"),
    )
    op.create_table(
        "held",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("place", sa.String(length=64), nullable=False),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("source", sa.String(length=32), nullable=False),
        sa.Column("stage", sa.String(length=16), nullable=False),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.Column("trial_id", sa.String(length=64), nullable=True),
        sa.Column("held_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False, comment="the record's bytes, zstd"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("held_place", "held", ["place"], unique=False)
    op.create_table(
        "lease",
        sa.Column("name", sa.String(length=128), nullable=False),
        sa.Column("holder", sa.Text(), nullable=False),
        sa.Column("machine", sa.Text(), nullable=False),
        sa.Column("pid", sa.Integer(), nullable=False),
        sa.Column("token", sa.String(length=32), nullable=False),
        sa.Column("expires_at", sa.Double(), nullable=False, comment="seconds since 1970 by the database's clock"),
        sa.PrimaryKeyConstraint("name"),
    )
    op.create_table(
        "run",
        sa.Column("source", sa.String(length=32), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("totals", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("source", "started_at"),
    )
    op.create_table(
        "sighting",
        sa.Column(
            "place",
            sa.String(length=64),
            nullable=False,
            comment="SHA-256 of the origin, which may be too long for a key",
        ),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column(
            "trial_id", sa.String(length=64), nullable=True, comment="null: the record was discarded by an operator"
        ),
        sa.Column("sequence", BIG, nullable=True, comment="the version that this record made or agreed with"),
        sa.Column("partial", sa.Boolean(), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("findings", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("place"),
    )
    op.create_index("sighting_trial", "sighting", ["trial_id"], unique=False)
    op.create_table(
        "trial",
        sa.Column("trial_id", sa.String(length=64), nullable=False),
        sa.Column(
            "sequence", BIG, nullable=False, comment="the last sequence ever given, here or in a store that was lost"
        ),
        sa.Column(
            "head",
            BIG,
            nullable=True,
            comment="sequence of the newest version; null: the store has none that consumers know",
        ),
        sa.PrimaryKeyConstraint("trial_id"),
    )
    op.create_table(
        "version",
        sa.Column("trial_id", sa.String(length=64), nullable=False),
        sa.Column("sequence", BIG, autoincrement=False, nullable=False),
        sa.Column("registry", sa.String(length=64), nullable=False),
        sa.Column("verb", sa.String(length=32), nullable=False),
        sa.Column("codes", sa.JSON(), nullable=False),
        sa.Column("status", sa.String(length=64), nullable=False),
        sa.Column("previous_status", sa.String(length=64), nullable=True),
        sa.Column("registry_updated_date", sa.String(length=10), nullable=True),
        sa.Column(
            "release_date",
            sa.String(length=10),
            nullable=True,
            comment="the registry's data release the record was in (versionHolder)",
        ),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("source", sa.String(length=32), nullable=False),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("partial", sa.Boolean(), nullable=False),
        sa.Column("contacts_included", sa.Boolean(), nullable=False),
        sa.Column("mapping_version", sa.String(length=64), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False, comment="SHA-256 of the normalised Trial"),
        sa.Column("canonical", sa.LargeBinary(), nullable=False, comment="the Trial as JSON, zstd"),
        sa.Column("changes", sa.LargeBinary(), nullable=False, comment="list of field changes as JSON, zstd"),
        sa.ForeignKeyConstraint(["trial_id"], ["trial.trial_id"]),
        sa.PrimaryKeyConstraint("trial_id", "sequence"),
    )
    op.create_table(
        "bundle",
        sa.Column("trial_id", sa.String(length=64), nullable=False),
        sa.Column("sequence", BIG, autoincrement=False, nullable=False),
        sa.Column("fhir_version", sa.String(length=4), nullable=False),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False, comment="the checked Bundle, zstd"),
        sa.ForeignKeyConstraint(["trial_id", "sequence"], ["version.trial_id", "version.sequence"]),
        sa.PrimaryKeyConstraint("trial_id", "sequence", "fhir_version"),
    )
    op.create_table(
        "outbox",
        sa.Column("position", BIG, autoincrement=False, nullable=False),
        sa.Column("trial_id", sa.String(length=64), nullable=False),
        sa.Column("sequence", BIG, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "void",
            sa.Boolean(),
            nullable=False,
            comment="taken back by a reseed before it was published: nobody gets it",
        ),
        sa.ForeignKeyConstraint(["trial_id", "sequence"], ["version.trial_id", "version.sequence"]),
        sa.PrimaryKeyConstraint("position"),
    )
    op.create_index("outbox_version", "outbox", ["trial_id", "sequence"], unique=True)
    op.create_table(
        "parked",
        sa.Column("destination", sa.String(length=64), nullable=False),
        sa.Column("position", BIG, autoincrement=False, nullable=False),
        sa.Column("stage", sa.String(length=16), nullable=False),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("parked_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["position"], ["outbox.position"]),
        sa.PrimaryKeyConstraint("destination", "position"),
    )

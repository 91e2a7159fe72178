"""The tables of the store. `migrations/` creates them; a test checks that both are equal.

A trial has one row in `trial` and, for each of its versions, one row in `version`. Each version has one row in
`outbox`, whose position gives the order of delivery, and one row in `bundle` per FHIR version. `sighting` stores which
bytes were found at which place.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Double,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
)

if TYPE_CHECKING:
    from sqlalchemy import Dialect

REVISION = "0002"
"""The newest migration. A store with this revision is opened without loading the migration library."""

metadata = MetaData()


class Moment(TypeDecorator[datetime]):
    """A column type for an aware UTC datetime. SQLite itself stores no time zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 (the signature is SQLAlchemy's)
        """Convert a datetime to UTC before it is written to the database."""
        return None if value is None else value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Return a datetime that was read from the database as aware UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


BIG = BigInteger().with_variant(Integer, "sqlite")

trial = Table(
    "trial",
    metadata,
    Column("trial_id", String(64), primary_key=True),
    Column("sequence", BIG, nullable=False, comment="the last sequence ever given, here or in a store that was lost"),
    Column("head", BIG, comment="sequence of the newest version; null: the store has none that consumers know"),
)
version = Table(
    "version",
    metadata,
    Column("trial_id", String(64), ForeignKey("trial.trial_id"), primary_key=True),
    Column("sequence", BIG, primary_key=True, autoincrement=False),
    Column("registry", String(64), nullable=False),
    Column("verb", String(32), nullable=False),
    Column("codes", JSON, nullable=False),
    Column("status", String(64), nullable=False),
    Column("previous_status", String(64)),
    Column("registry_updated_date", String(10)),
    Column("release_date", String(10), comment="the registry's data release the record was in (versionHolder)"),
    Column("seen_at", Moment, nullable=False),
    Column("source", String(32), nullable=False),
    Column("origin", Text, nullable=False),
    Column("partial", Boolean, nullable=False),
    Column("contacts_included", Boolean, nullable=False),
    Column("mapping_version", String(64), nullable=False),
    Column("fingerprint", String(64), nullable=False, comment="SHA-256 of the normalised Trial"),
    Column("canonical", LargeBinary, nullable=False, comment="the Trial as JSON, zstd"),
    Column("changes", LargeBinary, nullable=False, comment="list of field changes as JSON, zstd"),
)
bundle = Table(
    "bundle",
    metadata,
    Column("trial_id", String(64), primary_key=True),
    Column("sequence", BIG, primary_key=True, autoincrement=False),
    Column("fhir_version", String(4), primary_key=True),
    Column("content_hash", String(64), nullable=False),
    Column("content", LargeBinary, nullable=False, comment="the checked Bundle, zstd"),
    ForeignKeyConstraint(["trial_id", "sequence"], ["version.trial_id", "version.sequence"]),
)
outbox = Table(
    "outbox",
    metadata,
    Column("position", BIG, primary_key=True, autoincrement=False),
    Column("trial_id", String(64), nullable=False),
    Column("sequence", BIG, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("void", Boolean, nullable=False, comment="taken back by a reseed before it was published: nobody gets it"),
    ForeignKeyConstraint(["trial_id", "sequence"], ["version.trial_id", "version.sequence"]),
    Index("outbox_version", "trial_id", "sequence", unique=True),
)
sighting = Table(
    "sighting",
    metadata,
    Column("place", String(64), primary_key=True, comment="SHA-256 of the origin, which may be too long for a key"),
    Column("origin", Text, nullable=False),
    Column("digest", String(64), nullable=False),
    Column("trial_id", String(64), comment="null: the record was discarded by an operator"),
    Column("sequence", BIG, comment="the version that this record made or agreed with"),
    Column("partial", Boolean, nullable=False),
    Column("seen_at", Moment, nullable=False),
    Column("findings", JSON, nullable=False),
    Column("reading_version", String(64), comment="of the parsers that read it; null: none did, or before it was kept"),
    Index("sighting_trial", "trial_id"),
)
held = Table(
    "held",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("place", String(64), nullable=False),
    Column("origin", Text, nullable=False),
    Column("digest", String(64), nullable=False),
    Column("source", String(32), nullable=False),
    Column("stage", String(16), nullable=False),
    Column("reasons", JSON, nullable=False),
    Column("trial_id", String(64)),
    Column("held_at", Moment, nullable=False),
    Column("content", LargeBinary, nullable=False, comment="the record's bytes, zstd"),
    Index("held_place", "place"),
)
given_name = Table(
    "given_name",
    metadata,
    Column("digest", String(64), primary_key=True, comment="SHA-256 of the record's bytes: a name is for these alone"),
    Column("trial_id", String(64), nullable=False),
    Column("origin", Text, nullable=False),
    Column("given_at", Moment, nullable=False),
)
destination = Table(
    "destination",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("position", BIG, nullable=False, comment="the last row delivered or parked"),
    Column("furthest", BIG, nullable=False, comment="how far the cursor ever was; what lies before is a replay"),
    Column("rewinds", Integer, nullable=False, comment="counts rewinds, so that a run under way cannot undo one"),
)
parked = Table(
    "parked",
    metadata,
    Column("destination", String(64), primary_key=True),
    Column("position", BIG, ForeignKey("outbox.position"), primary_key=True, autoincrement=False),
    Column("stage", String(16), nullable=False),
    Column("reasons", JSON, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("parked_at", Moment, nullable=False),
)
lease = Table(
    "lease",
    metadata,
    Column("name", String(128), primary_key=True),
    Column("holder", Text, nullable=False),
    Column("machine", Text, nullable=False),
    Column("pid", Integer, nullable=False),
    Column("token", String(32), nullable=False),
    Column("expires_at", Double, nullable=False, comment="seconds since 1970 by the database's clock"),
)
run = Table(
    "run",
    metadata,
    Column("source", String(32), primary_key=True),
    Column("started_at", Moment, primary_key=True),
    Column("totals", JSON, nullable=False),
)

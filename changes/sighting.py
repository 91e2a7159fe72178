"""Stores sightings. A sighting says which bytes were found at which place, and to which trial they belong.

A record that was seen before with the same bytes is not read again. A page is a saved text of an aggregator site.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, or_, select

from trialwire.changes import tables
from trialwire.changes.compression import storable
from trialwire.changes.database import Database, upsert
from trialwire.changes.newest_version import chunks
from trialwire.schemas.held import Finding

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from sqlalchemy import Connection

    from trialwire.schemas.record import RawRecord


@dataclass(frozen=True, slots=True)
class Familiar:
    """What the store knows about the records of a batch. `seen`: (origin, digest) of each record that was seen before.

    An origin is the place where a record was found; a digest is the SHA-256 of its bytes.
    """

    seen: frozenset[tuple[str, str]]
    names: Mapping[str, str]
    """Digest → registry number given by an operator. It is valid for exactly these bytes, from any place."""


class Sightings:
    """Reads the sightings in the store."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def familiar(self, records: Sequence[RawRecord], reading_version: str) -> Familiar:
        """Look up which records of a batch were seen before, with one query for many records.

        A record that was read by another version of the parsers (`reading_version`) counts as not seen. A page counts
        as seen only while the version with which the page was compared is the newest. After that the page is compared
        again.
        """
        keys = {place_of(record.origin): (record.origin, record.digest) for record in records}
        digests = [digest for _, digest in keys.values()]
        found: set[tuple[str, str]] = set()
        names: dict[str, str] = {}
        sighting, trial, given = tables.sighting, tables.trial, tables.given_name
        discarded, read_alike = sighting.c.trial_id.is_(None), sighting.c.reading_version == reading_version
        whole, at_head = sighting.c.partial.is_(False), sighting.c.sequence == trial.c.head
        current = or_(discarded, and_(read_alike, or_(whole, at_head)))
        question = (
            select(sighting.c.place, sighting.c.digest)
            .outerjoin(trial, trial.c.trial_id == sighting.c.trial_id)
            .where(current)
        )
        with self._database.reading() as connection:
            for places in chunks(list(keys)):
                for row in connection.execute(question.where(sighting.c.place.in_(places))):
                    if keys[row.place][1] == row.digest:
                        found.add(keys[row.place])
            for some in chunks(digests):
                rows = connection.execute(select(given.c.digest, given.c.trial_id).where(given.c.digest.in_(some)))
                names.update((row.digest, row.trial_id) for row in rows)
        return Familiar(frozenset(found), names)

    def findings(self, trial_id: str) -> list[Finding]:
        """Return the findings about the newest version of a trial.

        They come from the record that made this version, and from every record that was compared with this version.
        """
        sighting, trial = tables.sighting, tables.trial
        question = (
            select(sighting.c.findings)
            .join(trial, trial.c.trial_id == sighting.c.trial_id)
            .where(sighting.c.trial_id == trial_id, sighting.c.sequence == trial.c.head)
            .order_by(sighting.c.origin)
        )
        with self._database.reading() as connection:
            noted = [Finding(**one) for row in connection.execute(question) for one in row.findings]
        return list(dict.fromkeys(noted))


def sighting_row(
    record: RawRecord,
    trial_id: str | None,
    sequence: int | None,
    *,
    partial: bool,
    findings: Sequence[Finding],
    at: datetime,
    reading_version: str | None,
) -> dict[str, Any]:
    """Return a row of the table `sighting` for a record that was read."""
    return {
        "place": place_of(record.origin),
        "origin": storable(record.origin),
        "digest": record.digest,
        "trial_id": trial_id,
        "sequence": sequence,
        "partial": partial,
        "seen_at": at,
        "findings": [finding.model_dump() for finding in findings],
        "reading_version": reading_version,
    }


def note(connection: Connection, rows: Sequence[dict[str, Any]]) -> None:
    """Write those sightings that differ from the stored sightings. If several have the same place, the last is used."""
    latest = {row["place"]: row for row in rows}
    before: dict[str, Any] = {}
    for places in chunks(list(latest)):
        question = select(tables.sighting).where(tables.sighting.c.place.in_(places))
        before.update((row.place, row) for row in connection.execute(question))
    told = ("digest", "trial_id", "sequence", "partial", "findings", "reading_version")
    news = [
        row
        for place, row in latest.items()
        if place not in before or any(getattr(before[place], name) != row[name] for name in told)
    ]
    upsert(connection, tables.sighting, news)


def carry_pages(connection: Connection, trial_id: str, before: int, now: int) -> None:
    """Mark all pages of a trial that were compared with version `before` as compared with version `now`.

    Without this mark, the pages would be compared again.
    """
    sighting = tables.sighting
    pages = (sighting.c.trial_id == trial_id) & (sighting.c.sequence == before) & sighting.c.partial.is_(True)
    connection.execute(sighting.update().where(pages).values(sequence=now))


def place_of(origin: str) -> str:
    """Return the database key of an origin (the place where a record was found): its SHA-256 in hex.

    The origin itself is not the key, because a path may be too long for a database index.
    """
    return sha256(origin.encode("utf-8", "surrogateescape")).hexdigest()

"""Writes versions: the row of the version, its Bundles and its outbox row, in the caller's transaction.

No other module writes versions.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from sqlalchemy import func, select

from trialwire.changes import tables
from trialwire.changes.compression import packed
from trialwire.changes.database import upsert

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from sqlalchemy import Connection

    from trialwire.schemas.event import FhirVersion
    from trialwire.schemas.held import Finding


class Rendition(Protocol):
    """One trial as a checked transaction Bundle of one FHIR version. The earlier steps of the pipeline make it."""

    @property
    def content(self) -> bytes:
        """The Bundle as UTF-8 JSON, exactly the bytes that were checked."""
        ...

    @property
    def content_hash(self) -> str:
        """The content hash: the SHA-256 of the Bundle (JSON with sorted keys) as 64 hex digits."""
        ...

    @property
    def status(self) -> str:
        """The R4 recruitment status code of the trial, or "unknown"."""
        ...

    @property
    def findings(self) -> tuple[Finding, ...]:
        """The findings that were made when the Trial was written as this Bundle, such as a value without a code."""
        ...


def bundle_rows(renditions: Mapping[FhirVersion, Rendition]) -> list[dict[str, Any]]:
    """Return one row of the table `bundle` per rendition (a trial as a Bundle of one FHIR version).

    The rows have no trial id and no sequence; `LogWriter.add` adds both.
    """
    return [
        {"fhir_version": name, "content_hash": one.content_hash, "content": packed(one.content)}
        for name, one in renditions.items()
    ]


class LogWriter:
    """Collects new versions and writes them all at once. Use it inside `Database.appending`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._position = connection.execute(select(func.max(tables.outbox.c.position))).scalar() or 0
        self._trials: dict[str, dict[str, Any]] = {}
        self._versions: list[dict[str, Any]] = []
        self._bundles: list[dict[str, Any]] = []
        self._log: list[dict[str, Any]] = []

    def add(self, version: dict[str, Any], bundles: Iterable[dict[str, Any]], created_at: datetime) -> None:
        """Add a version to be written: its row of the table `version`, with the next sequence, and its Bundles."""
        trial_id, sequence = version["trial_id"], version["sequence"]
        key = {"trial_id": trial_id, "sequence": sequence}
        self._position += 1
        self._trials[trial_id] = key | {"head": sequence}
        self._versions.append(version)
        self._log.append(key | {"position": self._position, "created_at": created_at, "void": False})
        self._bundles += [one | key for one in bundles]

    def flush(self) -> None:
        """Write all added versions to the database."""
        upsert(self._connection, tables.trial, list(self._trials.values()))
        for table, rows in (
            (tables.version, self._versions),
            (tables.bundle, self._bundles),
            (tables.outbox, self._log),
        ):
            if rows:
                self._connection.execute(table.insert(), rows)

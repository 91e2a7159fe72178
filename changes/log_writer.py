"""The only writer of versions: a version, its Bundles and its outbox row, inside the caller's transaction."""

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
    """A checked transaction Bundle, as the previous stages pass it on."""

    @property
    def content(self) -> bytes:
        """UTF-8 JSON, the bytes that were checked."""
        ...

    @property
    def content_hash(self) -> str:
        """SHA-256 of the Bundle without volatile fields."""
        ...

    @property
    def status(self) -> str:
        """The R4 recruitment status code, or "unknown"."""
        ...

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What was noticed while rendering."""
        ...


def bundle_rows(renditions: Mapping[FhirVersion, Rendition]) -> list[dict[str, Any]]:
    """Rows of the table `bundle`, without the key of their version."""
    return [
        {"fhir_version": name, "content_hash": one.content_hash, "content": packed(one.content)}
        for name, one in renditions.items()
    ]


class LogWriter:
    """Collects new versions and writes them at once. Use it inside `Database.appending`, which allows one at a time."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._position = connection.execute(select(func.max(tables.outbox.c.position))).scalar() or 0
        self._trials: dict[str, dict[str, Any]] = {}
        self._versions: list[dict[str, Any]] = []
        self._bundles: list[dict[str, Any]] = []
        self._log: list[dict[str, Any]] = []

    def add(self, version: dict[str, Any], bundles: Iterable[dict[str, Any]], created_at: datetime) -> None:
        """Add one version (row of the table `version`) with its rows of `bundle`. It has the trial's next sequence."""
        trial_id, sequence = version["trial_id"], version["sequence"]
        key = {"trial_id": trial_id, "sequence": sequence}
        self._position += 1
        self._trials[trial_id] = key | {"head": sequence}
        self._versions.append(version)
        self._log.append(key | {"position": self._position, "created_at": created_at, "void": False})
        self._bundles += [one | key for one in bundles]

    def flush(self) -> None:
        """Write all added versions."""
        upsert(self._connection, tables.trial, list(self._trials.values()))
        for table, rows in (
            (tables.version, self._versions),
            (tables.bundle, self._bundles),
            (tables.outbox, self._log),
        ):
            if rows:
                self._connection.execute(table.insert(), rows)

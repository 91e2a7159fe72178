"""Reads stored trials for display: versions, the changes of each, the Trial and the Bundles as sent."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import orjson
from sqlalchemy import func, select

from trialwire.changes import tables
from trialwire.changes.compression import unpacked, unpacked_trial
from trialwire.changes.database import Database
from trialwire.changes.tables import version
from trialwire.schemas.errors import UsageError
from trialwire.schemas.event import FieldChange

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection, Select

    from trialwire.schemas.event import ChangeCode, FhirVersion, Verb
    from trialwire.schemas.trial import Trial


@dataclass(frozen=True, slots=True)
class Version:
    """One stored version of a trial, without the Trial and its Bundles."""

    sequence: int
    verb: Verb
    codes: tuple[ChangeCode, ...]
    status: str
    registry_updated_date: str | None
    seen_at: datetime
    source: str
    origin: str
    mapping_version: str
    contacts_included: bool
    partial: bool


class History:
    """Reads the stored versions of trials."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def versions(self, trial_id: str) -> list[Version]:
        """Return all versions of a trial, oldest first, or an empty list if the trial is unknown."""
        columns = [version.c[name] for name in Version.__slots__]
        question = select(*columns).where(version.c.trial_id == trial_id).order_by(version.c.sequence)
        with self._database.reading() as connection:
            rows = connection.execute(question).mappings()
            return [Version(**{**row, "codes": tuple(row["codes"])}) for row in rows]

    def trial(self, trial_id: str, sequence: int | None = None) -> Trial:
        """Return the Trial of a version, by default of the newest. Raises UsageError if there is no such version."""
        return unpacked_trial(self._of(select(version.c.canonical), version, trial_id, sequence), trial_id, sequence)

    def field_changes(self, trial_id: str, sequence: int | None = None) -> list[FieldChange]:
        """Return what changed in a version, by default in the newest. The first version of a trial has no changes.

        Raises UsageError if there is no such version.
        """
        frame = self._of(select(version.c.changes), version, trial_id, sequence)
        return [FieldChange(**change) for change in orjson.loads(unpacked(frame))]

    def bundle(self, trial_id: str, fhir_version: FhirVersion) -> bytes:
        """Return the Bundle of the newest version: exactly the bytes that were checked. UsageError if there is none."""
        question = select(tables.bundle.c.content).where(tables.bundle.c.fhir_version == fhir_version)
        return unpacked(self._of(question, tables.bundle, trial_id, None))

    def _of(self, question: Select[Any], table: Any, trial_id: str, sequence: int | None) -> bytes:
        with self._database.reading() as connection:
            number = _newest(connection, trial_id) if sequence is None else sequence
            found: bytes | None = connection.execute(
                question.where(table.c.trial_id == trial_id, table.c.sequence == number)
            ).scalar()
        if found is None:
            which = f"{trial_id}, version {sequence}," if sequence else trial_id
            msg = f"{which} is not in the store. See what is: trialwire show {trial_id} --history"
            raise UsageError(msg)
        return found


def _newest(connection: Connection, trial_id: str) -> int | None:
    question = select(func.max(version.c.sequence)).where(version.c.trial_id == trial_id)
    return connection.execute(question).scalar()

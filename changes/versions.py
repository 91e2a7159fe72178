"""Compares Trials with their newest versions, and writes new versions of a batch in one transaction."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import orjson

from trialwire.changes import comparison as comparing
from trialwire.changes.comparison import Comparison, Known
from trialwire.changes.compression import packed, packed_trial, prove_readable, storable
from trialwire.changes.database import Database
from trialwire.changes.holding import settle
from trialwire.changes.log_writer import LogWriter, Rendition, bundle_rows
from trialwire.changes.newest_version import Head, heads, read_trial
from trialwire.changes.sighting import carry_pages, note, sighting_row
from trialwire.schemas.errors import RetryLaterError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy import Connection

    from trialwire.schemas.event import FhirVersion
    from trialwire.schemas.held import Finding, HeldRecord
    from trialwire.schemas.record import RawRecord
    from trialwire.schemas.trial import Trial


@dataclass(frozen=True, slots=True)
class Checked:
    """One record that passed every check, with all data to be written.

    `renditions`: the trial's Bundle for each FHIR version, or empty if the trial is unchanged.
    """

    record: RawRecord
    trial: Trial
    comparison: Comparison
    renditions: Mapping[FhirVersion, Rendition]
    status: str | None
    findings: tuple[Finding, ...]
    seen_at: datetime
    reading_version: str
    mapping_version: str
    contacts_included: bool


@dataclass(frozen=True, slots=True)
class Report:
    """The result of writing a batch: the number of new, changed and unchanged records."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0


class Versions:
    """Compares Trials with their newest versions and writes new versions."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def compare(self, trial: Trial, earlier: Comparison | None = None) -> Comparison:
        """Compare a Trial with the newest stored version of the same trial, and return the result.

        `earlier`: the result for a previous record of this trial in the same batch. If it is given, the Trial is
        compared with the Trial of this result, not with the stored version. Raises HoldError if a new version could not
        be read back from the store.
        """
        compared = self._compared(trial, earlier)
        if compared.kind != "unchanged":
            prove_readable(compared.trial)
        return compared

    def _compared(self, trial: Trial, earlier: Comparison | None) -> Comparison:
        if earlier is not None:
            return replace(comparing.compare(trial, _known_by(earlier)), earlier=earlier)
        trial_id = str(trial.trial_id)

        def read(trial_id: str, sequence: int) -> Trial:
            with self._database.reading() as connection:
                return read_trial(connection, trial_id, sequence)

        with self._database.reading() as connection:
            head = heads(connection, [trial_id], read).get(trial_id)
        return comparing.compare(trial, head.known if head else None)

    def write(self, checked: Sequence[Checked], holding: Sequence[tuple[RawRecord, HeldRecord]] = ()) -> Report:
        """Write a batch in one transaction: versions, changes, outbox rows, sightings and held records.

        A record is compared again if its trial got a newer version since the comparison. If the record then needs
        another Bundle, the call raises RetryLaterError and writes nothing.
        """
        if not checked and not holding:
            return Report()
        with self._database.appending() as connection:
            batch = _Batch(connection, checked)
            for item in checked:
                batch.take(item)
            batch.log.flush()
            note(connection, batch.sightings)
            at = max((item.seen_at for item in checked), default=None) or datetime.now(UTC)
            settle(connection, [(item.record, item.trial.trial_id) for item in checked], holding, at)
        return Report(**batch.counts)


class _Batch:
    """The state of one write: the head of each trial while versions are added one after another."""

    def __init__(self, connection: Connection, checked: Sequence[Checked]) -> None:
        self.log = LogWriter(connection)
        self._connection = connection
        self.counts = {"new": 0, "changed": 0, "unchanged": 0}
        self.sightings: list[dict[str, Any]] = []
        self._heads = heads(connection, list({str(item.trial.trial_id) for item in checked}))

    def take(self, item: Checked) -> None:
        """Add the sighting of one record (the fact that it was found), and a version if its trial is new or changed."""
        trial_id = str(item.trial.trial_id)
        head = self._heads.get(trial_id)
        compared = self._current(item, head)
        self.counts[compared.kind] += 1
        if compared.kind == "unchanged":
            sequence = head.known.sequence if head and head.known else None
        else:
            sequence = (head.sequence if head else 0) + 1
            row = _version_row(item, compared, head, sequence)
            self.log.add(row, bundle_rows(item.renditions), item.seen_at)
            if head and head.known and head.known.partial:
                self._carry_pages(trial_id, head.known.sequence, sequence)
            self._heads[trial_id] = Head(sequence, _known_by(compared, sequence), row["status"])
        findings = item.findings if compared is item.comparison else (*item.findings, *compared.findings)
        self.sightings.append(
            sighting_row(
                item.record,
                trial_id,
                sequence,
                partial=compared.read.partial,
                findings=findings,
                at=item.seen_at,
                reading_version=item.reading_version,
            )
        )

    def _carry_pages(self, trial_id: str, before: int, now: int) -> None:
        """The pages of the previous version were just compared with this one: they need not be read again."""
        for row in self.sightings:
            if row["partial"] and (row["trial_id"], row["sequence"]) == (trial_id, before):
                row["sequence"] = now
        carry_pages(self._connection, trial_id, before, now)

    def _current(self, item: Checked, head: Head | None) -> Comparison:
        """The comparison of an item, repeated if its trial got another version since then."""
        compared = item.comparison
        known = head.known if head else None
        if _is_compared_with(compared, known):
            return compared
        again = comparing.compare(compared.read, known)
        if again.kind != "unchanged" and (not item.renditions or again.trial != compared.trial):
            msg = f"{item.trial.trial_id} was changed by another run in the meantime. Nothing of this batch was written; run the same command again."
            raise RetryLaterError(msg)
        return again


def _is_compared_with(compared: Comparison, known: Known | None) -> bool:
    """Whether a comparison was made with this version. Within a batch, the content is compared."""
    if known is None:
        return compared.base is None and compared.earlier is None
    if compared.earlier is not None:
        return compared.earlier.fingerprint == known.fingerprint
    return compared.base == known.sequence


def _known_by(news: Comparison, sequence: int = 0) -> Known:
    """A version that is not written yet, in the form that the next comparison needs."""
    return Known(
        sequence,
        news.fingerprint,
        news.trial.partial,
        comparing.registry_date(news.trial),
        comparing.release_date(news.trial),
        trial=lambda: news.trial,
    )


def _version_row(item: Checked, compared: Comparison, head: Head | None, sequence: int) -> dict[str, Any]:
    """A row of the table `version`.

    A first version with a sequence above 1 follows a lost store: consumers know the trial, but what changed since then
    is unknown. Therefore it is a snapshot with the code `other`.
    """
    trial = compared.trial
    first = compared.kind == "new"
    after_loss = first and sequence > 1
    return {
        "trial_id": str(trial.trial_id),
        "sequence": sequence,
        "registry": trial.registry,
        "verb": "snapshot" if after_loss else compared.verb,
        "codes": ["other"] if after_loss else list(compared.codes),
        "status": item.status or "unknown",
        "previous_status": head.status if head else None,
        "registry_updated_date": comparing.registry_date(trial),
        "release_date": comparing.release_date(trial),
        "seen_at": item.seen_at,
        "source": trial.source,
        "origin": storable(item.record.origin),
        "partial": trial.partial,
        "contacts_included": item.contacts_included,
        "mapping_version": item.mapping_version,
        "fingerprint": compared.fingerprint,
        "canonical": packed_trial(trial),
        "changes": packed(orjson.dumps([asdict(change) for change in compared.changes])),
    }

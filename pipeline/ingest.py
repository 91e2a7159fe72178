"""Ingests records in batches. Each record is found, read, compared, mapped to Bundles, checked and written.

A record that fails a step is held: it is stored unchanged with the reasons, and not processed further. A sighting is
the stored fact that certain bytes were found at a certain place.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from typing import TYPE_CHECKING

from trialwire.pipeline import rendering, single, spool
from trialwire.pipeline.summary import IngestSummary
from trialwire.schemas.errors import HoldError
from trialwire.schemas.fhir.versions import FHIR_VERSIONS
from trialwire.schemas.held import HeldRecord, Reason
from trialwire.schemas.record import RawRecord, UnreadableRecord

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from trialwire.changes.store import Checked, Comparison, Familiar, Store
    from trialwire.pipeline.settings import Settings
    from trialwire.schemas.event import FhirVersion
    from trialwire.schemas.held import Stage
    from trialwire.schemas.record import Found


def ingest(
    found: Iterable[Found],
    store: Store,
    settings: Settings,
    *,
    progress: Callable[[int], None] = lambda _: None,
    overrule: bool = False,
    accept_odd: bool = False,
) -> IngestSummary:
    """Ingest all records, batch by batch, and return the counts. Stops at the first batch that fails the batch checks.

    Earlier batches stay written and are counted. The summary's `stopped` gives the reason.
    """
    total = IngestSummary()
    for batch in spool.batches(found, settings.ingest.batch_size):
        total.add(process(batch, store, settings, progress=progress, overrule=overrule, accept_odd=accept_odd))
        if total.stopped:
            break
    return total


def process(
    found: Sequence[Found],
    store: Store,
    settings: Settings,
    *,
    progress: Callable[[int], None] = lambda _: None,
    overrule: bool = False,
    accept_odd: bool = False,
) -> IngestSummary:
    """Ingest one batch of records, write it in one transaction, and return the counts.

    If the batch checks fail, only the held records are written, and the summary's `stopped` gives the reason.
    `overrule`: no record is held because of a quality rule. `accept_odd`: the batch checks are skipped.
    """
    from trialwire.transforms.read.any_record import READING_VERSION

    started = time.monotonic()
    familiar = store.sightings.familiar([item for item in found if isinstance(item, RawRecord)], READING_VERSION)
    batch = _Batch(store, settings, datetime.now(UTC), familiar, overrule)
    for item in found:
        batch.take(item)
        progress(1)
    if not accept_odd:
        batch.judge()
    batch.write()
    batch.summary.seconds = time.monotonic() - started
    return batch.summary


@dataclass
class _Batch:
    """The state of one batch: the records to write, the records to hold, and the flat rows for the batch checks."""

    store: Store
    settings: Settings
    seen_at: datetime
    familiar: Familiar
    overrule: bool = False
    summary: IngestSummary = field(default_factory=IngestSummary)
    checked: list[Checked] = field(default_factory=list)
    news: dict[str, Comparison] = field(default_factory=dict)
    holding: list[tuple[RawRecord, HeldRecord]] = field(default_factory=list)
    flat_rows: list[dict[str, object]] = field(default_factory=list)
    asked: int = 0
    """Number of records that came from a named source."""
    unreadable: int = 0
    """The number of these records that could not be read."""

    def take(self, item: Found) -> None:
        """Read, compare, map and check one record. If a step fails, only this record is held."""
        if item.source is not None:
            self.asked += 1
        if isinstance(item, UnreadableRecord):
            reason = Reason(code=item.code, message=item.message, cure=item.cure)
            self.hold(RawRecord(item.origin, b"", item.source), "parse", [reason])
        elif (item.origin, item.digest) in self.familiar.seen:
            self.summary.unchanged += 1
        else:
            self.carry(item)

    def carry(self, item: RawRecord) -> None:
        """Run all steps from reading to rendering for a record that was not seen before. The batch is written later."""
        from trialwire.changes.store import Checked
        from trialwire.quality import rows
        from trialwire.transforms.read.any_record import READING_VERSION
        from trialwire.transforms.write.bundle import MAPPING_VERSION

        stage: Stage = "parse"
        trial_id = None
        try:
            reading = single.reading(item, named=self.familiar.names.get(item.digest))
            trial, trial_id = reading.trial, reading.trial.trial_id
            stage = "identify"
            if trial_id is None:
                raise HoldError([rendering.UNIDENTIFIED])
            stage = "quality"
            row, today = rows.flat(trial), self.seen_at.date()
            if not self.overrule and (reasons := rows.holds(row, today=today)):
                raise HoldError(reasons)
            comparison = self.store.versions.compare(trial, self.news.get(trial_id))
            stage = "map"
            renditions = self.render(comparison)
        except HoldError as error:
            self.hold(item, stage, error.reasons, trial_id)
            return
        if renditions:
            self.news[trial_id] = comparison
        how = next(iter(renditions.values()), None)
        findings = (
            *reading.findings,
            *rows.check(row, today=today),
            *comparison.findings,
            *(how.findings if how else ()),
        )
        self.summary.findings.update(finding.code for finding in findings)
        known = comparison.base is not None
        self.flat_rows.append(row | (rows.lost(comparison.changes) if known else {}))
        self.checked.append(
            Checked(
                record=item,
                trial=comparison.trial,
                comparison=comparison,
                renditions=renditions,
                status=how.status if how else None,
                findings=findings,
                seen_at=self.seen_at,
                reading_version=READING_VERSION,
                mapping_version=MAPPING_VERSION,
                contacts_included=self.settings.contacts == "include",
            )
        )

    def render(self, comparison: Comparison) -> dict[FhirVersion, rendering.CheckedRendition]:
        """Make and check the Bundles of a trial, one per FHIR version. Unchanged trial: returns an empty dict."""
        if comparison.kind not in {"new", "changed"}:
            return {}
        asked = {version: rendering.options(self.settings, version) for version in FHIR_VERSIONS}
        return rendering.checked(comparison.trial, asked)

    def hold(self, item: RawRecord, stage: Stage, reasons: Sequence[Reason], trial_id: str | None = None) -> None:
        """Add a record, with all its bytes and every reason, to the held records of the batch.

        If the same bytes were found at the same place before, they are one held record.
        """
        if stage == "parse" and item.source is not None:
            self.unreadable += 1
        held = HeldRecord(
            id=sha256(f"{item.origin}\n{item.digest}".encode()).hexdigest()[:12],
            source=item.source or "unknown",
            origin=item.origin,
            stage=stage,
            reasons=tuple(reasons),
            trial_id=trial_id,
        )
        self.holding.append((item, held))
        self.summary.held_records.append(held)

    def judge(self) -> None:
        """Run the batch checks. If a check fails, only the held records of the batch remain to be written."""
        from trialwire.quality.batch import check_batch

        report = check_batch(self.flat_rows, asked=self.asked, unreadable=self.unreadable)
        self.summary.findings.update(finding.code for finding in report.findings)
        if report.stopped:
            self.summary = IngestSummary(held_records=self.summary.held_records, stopped=report.message)
            self.checked = []

    def write(self) -> None:
        """Write the versions, changes, sightings and held records of the batch in one transaction."""
        report = self.store.versions.write(self.checked, holding=self.holding)
        self.summary.new += report.new
        self.summary.changed += report.changed
        self.summary.unchanged += report.unchanged

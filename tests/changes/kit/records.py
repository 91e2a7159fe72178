"""Fictional records and what the stages before would make of them, without FHIR: a rendition is any bytes here."""

from __future__ import annotations

import copy
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import orjson

from tests.kit.checkout import FICTIONAL
from trialwire.changes.store import Checked, Comparison, Store
from trialwire.schemas.held import HeldRecord, Reason
from trialwire.schemas.record import RawRecord
from trialwire.transforms.read.any_record import READING_VERSION, read

if TYPE_CHECKING:
    from trialwire.schemas.event import FhirVersion
    from trialwire.schemas.held import Finding
    from trialwire.schemas.trial import Trial

SEEN_AT = datetime(2026, 3, 1, 12, 30, tzinfo=UTC)


@dataclass(frozen=True)
class Rendition:
    """What the store asks of a rendition."""

    content: bytes
    content_hash: str
    status: str
    findings: tuple[Finding, ...] = ()


def study(number: int = 1) -> dict[str, Any]:
    """A fictional registry record, to be altered."""
    content: dict[str, Any] = orjson.loads((FICTIONAL / "registry" / f"NCT{99990000 + number}.json").read_bytes())
    return content


def altered(before: dict[str, Any], path: str, value: Any) -> dict[str, Any]:
    """A copy with one value set ("protocolSection.statusModule.overallStatus"); None takes it away."""
    after = copy.deepcopy(before)
    *parents, last = path.split(".")
    place: Any = after
    for parent in parents:
        place = place[int(parent)] if isinstance(place, list) else place.setdefault(parent, {})
    if value is None:
        del place[last]
    else:
        place[int(last) if isinstance(place, list) else last] = value
    return after


def released(before: dict[str, Any], day: str) -> dict[str, Any]:
    """The record as of another data release of the registry."""
    return altered(before, "derivedSection.miscInfoModule.versionHolder", day)


def raw(document: dict[str, Any] | str, origin: str | None = None) -> RawRecord:
    content = document.encode() if isinstance(document, str) else orjson.dumps(document)
    return RawRecord(origin or f"records/{sha256(content).hexdigest()[:8]}", content)


def page(name: str) -> str:
    return (FICTIONAL / "pages" / f"{name}.txt").read_text()


def trial_of(document: dict[str, Any] | str) -> Trial:
    return read(raw(document)).trial


def renditions(trial: Trial, *, mapping: str = "1") -> dict[FhirVersion, Rendition]:
    content = trial.model_dump_json(by_alias=True, exclude_defaults=True).encode()
    status = {"RECRUITING": "active", "WITHDRAWN": "withdrawn"}.get(str(trial.status.overall_status), "unknown")
    return {
        version: Rendition(body := content + f" {version} {mapping}".encode(), sha256(body).hexdigest(), status)
        for version in ("R4", "R5")
    }


def checked(store: Store, record: RawRecord, earlier: Comparison | None = None) -> Checked:
    """Read and compared, and rendered when it is news: what the pipeline hands to `write`."""
    comparison = store.versions.compare(read(record).trial, earlier)
    made = renditions(comparison.trial) if comparison.kind != "unchanged" else {}
    return Checked(
        record=record,
        trial=comparison.trial,
        comparison=comparison,
        renditions=made,
        status=made["R4"].status if made else None,
        findings=comparison.findings,
        seen_at=SEEN_AT,
        reading_version=READING_VERSION,
        mapping_version="1",
        contacts_included=False,
    )


def put(store: Store, *documents: dict[str, Any] | str) -> list[str]:
    """Write one record after another, each in a transaction of its own. Returns what each came to."""
    came_to = []
    for document in documents:
        report = store.versions.write([checked(store, raw(document))])
        came_to.append("new" if report.new else "changed" if report.changed else "unchanged")
    return came_to


def held(record: RawRecord, *, code: str = "unknown-value", trial_id: str | None = None) -> HeldRecord:
    reason = Reason(code=code, path="protocolSection", message="It cannot go.", cure="Correct it.")
    return HeldRecord(
        id=sha256(f"{record.origin}\n{record.digest}".encode()).hexdigest()[:12],
        source=record.source or "unknown",
        origin=record.origin,
        stage="parse",
        reasons=(reason,),
        trial_id=trial_id,
    )


def rows_in(store: Store) -> dict[str, list[tuple[Any, ...]]]:
    """Everything in the database but leases, table by table."""
    from sqlalchemy import select

    from trialwire.changes import tables

    with store._database.reading() as connection:
        return {
            table.name: [tuple(row) for row in connection.execute(select(table).order_by(*table.primary_key))]
            for table in tables.metadata.sorted_tables
            if table is not tables.lease
        }

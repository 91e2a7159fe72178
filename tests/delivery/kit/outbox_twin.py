"""An outbox in memory, and fictional trials to put into it."""

from __future__ import annotations

import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import orjson

from trialwire.schemas.errors import RetryLaterError
from trialwire.schemas.event import Change
from trialwire.schemas.outbox import DestinationState, OutboxPage, OutboxRow

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from trialwire.schemas.held import Reason, Stage

SEEN_AT = datetime(2026, 3, 1, 8, 30, tzinfo=UTC)


@dataclass(frozen=True)
class Parked:
    row: OutboxRow
    stage: Stage
    reasons: tuple[Reason, ...]
    attempts: int


@dataclass
class MemoryOutbox:
    """Rows in commit order, a cursor and the parked rows per destination."""

    rows: list[OutboxRow] = field(default_factory=list)
    bundles: dict[int, bytes] = field(default_factory=dict)
    cursors: dict[str, int] = field(default_factory=dict)
    parked: dict[str, list[Parked]] = field(default_factory=dict)
    leases: set[str] = field(default_factory=set)
    reseeded: dict[str, int] = field(default_factory=dict)

    def add(self, trial_id: str, bundle: dict[str, Any] | bytes | None = None, **facts: Any) -> OutboxRow:
        """The next change of a trial; its Bundle says which change it is."""
        sequence = 1 + sum(row.change.trial_id == trial_id for row in self.rows)
        facts = {
            "verb": "created" if sequence == 1 else "updated",
            "codes": ("title",),
            "status": "active",
            "seen_at": SEEN_AT,
        } | facts
        change = Change(
            trial_id=trial_id,
            registry="clinicaltrials.gov",
            sequence=sequence,
            previous_status=None if sequence == 1 else "active",
            registry_updated_date="2026-02-27",
            source="clinicaltrials_gov",
            **facts,
        )
        content = study_bundle(trial_id, title=f"change {sequence}") if bundle is None else bundle
        encoded = content if isinstance(content, bytes) else orjson.dumps(content)
        digest = sha256(encoded).hexdigest()
        row = OutboxRow(len(self.rows) + 1, change, {"R4": digest, "R5": digest})
        self.rows.append(row)
        self.bundles[row.position] = encoded
        return row

    def pending(self, destination: str, *, limit: int = 500, after: int | None = None) -> OutboxPage:
        start = self.cursors.get(destination, 0) if after is None else after
        return OutboxPage(self.rows[start : start + limit], rewinds=0)

    def bundle(self, row: OutboxRow, fhir_version: str) -> bytes:  # noqa: ARG002 (a twin holds one rendering)
        return self.bundles[row.position]

    def advance(self, destination: str, position: int, rewinds: int) -> None:  # noqa: ARG002 (see tests/changes)
        assert position > self.cursors.get(destination, 0), "a cursor only moves forward"
        self.cursors[destination] = position

    def rewind(self, destination: str, position: int = 0) -> None:
        self.cursors[destination] = position

    def park(self, destination: str, row: OutboxRow, stage: Stage, reasons: Sequence[Reason], attempts: int) -> None:
        self.parked.setdefault(destination, []).append(Parked(row, stage, tuple(reasons), attempts))

    def state(self, destination: str) -> DestinationState:
        position = self.cursors.get(destination, 0)
        pending = len(self.rows) - position
        age = time.time() - SEEN_AT.timestamp() if pending else 0.0
        return DestinationState(destination, position, pending, age, len(self.parked.get(destination, ())))

    def latest_per_trial(self) -> Iterator[OutboxRow]:
        yield from {row.change.trial_id: row for row in self.rows}.values()

    def taken_over(self) -> Iterator[tuple[str, int]]:
        yield from self.reseeded.items()

    @contextmanager
    def lease(self, name: str, *, seconds: float = 60.0) -> Iterator[None]:  # noqa: ARG002 (it never expires)
        if name in self.leases:
            msg = f"{name} is held by another run"
            raise RetryLaterError(msg)
        self.leases.add(name)
        try:
            yield
        finally:
            self.leases.discard(name)


def filled(trials: int, changes: int) -> MemoryOutbox:
    """An outbox with so many changes of each of so many trials, in turn."""
    outbox = MemoryOutbox()
    for _ in range(changes):
        for number in range(trials):
            outbox.add(f"NCT9999{number:04d}")
    return outbox


def put(resource: dict[str, Any]) -> dict[str, Any]:
    address = f"{resource['resourceType']}/{resource['id']}"
    return {
        "fullUrl": f"https://trialwire.example.org/{address}",
        "resource": resource,
        "request": {"method": "PUT", "url": address},
    }


def study_bundle(trial_id: str, *, title: str = "A fictional trial", status: str | None = "active") -> dict[str, Any]:
    """A small R4 transaction Bundle: sponsor, group, plan, study."""
    key = trial_id.lower()
    said: dict[str, Any] = {"status": status} if status else {"_status": UNKNOWN_STATUS}
    study = {
        "resourceType": "ResearchStudy",
        "id": f"study-{key}",
        "identifier": [{"system": "http://clinicaltrials.gov", "value": trial_id}],
        "title": title,
        **said,
        "protocol": [{"reference": f"PlanDefinition/plan-{key}"}],
        "enrollment": [{"reference": f"Group/group-{key}"}],
        "sponsor": {"reference": "Organization/sponsor-1"},
    }
    plan = {"resourceType": "PlanDefinition", "id": f"plan-{key}", "status": "active", "title": title}
    group = {"resourceType": "Group", "id": f"group-{key}", "type": "person", "actual": False}
    sponsor = {"resourceType": "Organization", "id": "sponsor-1", "name": "Example Hospital"}
    return {
        "resourceType": "Bundle",
        "type": "transaction",
        "entry": [put(sponsor), put(group), put(plan), put(study)],
    }


UNKNOWN_STATUS = {
    "extension": [
        {"url": "http://hl7.org/fhir/StructureDefinition/data-absent-reason", "valueCode": "unknown"},
    ]
}


def removal_bundle(trial_id: str) -> dict[str, Any]:
    """What `study.removed` carries: DELETE entries."""
    key = trial_id.lower()
    urls = (f"ResearchStudy/study-{key}", f"PlanDefinition/plan-{key}", f"Group/group-{key}", "Organization/sponsor-1")
    return {
        "resourceType": "Bundle",
        "type": "transaction",
        "entry": [{"request": {"method": "DELETE", "url": url}} for url in urls],
    }

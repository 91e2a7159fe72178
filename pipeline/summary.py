"""Defines the counts of an ingest run, and the JSON document with these counts."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from trialwire.schemas.held import HeldRecord


@dataclass
class IngestSummary:
    """The counts of one ingest. `read` is always new + changed + unchanged + held.

    `stopped` is the reason why a batch was not written. Of that batch, only the held records are counted.
    """

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    held_records: list[HeldRecord] = field(default_factory=list)
    findings: Counter[str] = field(default_factory=Counter)
    seconds: float = 0.0
    stopped: str = ""

    @property
    def held(self) -> int:
        """The number of held records: stored with their reasons and not written as a version."""
        return len(self.held_records)

    @property
    def read(self) -> int:
        """The number of records that were read."""
        return self.new + self.changed + self.unchanged + self.held

    def add(self, other: IngestSummary) -> None:
        """Add the counts of another batch to these counts."""
        self.new += other.new
        self.changed += other.changed
        self.unchanged += other.unchanged
        self.held_records += other.held_records
        self.findings += other.findings
        self.seconds += other.seconds
        self.stopped = self.stopped or other.stopped

    def document(self) -> dict[str, Any]:
        """Return the JSON document that `trialwire ingest --json` prints."""
        counts = {name: getattr(self, name) for name in ("read", "new", "changed", "unchanged", "held")}
        return counts | {
            "held_records": [held_object(record) for record in self.held_records],
            "findings": dict(sorted(self.findings.items())),
            "seconds": round(self.seconds, 3),
            **({"stopped": self.stopped} if self.stopped else {}),
        }


def held_object(record: HeldRecord) -> dict[str, Any]:
    """Return a held record as the JSON object that `ingest --json` and `held list --json` print."""
    return {
        "id": record.id,
        "origin": record.origin,
        "stage": record.stage,
        "reasons": [reason.document() for reason in record.reasons],
    }

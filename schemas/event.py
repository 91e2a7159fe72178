"""The change event contract v1: CloudEvents 1.0 in Kafka's binary mode.

One event per version of a trial. The value is the FHIR transaction Bundle; everything needed for routing, ordering and
de-duplication is in the headers. Source of the attribute rules: CloudEvents 1.0.2 (core, Kafka binding 3.1 and 3.2,
extensions sequence, partitioning, dataref, data classification).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal
from uuid import UUID, uuid5

if TYPE_CHECKING:
    from datetime import datetime

Verb = Literal["created", "updated", "status-changed", "results-posted", "withdrawn", "removed", "restored", "snapshot"]
ChangeCode = Literal[
    "status", "dates.start", "dates.primary-completion", "enrollment", "phase", "conditions", "interventions", "arms",
    "eligibility.criteria", "eligibility.age", "eligibility.sex", "sites.added", "sites.removed", "sites.status",
    "sponsor", "contacts", "outcomes", "title", "results", "mapping", "other",
]  # fmt: skip
"""Semantic change codes; what has no code of its own is `other`, so that the list is never silently incomplete."""

FhirVersion = Literal["R4", "R5"]
FHIR_VERSION_NUMBERS: dict[FhirVersion, str] = {"R4": "4.0", "R5": "5.0"}
NAMESPACE = UUID("6d1f3c1e-7a55-5d0e-9b2f-0c6b7f3a9e11")
"""Fixed for ever: ce_id is a UUIDv5 in it, so a re-run makes the same id for the same change."""


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One changed place of the Trial: its path, the old and the new value as JSON-able data (long texts as a hash)."""

    code: ChangeCode
    path: str
    old: object
    new: object


@dataclass(frozen=True, slots=True)
class Change:
    """One version of a trial that is news: what the outbox holds about it, without the resources.

    `sequence` counts 1, 2, 3 … per trial without gaps. `seen_at` is aware UTC. Statuses are FHIR R4 research-study
    codes, or "unknown".
    """

    trial_id: str
    registry: str
    sequence: int
    verb: Verb
    codes: tuple[ChangeCode, ...]
    status: str
    previous_status: str | None
    registry_updated_date: str | None
    seen_at: datetime
    source: str
    contacts_included: bool = False
    snapshot: bool = False

    @property
    def ce_source(self) -> str:
        """The CloudEvents source: the trial itself, because `sequence` is scoped to it."""
        return f"/registries/{self.registry}/studies/{self.trial_id}"

    @property
    def ce_id(self) -> str:
        """Deterministic id of this change."""
        return str(uuid5(NAMESPACE, f"{self.ce_source}#{self.sequence}"))

    @property
    def ce_type(self) -> str:
        """The CloudEvents type."""
        return f"org.trialwire.study.{self.verb}.v1"


def sequence_text(sequence: int) -> str:
    """The `sequence` attribute: 20 digits, so that it sorts as a string."""
    return f"{sequence:020d}"

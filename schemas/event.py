"""The change event contract v1: CloudEvents 1.0 in Kafka's binary mode (attributes in headers, data in the value).

There is one event per version of a trial. The message value is the FHIR transaction Bundle. The headers hold everything
needed for routing, ordering and de-duplication. Source of the attribute rules: CloudEvents 1.0.2 (core, Kafka binding
3.1 and 3.2, extensions sequence, partitioning, dataref, data classification).
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
"""The codes that say what changed. A change without its own code is `other`, so no change is missing from the list."""

FhirVersion = Literal["R4", "R5"]
NAMESPACE = UUID("6d1f3c1e-7a55-5d0e-9b2f-0c6b7f3a9e11")
"""The namespace of the UUIDv5 in `ce_id`. It must never change, so that a re-run makes the same id for the same change.
"""


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One changed field of a Trial: its path, and its old and new value as JSON data.

    A long value is given as its SHA-256 and length.
    """

    code: ChangeCode
    path: str
    old: object
    new: object


@dataclass(frozen=True, slots=True)
class Change:
    """One new version of a trial, as the outbox (the table of all changes) stores it: without the FHIR resources.

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
        """The CloudEvents attribute `source`, such as "/registries/clinicaltrials.gov/studies/NCT99990001".

        It contains the trial's number, because `sequence` counts per trial.
        """
        return f"/registries/{self.registry}/studies/{self.trial_id}"

    @property
    def ce_id(self) -> str:
        """The CloudEvents attribute `id`. The same change always gets the same id."""
        return str(uuid5(NAMESPACE, f"{self.ce_source}#{self.sequence}"))

    @property
    def ce_type(self) -> str:
        """The CloudEvents attribute `type`. It contains the verb of the change, such as "updated"."""
        return f"org.trialwire.study.{self.verb}.v1"


def sequence_text(sequence: int) -> str:
    """Take a sequence number; return the CloudEvents attribute `sequence`.

    It has 20 digits with leading zeros, so that the texts sort in the same order as the numbers.
    """
    return f"{sequence:020d}"

"""What the loader needs to know about a FHIR server."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from delivery import destination

if TYPE_CHECKING:
    from schemas.event import FhirVersion


@dataclass(frozen=True, slots=True)
class FhirSettings:
    """One server of one FHIR version. Secrets are never shown."""

    base_url: str
    fhir_version: FhirVersion
    token: str | None = field(default=None, repr=False)
    username: str | None = None
    password: str | None = field(default=None, repr=False)
    timeout_seconds: float = 60.0
    name: str | None = None

    @property
    def kind(self) -> str:
        """What its reports are called: fhir-r4 or fhir-r5."""
        return f"fhir-{self.fhir_version.lower()}"

    @property
    def destination(self) -> str:
        """The name of its cursor: the kind, and its own name or its address."""
        return destination.named(self.kind, self.name or destination.place_of(self.base_url))

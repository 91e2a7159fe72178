"""What the loader needs to know about a FHIR server."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

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

    @property
    def destination(self) -> str:
        """The name of its cursor: fhir-r4 or fhir-r5."""
        return f"fhir-{self.fhir_version.lower()}"

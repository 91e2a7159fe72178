"""The FHIR versions that Trialwire writes ("R4", "R5"), with their version numbers."""

from __future__ import annotations

from typing import Final, get_args

from trialwire.schemas.event import FhirVersion

FHIR_VERSIONS: Final[tuple[FhirVersion, ...]] = get_args(FhirVersion)
PUBLISHED_NUMBERS: Final[dict[FhirVersion, str]] = {"R4": "4.0.1", "R5": "5.0.0"}
"""Version number of the specification, for CapabilityStatement.fhirVersion and StructureDefinition.fhirVersion."""
SHORT_NUMBERS: Final[dict[FhirVersion, str]] = {
    version: number.rpartition(".")[0] for version, number in PUBLISHED_NUMBERS.items()
}
"""Major and minor number, for the parameter `fhirVersion` of the MIME type `application/fhir+json`."""

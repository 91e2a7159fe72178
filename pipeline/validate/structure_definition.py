"""The StructureDefinitions of our extensions, made from the table, for validating servers.

Cross-version extensions hold elements of one FHIR version in another. HL7 publishes them as a package of thousands of
definitions, which no validator includes. This module makes only the few that we use, with the same URLs and content. It
makes only differentials (differences from the base type): a validator makes the complete definitions (snapshots).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from trialwire.schemas.fhir.extensions import EXTENSIONS, ExtensionRow, Part
from trialwire.schemas.fhir.versions import PUBLISHED_NUMBERS

if TYPE_CHECKING:
    from trialwire.schemas.event import FhirVersion

_EXTENSION = "http://hl7.org/fhir/StructureDefinition/Extension"


def supplied(version: FhirVersion) -> list[dict[str, Any]]:
    """Return our StructureDefinitions for a FHIR version: one per extension that the version does not define."""
    return [_definition(row, version) for row in EXTENSIONS if version in row.versions and version not in row.published]


def _definition(row: ExtensionRow, version: FhirVersion) -> dict[str, Any]:
    name = row.url.rpartition("/")[2].removeprefix("extension-")
    return {
        "resourceType": "StructureDefinition",
        "id": name[:64],
        "url": row.url,
        "name": "".join(part[0].upper() + part[1:] for part in name.replace("-", ".").split(".")),
        "title": row.title,
        "status": "active",
        "description": f"{row.title}.",
        "fhirVersion": PUBLISHED_NUMBERS[version],
        "kind": "complex-type",
        "abstract": False,
        "context": [{"type": "element", "expression": place} for place in row.contexts],
        "type": "Extension",
        "baseDefinition": _EXTENSION,
        "derivation": "constraint",
        "differential": {"element": [{"id": "Extension", "path": "Extension"}, *_elements(row, "Extension", row.url)]},
    }


def _elements(row: ExtensionRow | Part, element_id: str, url: str) -> list[dict[str, Any]]:
    """The elements below an extension: its parts or none, its address, its value or none."""
    path = ".".join(step.partition(":")[0] for step in element_id.split("."))
    address = {"id": f"{element_id}.url", "path": f"{path}.url", "fixedUri": url}
    parts = row.parts if isinstance(row, ExtensionRow) else ()
    if not parts:
        value = {"id": f"{element_id}.value[x]", "path": f"{path}.value[x]", "min": 1}
        none = {"id": f"{element_id}.extension", "path": f"{path}.extension", "max": "0"}
        return [none, address, {**value, "type": [{"code": code} for code in row.value_types]}]
    found: list[dict[str, Any]] = []
    for part in parts:
        slice_id = f"{element_id}.extension:{part.url}"
        found.append(
            {
                "id": slice_id,
                "path": f"{path}.extension",
                "sliceName": part.url,
                "min": part.min,
                "max": "*" if part.max is None else str(part.max),
            }
        )
        found += _elements(part, slice_id, part.url)
    return [*found, address, {"id": f"{element_id}.value[x]", "path": f"{path}.value[x]", "max": "0"}]

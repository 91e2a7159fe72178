"""Is this Bundle valid FHIR? fhir.resources first, then our own rules for what it does not check. All faults at once.

fhir.resources judges shape: unknown and missing elements, choices, cardinality. Our rules judge what it does not:
required codes, code systems, units, invariants, references, extensions, profiles, narratives, empties, exact types.
R4 is judged with the R4B models, whose elements are the same. Heavy modules are imported at the first call.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from schemas.held import Reason

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pydantic import ValidationError

    from quality.fault import Faults, Path
    from schemas.event import FhirVersion


def check(bundle: Mapping[str, Any], fhir_version: FhirVersion, *, profile: str = "base") -> list[Reason]:
    """Every fault of a transaction Bundle, or an empty list. Never raises for a bad Bundle.

    `path` of a Reason is FHIRPath (Bundle.entry[0].resource.period.start); its message names the resource.
    """
    from quality import reference
    from quality.bundle import envelope
    from quality.fault import Faults
    from quality.resource_walk import walk
    from quality.shape import RESOURCE_TYPES

    faults = Faults(fhir_version, profile)
    entries = envelope(bundle, faults)
    known = frozenset(f"{resource.get('resourceType')}/{resource.get('id')}" for _, resource in entries)
    ours: list[tuple[Path, dict[str, Any], str]] = []
    for path, resource in entries:
        type_name = str(resource.get("resourceType"))
        if type_name in RESOURCE_TYPES:
            ours.append((path, resource, type_name))
        else:
            faults.add("unknown-resource", path, "holds a resource of a type that we do not write")
    # One judge after the other over the whole Bundle is quicker than turn by turn: each finds its own code at hand.
    for path, resource, type_name in ours:
        faults.about = f"{type_name}/{resource.get('id')}"
        by_model(resource, type_name, path, faults)
    for path, resource, type_name in ours:
        faults.about = f"{type_name}/{resource.get('id')}"
        inside = reference.contained(resource)
        reference.check(found := walk(resource, type_name, path, faults), known | inside, faults)
        if inside:
            reference.used(found, inside, path, faults)
    return list(faults.reasons)


def by_model(resource: dict[str, Any], type_name: str, path: Path, faults: Faults) -> None:
    """What fhir.resources says of one resource."""
    from pydantic import ValidationError

    from quality.shape import model

    try:
        model(faults.version, type_name).model_validate(resource)
    except ValidationError as error:
        _told(error, path, faults)
    except (AttributeError, LookupError, TypeError, ValueError, RecursionError) as error:
        faults.add("invalid", path, f"fhir.resources cannot read it ({type(error).__name__})")


def _told(error: ValidationError, path: Path, faults: Faults) -> None:
    for detail in error.errors(include_url=False, include_input=False, include_context=False):
        place: Path = path
        for step in detail["loc"]:
            place = (place, step)
        faults.add("invalid", place, detail["msg"])

"""Checks that a Bundle is valid FHIR, with fhir.resources and our own rules. Reports all faults at once.

fhir.resources checks the structure: unknown and missing elements, choices, cardinality. Our rules check the rest:
required codes, code systems, units, invariants, references, extensions, profiles, narratives, empty elements, exact
types. Heavy modules are imported at the first call.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from trialwire.quality.fhir.fault import Faults, Path
    from trialwire.quality.fhir.verdict_cache import KnownSound
    from trialwire.schemas.event import FhirVersion
    from trialwire.schemas.held import Reason


def check(bundle: Mapping[str, Any], fhir_version: FhirVersion, *, profile: str = "base") -> list[Reason]:
    """Check a transaction Bundle and return every fault as a Reason (valid: empty list). Never raises for a bad Bundle.

    The `path` of a Reason is FHIRPath (Bundle.entry[0].resource.period.start). Its message names the resource.
    """
    from trialwire.quality.fhir.fault import Faults
    from trialwire.quality.fhir.verdict_cache import remembered

    faults = Faults(fhir_version, profile)
    if _judge(bundle, faults, remembered(fhir_version, profile)):
        return []
    # A second pass without the cache reports every fault, also those of elements that the first pass skipped.
    faults = Faults(fhir_version, profile)
    _judge(bundle, faults, None)
    return list(faults.reasons)


def _judge(bundle: Mapping[str, Any], faults: Faults, known: KnownSound | None) -> bool:
    """Add every fault of the Bundle to `faults`. Returns whether it has none; only then its elements are cached."""
    from trialwire.quality.fhir import model_judge, reference
    from trialwire.quality.fhir.envelope import envelope
    from trialwire.quality.fhir.shape import RESOURCE_TYPES
    from trialwire.quality.fhir.walk import Walk

    entries = envelope(bundle, faults)
    targets = frozenset(_about(resource) for _, resource in entries)
    walk = Walk(faults, known)
    left: list[tuple[str, Path, dict[str, Any], str]] = []
    for path, resource in entries:
        type_name = str(resource.get("resourceType"))
        if type_name not in RESOURCE_TYPES:
            faults.add("unknown-resource", path, "a resource of a type that the mapping never writes")
            continue
        faults.about = _about(resource)
        left.append((faults.about, path, walk.resource(resource, type_name, path), type_name))
        inside = reference.contained(resource)
        reference.check(walk.references, targets, inside, faults)
        if inside:
            reference.used(walk.references, inside, path, faults)
    # First our rules for all resources, then fhir.resources for all: faster than alternating between the two.
    for about, path, resource, type_name in left:
        faults.about = about
        model_judge.judge(resource, type_name, path, faults)
    if known is not None and not faults.reasons:
        known.remember(walk.learnt)
    return not faults.reasons


def _about(resource: Mapping[str, Any]) -> str:
    return f"{resource.get('resourceType')}/{resource.get('id')}"

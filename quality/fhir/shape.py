"""Lists the elements of each FHIR type, taken from the model classes of the library fhir.resources.

Each element also has its allowed codes (required binding) and the types its references may point to. The library does
not check these two; our rules do. A test compares both with the StructureDefinitions of the specification. Required
bindings that the models lack are added here.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Annotated, Any, get_args, get_origin

from trialwire.quality.fhir import narrative, primitive

if TYPE_CHECKING:
    from trialwire.quality.fhir.primitive import Rule
    from trialwire.schemas.event import FhirVersion

MODEL_PACKAGES: dict[FhirVersion, str] = {"R4": "fhir.resources.R4B", "R5": "fhir.resources"}
"""R4 is checked with the R4B models: for our resource types, the elements are the same in both."""

RESOURCE_TYPES = frozenset({
    "EvidenceVariable",
    "Group",
    "Location",
    "Organization",
    "PlanDefinition",
    "Practitioner",
    "PractitionerRole",
    "ResearchStudy",
})  # fmt: skip
"""The resource types that the mapping writes. Any other type in a Bundle is a fault."""

_RULES = {**primitive.RULES, "xhtml": narrative.complaint}
_COMPARATORS = frozenset({"<", "<=", ">", ">="})
# Required bindings that the models do not carry, by type and element.
_MORE_CODES: dict[FhirVersion, dict[tuple[str, str], frozenset[str]]] = {
    "R4": {(name, "comparator"): _COMPARATORS for name in ("Quantity", "Age", "Duration")},
    "R5": {(name, "comparator"): _COMPARATORS | {"ad"} for name in ("Quantity", "Age", "Duration")},
}


@dataclass(frozen=True, slots=True)
class Element:
    """One element of a FHIR type: the type of its value, whether it repeats, its allowed codes and target types."""

    type_name: str
    primitive: bool
    many: bool
    codes: frozenset[str] | None
    targets: frozenset[str] | None
    rule: Rule | None
    """The rule on the value, for a primitive type."""


@cache
def model(version: FhirVersion, type_name: str) -> Any:
    """Return the fhir.resources class of a FHIR type. Raises KeyError if the FHIR version has no type of this name."""
    package = import_module(MODEL_PACKAGES[version])
    try:
        return package.get_fhir_model_class(type_name)
    except ValueError:
        raise KeyError(type_name) from None


@cache
def elements(version: FhirVersion, type_name: str) -> dict[str, Element]:
    """Return the elements of a FHIR type as a dict: JSON name → Element.

    A primitive element has a second key with an underscore for its extensions: "status" and "_status".
    """
    found: dict[str, Element] = {}
    more = _MORE_CODES[version]
    for field in model(version, type_name).model_fields.values():
        leaf, many = _leaf(field.annotation)
        extra = field.json_schema_extra or {}
        if leaf is None or not (extra.get("element_property") or field.alias.startswith("_")):
            continue
        complex_type = getattr(leaf, "get_model_klass", None)
        codes, targets = extra.get("enum_values"), extra.get("enum_reference_types")
        type_of_value = _complex_name(complex_type()) if complex_type else _primitive_name(leaf)
        found[field.alias] = Element(
            type_name=type_of_value,
            primitive=complex_type is None,
            many=many,
            codes=frozenset(codes)
            if codes and _is_code(leaf) and "etc." not in codes
            else more.get((type_name, field.alias)),
            targets=frozenset(targets) if targets else None,
            rule=None if complex_type else _RULES.get(type_of_value),
        )
    return found


@cache
def nicknames(version: FhirVersion, type_name: str) -> frozenset[str]:
    """Return the keys that the library accepts although FHIR does not have them: Python names and internal fields."""
    own = {"resource_type", "resourceType"}
    return frozenset((own | model(version, type_name).model_fields.keys()) - elements(version, type_name).keys())


def _leaf(annotation: Any) -> tuple[Any, bool]:
    """(innermost type, whether it repeats) of a field that may be optional or a list."""
    many = False
    while get_origin(annotation) is not Annotated:
        inner = [argument for argument in get_args(annotation) if argument is not type(None)]
        if not inner:
            return annotation, many
        many = many or get_origin(annotation) is list
        annotation = inner[0]
    return annotation, many


def _complex_name(found: Any) -> str:
    """The FHIR name of a model class. The sibling key of a primitive ("_status") has the type Element."""
    name: str = found.__name__
    return "Element" if name == "FHIRPrimitiveExtension" else name


def _primitive_name(leaf: Any) -> str:
    """The FHIR name of a primitive: the class of the last annotation, with "UnsignedInt" written as "unsignedInt"."""
    if leaf is bool:
        return "boolean"
    name = type(get_args(leaf)[-1]).__name__
    return name[0].lower() + name[1:]


def _is_code(leaf: Any) -> bool:
    return get_origin(leaf) is Annotated and _primitive_name(leaf) == "code"

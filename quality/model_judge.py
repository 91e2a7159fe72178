"""What fhir.resources says of a resource, or of one element: unknown and missing elements, choices, cardinality.

R4 is judged with the R4B models, whose elements are the same.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from quality.shape import model

if TYPE_CHECKING:
    from quality.fault import Faults, Path
    from schemas.event import FhirVersion

_UNREADABLE = (AttributeError, LookupError, TypeError, ValueError, RecursionError)


def accepts(node: dict[str, Any], type_name: str, version: FhirVersion) -> bool:
    """Whether an element is sound by itself; what it is not told of is told with its resource."""
    try:
        model(version, type_name).model_validate(node)
    except _UNREADABLE:  # a ValidationError is a ValueError
        return False
    return True


def judge(resource: dict[str, Any], type_name: str, path: Path, faults: Faults) -> None:
    """Note every fault of a resource."""
    try:
        model(faults.version, type_name).model_validate(resource)
    except ValidationError as error:
        _told(error, path, faults)
    except _UNREADABLE as error:
        faults.add("invalid", path, f"fhir.resources cannot read it ({type(error).__name__})")


def _told(error: ValidationError, path: Path, faults: Faults) -> None:
    for detail in error.errors(include_url=False, include_input=False, include_context=False):
        place: Path = path
        for step in detail["loc"]:
            place = (place, step)
        faults.add("invalid", place, detail["msg"])

"""Validates a resource with the library fhir.resources: unknown and missing elements, choices, cardinality.

R4 resources are checked with the R4B models of the library, because the elements of R4 and R4B are the same.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from trialwire.quality.fhir.shape import model

if TYPE_CHECKING:
    from trialwire.quality.fhir.fault import Faults, Path

_UNREADABLE = (AttributeError, LookupError, TypeError, ValueError, RecursionError)


def judge(resource: dict[str, Any], type_name: str, path: Path, faults: Faults) -> None:
    """Check a resource with fhir.resources and add its faults to `faults`.

    If an element was found valid before, trialwire.quality.fhir.walk has replaced it by a blank instance of its model.
    The library does not check such an instance again.
    """
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

"""Faults of one Bundle, collected while it is walked: all of them, each with its place and its cure."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from trialwire.schemas.held import Reason

if TYPE_CHECKING:
    from trialwire.schemas.event import FhirVersion

Path = tuple["Path | None", str | int]
"""A place as linked steps, cheap to extend: (parent, "status") or (parent, 3). It is written out only for a fault."""

_MAPPING_CURE = (
    "The mapping made a resource that is not valid: report it with this record, and map it again after a fix."
)

_CURES = {"too-long": "FHIR takes texts of 1 MB at most: shorten it at its registry, or leave this record held."}
"""Of the faults that are the record's and not the mapping's."""


@dataclass(slots=True)
class Faults:
    """The faults of one Bundle so far. `about` names the resource being walked ("ResearchStudy/NCT99990001")."""

    version: FhirVersion
    profile: str = "base"
    about: str = "the Bundle"
    reasons: dict[Reason, None] = field(default_factory=dict)

    def add(self, code: str, path: Path | None, says: str) -> None:
        """Note one fault. `says` completes "ResearchStudy/NCT99990001: "; it never quotes free text or a person's data."""
        place, cure = written(path), _CURES.get(code, _MAPPING_CURE)
        self.reasons[Reason(code=code, path=place, message=f"{self.about}: {says}", cure=cure)] = None


def written(path: Path | None) -> str:
    """A path in FHIRPath: Bundle.entry[0].resource.period.start."""
    steps: list[str | int] = []
    while path is not None:
        path, step = path
        steps.append(step)
    return "".join(
        f"[{step}]" if isinstance(step, int) else (f".{step}" if index else step)
        for index, step in enumerate(reversed(steps))
    )


def local(path: Path | None) -> str:
    """The part of a path below its resource, for messages: period.start."""
    return written(path).partition(".resource.")[2] or written(path)

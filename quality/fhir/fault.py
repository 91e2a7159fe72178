"""Collects the faults of one Bundle while it is checked. Each fault is a Reason with its path and what to do."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from trialwire.schemas.held import Reason

if TYPE_CHECKING:
    from trialwire.schemas.event import FhirVersion

Path = tuple["Path | None", str | int]
"""A path as a linked list of steps, cheap to extend: (parent, "status") or (parent, 3). Written out only for a fault."""

_MAPPING_CURE = (
    "The mapping made an invalid resource: report it with this record, and map the record again after a fix."
)

_CURES = {"too-long": "FHIR takes texts of 1 MB at most: shorten it at its registry, or leave this record held."}
"""Code of a fault → what to do, for faults that are caused by the record and not by the mapping."""


@dataclass(slots=True)
class Faults:
    """The faults found in one Bundle so far. `about`: the resource being checked ("ResearchStudy/NCT99990001")."""

    version: FhirVersion
    profile: str = "base"
    about: str = "the Bundle"
    reasons: dict[Reason, None] = field(default_factory=dict)

    def add(self, code: str, path: Path | None, says: str) -> None:
        """Add one fault to the list. `path`: the faulty element, or None for the whole Bundle.

        `says`: the message after "ResearchStudy/NCT99990001: ". It never quotes free text or personal data.
        """
        place, cure = written(path), _CURES.get(code, _MAPPING_CURE)
        self.reasons[Reason(code=code, path=place, message=f"{self.about}: {says}", cure=cure)] = None


def written(path: Path | None) -> str:
    """Return a path as FHIRPath, for example Bundle.entry[0].resource.period.start."""
    steps: list[str | int] = []
    while path is not None:
        path, step = path
        steps.append(step)
    return "".join(
        f"[{step}]" if isinstance(step, int) else (f".{step}" if index else step)
        for index, step in enumerate(reversed(steps))
    )


def local(path: Path | None) -> str:
    """Return the part of a path below the resource, for messages: period.start."""
    return written(path).partition(".resource.")[2] or written(path)

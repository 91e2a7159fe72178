"""Elements that were judged once and are sound: the same element again is not judged again.

Registry records say the same things over and over: a code of a vocabulary, an extension that holds one, the position of
a town. fhir.resources takes its time for each of them (it looks at all 55 fields of an Extension), so what it and our
own rules found sound is remembered, and a blank instance of its model stands in for it in the resource: the library
takes an instance of the right model as judged. What is sound is sound anywhere, since whether it may stand in its place
is judged with its parent each time: the verdict depends on the type of the element, how deep it stands, what is written
of it, the FHIR version and the profile, and all five are part of what is remembered. An element that refers to something
is judged each time, since what it refers to may be missing there.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

import orjson

from trialwire.quality.fhir.shape import model

if TYPE_CHECKING:
    from collections.abc import Mapping

    from trialwire.schemas.event import FhirVersion

RECURRING = frozenset({
    "CodeableConcept",
    "Extension",
    "GroupCharacteristic",
    "LocationPosition",
    "Quantity",
    "ResearchStudyProgressStatus",
})  # fmt: skip
"""Types whose elements come again: one element in six or more, over 300 records of ClinicalTrials.gov.

"Element" (what stands beside a primitive) stays out: fhir.resources looks into it from the element it stands in.
"""

MOST_KEPT = 2048
"""Elements remembered per FHIR version and profile, of some 300 bytes each."""
_LONGEST = 4096
"""Bytes of the longest element remembered."""


class KnownSound:
    """The sound elements of one FHIR version and profile, each with what stands in for it.

    In two generations: when the younger has half of what may be kept, it becomes the elder, and the elder is forgotten.
    What is asked for again comes back into the younger.
    """

    __slots__ = ("_elder", "_younger")

    def __init__(self) -> None:
        self._elder: dict[bytes, Any] = {}
        self._younger: dict[bytes, Any] = {}

    def __len__(self) -> int:
        return len(self._elder.keys() | self._younger.keys())

    def get(self, key: bytes) -> Any:
        """What stands in for the element of this key, or None for an element not known to be sound."""
        found = self._younger.get(key)
        if found is None and (found := self._elder.get(key)) is not None:
            self._keep(key, found)
        return found

    def remember(self, stand_ins: Mapping[bytes, Any]) -> None:
        """Note that the elements of these keys are sound."""
        for key, stand_in in stand_ins.items():
            self._keep(key, stand_in)

    def _keep(self, key: bytes, stand_in: Any) -> None:
        self._younger[key] = stand_in
        if len(self._younger) == MOST_KEPT // 2:
            self._elder, self._younger = self._younger, {}


def key(node: dict[str, Any], type_name: str, depth: int) -> bytes | None:
    """What an element is known by; None for one that cannot be written, or is too long to be worth keeping."""
    try:
        written = orjson.dumps((type_name, depth, node))
    except orjson.JSONEncodeError:
        return None
    # A copy: what orjson returns keeps its whole write buffer.
    return bytes(memoryview(written)) if len(written) <= _LONGEST else None


@cache
def remembered(version: FhirVersion, profile: str) -> KnownSound:
    """What this process knows of one FHIR version and profile."""
    del version, profile  # they tell one from the other
    return KnownSound()


@cache
def stand_in(version: FhirVersion, type_name: str) -> Any:
    """A blank instance of a model."""
    return model(version, type_name).model_construct()

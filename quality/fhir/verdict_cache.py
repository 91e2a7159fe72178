"""A cache of valid elements, so that the same element is not validated again.

Registry records repeat the same elements: a code of a vocabulary, an extension with a code, the position of a town. The
library fhir.resources is slow for each element (it looks at all 55 fields of an Extension). An element that passed
both fhir.resources and our rules is therefore cached. When the same element occurs again, it is replaced by a blank
instance of its model in the copy that fhir.resources checks. The library does not check such an instance.

The verdict depends on five things, which together are the cache key: the type of the element, its depth, its JSON, the
FHIR version and the profile. Whether an element may be used in its parent is checked with the parent each time. An
element with a reference is never cached, because its target may be missing in the next Bundle.
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
"""Types worth caching: at least one element in six is a repeat, measured over 300 records of ClinicalTrials.gov.

"Element" (the sibling key of a primitive) is left out: fhir.resources reads it when it checks the parent.
"""

MOST_KEPT = 2048
"""Largest number of cached elements per FHIR version and profile; each takes about 300 bytes."""
_LONGEST = 4096
"""Longest element that is cached, in bytes of JSON."""


class KnownSound:
    """The cache of valid elements of one FHIR version and profile: key → the blank model instance that replaces it.

    It is an approximate LRU cache with two generations of entries, younger and elder. When the younger generation has
    half of `MOST_KEPT` entries, the elder generation is evicted, the younger generation becomes the elder, and a new
    younger generation starts. An entry that is used again moves to the younger generation.
    """

    __slots__ = ("_elder", "_younger")

    def __init__(self) -> None:
        self._elder: dict[bytes, Any] = {}
        self._younger: dict[bytes, Any] = {}

    def __len__(self) -> int:
        return len(self._elder.keys() | self._younger.keys())

    def get(self, key: bytes) -> Any:
        """Return the blank instance that replaces the element of this key, or None if the key is not in the cache."""
        found = self._younger.get(key)
        if found is None and (found := self._elder.get(key)) is not None:
            self._keep(key, found)
        return found

    def remember(self, stand_ins: Mapping[bytes, Any]) -> None:
        """Add valid elements to the cache. `stand_ins`: cache key → the blank instance that replaces the element."""
        for key, stand_in in stand_ins.items():
            self._keep(key, stand_in)

    def _keep(self, key: bytes, stand_in: Any) -> None:
        self._younger[key] = stand_in
        if len(self._younger) == MOST_KEPT // 2:
            self._elder, self._younger = self._younger, {}


def key(node: dict[str, Any], type_name: str, depth: int) -> bytes | None:
    """Return the cache key of an element, or None if it cannot be written as JSON or is longer than `_LONGEST`."""
    try:
        written = orjson.dumps((type_name, depth, node))
    except orjson.JSONEncodeError:
        return None
    # A copy, because the bytes that orjson returns keep its whole write buffer in memory.
    return bytes(memoryview(written)) if len(written) <= _LONGEST else None


@cache
def remembered(version: FhirVersion, profile: str) -> KnownSound:
    """Return the cache that this process keeps for one FHIR version and profile."""
    del version, profile  # only the key of @cache
    return KnownSound()


@cache
def stand_in(version: FhirVersion, type_name: str) -> Any:
    """Return a blank model instance of a FHIR type. fhir.resources accepts it without a check."""
    return model(version, type_name).model_construct()

"""Walks over all elements of a resource, applies the rules for each element's type, and collects the faults.

A cached valid element is skipped (trialwire.quality.fhir.verdict_cache). The walk returns the resource that
fhir.resources must still check: a copy in which a blank model instance replaces each cached element.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from trialwire.quality.fhir import extension, verdict_cache
from trialwire.quality.fhir.datatype import MAX_DEPTH, TYPE_RULES
from trialwire.quality.fhir.shape import Element, elements, nicknames
from trialwire.schemas.contact_data import quoted

if TYPE_CHECKING:
    from trialwire.quality.fhir.fault import Faults, Path

_REFERENCES = frozenset({"Reference", "CodeableReference"})


class ReferenceFound(NamedTuple):
    """A reference found in a resource: its path, its JSON element, and the allowed target types (None: any type)."""

    path: Path
    node: dict[str, Any]
    targets: frozenset[str] | None


class Walk:
    """Checks every element of the resources of one Bundle.

    `known`: the cache of elements that were found valid before and are not checked again. If it is None, every element
    is checked.

    `references`: the references in the resource that was checked last, with their allowed target types. `learnt`: the
    new cache entries, which are added to the cache if the whole Bundle is valid.
    """

    __slots__ = ("_faults", "_known", "learnt", "references")

    def __init__(self, faults: Faults, known: verdict_cache.KnownSound | None) -> None:
        self.references: list[ReferenceFound] = []
        self.learnt: dict[bytes, Any] = {}
        self._faults = faults
        self._known = known

    def resource(self, resource: dict[str, Any], type_name: str, path: Path) -> dict[str, Any]:
        """Check every element of a resource with our rules. Returns the resource to be checked by fhir.resources.

        In it, blank instances replace the elements that are known to be valid.
        """
        self.references = []
        left = self._object(resource, type_name, path, 0)
        if "contained" in resource:
            self._contained(resource["contained"], type_name, (path, "contained"))
        return left

    def _contained(self, found: Any, type_name: str, path: Path) -> None:
        """Check contained resources: only in a Group, only Groups (lists of criteria), not nested (dom-2)."""
        if found == []:
            self._faults.add("empty", path, "an empty list")
        for index, item in enumerate(found if isinstance(found, list) else [found]):
            place: Path = (path, index)
            if type_name != "Group" or not isinstance(item, dict) or item.get("resourceType") != "Group":
                self._faults.add("contained", place, "contains a resource: only a Group may, and only other Groups")
            elif not item.get("id") or {"contained", "meta", "text"} & item.keys():
                self._faults.add(
                    "contained", place, "a contained Group needs an id, and no meta, text or contained (dom-2)"
                )
            else:
                self._object(item, "Group", place, 0)

    def _object(self, node: dict[str, Any], type_name: str, path: Path, depth: int) -> dict[str, Any]:
        """Check an object. Returns the object itself, or a copy in which instances replace cached elements."""
        faults = self._faults
        if not node:
            faults.add("empty", path, "an empty object (ele-1)")
            return node
        if depth > MAX_DEPTH:
            faults.add("too-deep", path, "nested deeper than any resource that we write")
            return node
        for rule in TYPE_RULES.get(type_name, ()):
            rule(node, path, faults)
        if type_name != "Extension" and ("extension" in node or "modifierExtension" in node):
            extension.carried(node, type_name, path, faults)
        left = node
        shape = elements(faults.version, type_name)
        for key, value in node.items():
            element = shape.get(key)
            if element is None:
                # fhir.resources reports every other element that the type does not have.
                if key in nicknames(faults.version, type_name) and not (key == "resourceType" and depth == 0):
                    faults.add("unknown-element", (path, key), "a key that FHIR does not have there")
                continue
            if key == "contained":
                continue  # `_contained` walks over it; fhir.resources checks all of it
            if element.many:
                part = self._list(value, element, (path, key), depth)
            elif element.primitive:
                # The fast path: most values are valid, so their path is never needed.
                if element.rule is None or element.codes is not None or element.rule(value) is not None:
                    _primitive(value, element, path, key, faults)
                continue
            else:
                part = self._complex(value, element, (path, key), depth)
            if part is not value:
                left = _replaced(node, left, key, part)
        return left

    def _list(self, value: Any, element: Element, path: Path, depth: int) -> Any:
        if type(value) is not list:
            self._faults.add("wrong-type", path, "a list belongs there")
            return value
        if not value:
            self._faults.add("empty", path, "an empty list")
        if element.primitive:
            for index, item in enumerate(value):
                _primitive(item, element, path, index, self._faults)
            return value
        left = value
        for index, item in enumerate(value):
            if item is None and element.type_name == "Element":
                continue  # a primitive of the list that has no extension
            part = self._complex(item, element, (path, index), depth)
            if part is not item:
                left = _replaced(value, left, index, part)
        return left

    def _complex(self, value: Any, element: Element, path: Path, depth: int) -> Any:
        type_name = element.type_name
        if type(value) is not dict:
            self._faults.add("wrong-type", path, "an object belongs there")
            return value
        if type_name in _REFERENCES:
            self.references.append(ReferenceFound(path, value, element.targets))
        known = self._known
        if (
            known is None
            or type_name not in verdict_cache.RECURRING
            or (key := verdict_cache.key(value, type_name, depth)) is None
        ):
            return self._object(value, type_name, path, depth + 1)
        stand_in = known.get(key) or self.learnt.get(key)
        if stand_in is not None:
            return stand_in
        before = len(self.references)
        left = self._object(value, type_name, path, depth + 1)
        if before == len(self.references):
            self.learnt[key] = verdict_cache.stand_in(self._faults.version, type_name)
        return left


def _replaced(whole: Any, left: Any, at: str | int, part: Any) -> Any:
    """A copy of `whole` with `part` at one place. `left` is that copy if it was made before. `whole` never changes."""
    if left is whole:
        left = whole.copy()
    left[at] = part
    return left


def _primitive(value: Any, element: Element, parent: Path, step: str | int, faults: Faults) -> None:
    complaint = element.rule(value) if element.rule else None
    if complaint is None and (element.codes is None or value in element.codes):
        return
    path: Path = (parent, step)
    if complaint:
        faults.add(complaint[0], path, f"{written_last(path)} is {complaint[1]}")
    else:
        faults.add("unknown-code", path, f"{quoted(str(value), 60)} is not an allowed code of {written_last(path)}")


def written_last(path: Path) -> str:
    """Return the name of the last element in a path, without a list index: "coding" for "code.coding[0]"."""
    step: Any = path
    while isinstance(step[1], int):
        step = step[0]
    return str(step[1])

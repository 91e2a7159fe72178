"""One walk over a resource: every element by its type, every rule on the way, every fault noted.

An element that comes again and was sound is not looked into (trialwire.quality.fhir.verdict_cache). So the walk also tells what is left
for fhir.resources: the very same resource, with a stand-in for each element that needs no second judgement.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from trialwire.quality.fhir import extension, verdict_cache
from trialwire.quality.fhir.datatype import MAX_DEPTH, TYPE_RULES
from trialwire.quality.fhir.shape import Element, elements, nicknames

if TYPE_CHECKING:
    from trialwire.quality.fhir.fault import Faults, Path

_REFERENCES = frozenset({"Reference", "CodeableReference"})
ReferenceFound = tuple["Path", dict[str, Any], "frozenset[str] | None"]


class Walk:
    """A walk over the resources of one Bundle, with what is known to be sound, or with nothing taken as known.

    `references`: those of the last resource, with the types they may point to. `learnt`: what stands in for the elements
    that are sound if the whole Bundle is.
    """

    __slots__ = ("_faults", "_known", "learnt", "references")

    def __init__(self, faults: Faults, known: verdict_cache.KnownSound | None) -> None:
        self.references: list[ReferenceFound] = []
        self.learnt: dict[bytes, Any] = {}
        self._faults = faults
        self._known = known

    def resource(self, resource: dict[str, Any], type_name: str, path: Path) -> dict[str, Any]:
        """Judge every element of a resource. Returns what is left of it for fhir.resources to judge."""
        self.references = []
        left = self._object(resource, type_name, path, 0)
        if "contained" in resource:
            self._contained(resource["contained"], type_name, (path, "contained"))
        return left

    def _contained(self, found: Any, type_name: str, path: Path) -> None:
        """A list of criteria in the Group it belongs to: a Group with an id of its own, which contains nothing (dom-2)."""
        if found == []:
            self._faults.add("empty", path, "an empty list")
        for index, item in enumerate(found if isinstance(found, list) else [found]):
            place: Path = (path, index)
            if type_name != "Group" or not isinstance(item, dict) or item.get("resourceType") != "Group":
                self._faults.add(
                    "contained", place, "contains a resource: each of ours stands by itself, but a list in its Group"
                )
            elif not item.get("id") or {"contained", "meta", "text"} & item.keys():
                self._faults.add(
                    "contained", place, "a contained Group has an id, and no meta, narrative or resource in it (dom-2)"
                )
            else:
                self._object(item, "Group", place, 0)

    def _object(self, node: dict[str, Any], type_name: str, path: Path, depth: int) -> dict[str, Any]:
        """The object as it is, or a copy where something stands in for a part of it."""
        faults = self._faults
        if not node:
            faults.add("empty", path, "an empty object (ele-1)")
            return node
        if depth > MAX_DEPTH:
            faults.add("too-deep", path, "nested deeper than any resource of ours")
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
                # Any other element that the type does not have is fhir.resources' to tell.
                if key in nicknames(faults.version, type_name) and not (key == "resourceType" and depth == 0):
                    faults.add("unknown-element", (path, key), "a key that FHIR does not have there")
                continue
            if key == "contained":
                continue  # walked by itself, and left whole to fhir.resources
            if element.many:
                part = self._list(value, element, (path, key), depth)
            elif element.primitive:
                # Most values are sound, and have no place to be written out.
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
            self.references.append((path, value, element.targets))
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
    """What is left of a whole, with a stand-in at one place: the whole itself is never changed."""
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
        faults.add("unknown-code", path, f"{value!r:.60} is not a code that {written_last(path)} may have")


def written_last(path: Path) -> str:
    """The name of the innermost element of a path."""
    step: Any = path
    while isinstance(step[1], int):
        step = step[0]
    return str(step[1])

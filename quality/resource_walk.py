"""One walk over a resource: every element by its type, every rule on the way, every fault noted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from quality import extension
from quality.datatype import MAX_DEPTH, TYPE_RULES
from quality.shape import Element, elements

if TYPE_CHECKING:
    from quality.fault import Faults, Path

_REFERENCES = frozenset({"Reference", "CodeableReference"})
ReferenceFound = tuple["Path", dict[str, Any], "frozenset[str] | None"]


def walk(resource: dict[str, Any], type_name: str, path: Path, faults: Faults) -> list[ReferenceFound]:
    """Judge every element of a resource. Returns its references with the types they may point to."""
    references: list[ReferenceFound] = []
    if "contained" in resource:
        _contained(resource["contained"], type_name, (path, "contained"), faults, references)
    _object(resource, type_name, path, faults, references, 0)
    return references


def _contained(found: Any, type_name: str, path: Path, faults: Faults, references: list[ReferenceFound]) -> None:
    """A list of criteria in the Group it belongs to: a Group with an id of its own, which contains nothing (dom-2)."""
    for index, item in enumerate(found if isinstance(found, list) else [found]):
        place: Path = (path, index)
        if type_name != "Group" or not isinstance(item, dict) or item.get("resourceType") != "Group":
            faults.add(
                "contained", place, "contains a resource: each of ours stands by itself, but a list in its Group"
            )
        elif not item.get("id") or {"contained", "meta", "text"} & item.keys():
            faults.add(
                "contained", place, "a contained Group has an id, and no meta, narrative or resource in it (dom-2)"
            )
        else:
            _object(item, "Group", place, faults, references, 0)


def _object(
    node: dict[str, Any], type_name: str, path: Path, faults: Faults, references: list[ReferenceFound], depth: int
) -> None:
    if not node:
        faults.add("empty", path, "an empty object (ele-1)")
        return
    if depth > MAX_DEPTH:
        faults.add("too-deep", path, "nested deeper than any resource of ours")
        return
    for rule in TYPE_RULES.get(type_name, ()):
        rule(node, path, faults)
    if type_name != "Extension" and ("extension" in node or "modifierExtension" in node):
        extension.carried(node, type_name, path, faults)
    shape = elements(faults.version, type_name)
    for key, value in node.items():
        element = shape.get(key)
        if element is None or key == "contained":
            continue  # an element the type does not have is fhir.resources' to tell
        if element.many:
            _list(value, element, (path, key), faults, references, depth)
        elif element.primitive:
            # Most values are sound, and have no place to be written out.
            if element.rule is None or element.codes is not None or element.rule(value) is not None:
                _primitive(value, element, path, key, faults)
        else:
            _complex(value, element, (path, key), faults, references, depth)


def _list(
    value: Any, element: Element, path: Path, faults: Faults, references: list[ReferenceFound], depth: int
) -> None:
    if type(value) is not list:
        faults.add("wrong-type", path, "a list belongs there")
        return
    if not value:
        faults.add("empty", path, "an empty list")
    for index, item in enumerate(value):
        if item is None and element.type_name == "Element":
            continue  # a primitive of the list that has no extension
        if element.primitive:
            _primitive(item, element, path, index, faults)
        else:
            _complex(item, element, (path, index), faults, references, depth)


def _complex(
    value: Any, element: Element, path: Path, faults: Faults, references: list[ReferenceFound], depth: int
) -> None:
    if type(value) is not dict:
        faults.add("wrong-type", path, "an object belongs there")
    else:
        if element.type_name in _REFERENCES:
            references.append((path, value, element.targets))
        _object(value, element.type_name, path, faults, references, depth + 1)


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

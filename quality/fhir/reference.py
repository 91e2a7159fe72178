"""Rules on references: the target of each reference is in the Bundle and has a type that the element allows."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from trialwire.quality.fhir.fault import Faults, Path
    from trialwire.quality.fhir.walk import ReferenceFound

_RELATIVE = re.compile(r"([A-Za-z]+)/([A-Za-z0-9\-.]{1,64})")
_NOTHING: frozenset[str] = frozenset()


def contained(resource: dict[str, Any]) -> frozenset[str]:
    """Return "#id" of every contained resource. A contained resource is written inside this resource."""
    inside = resource.get("contained")
    if not isinstance(inside, list):
        return _NOTHING
    return frozenset(f"#{one.get('id')}" for one in inside if isinstance(one, dict))


def used(found: list[ReferenceFound], inside: frozenset[str], path: Path, faults: Faults) -> None:
    """Check that the resource refers to each resource that it contains (dom-3).

    `found`: all references in the resource. `inside`: "#id" of each contained resource.
    """
    said = {node.get("reference") for _, node, _ in found if isinstance(node.get("reference"), str)}
    for target in sorted(inside - said):
        faults.add("contained", (path, "contained"), f"nothing refers to {target} (dom-3)")


def check(found: list[ReferenceFound], known: frozenset[str], inside: frozenset[str], faults: Faults) -> None:
    """Check all references of a resource. A reference without a target needs at least a text (ref-2).

    `known`: "Type/id" of every resource in the Bundle. `inside`: "#id" of every resource inside the checked resource.
    """
    for path, node, targets in found:
        inner = node.get("reference")
        # A CodeableReference: the element that holds it names the types its reference may point to.
        said = inner if isinstance(inner, dict) else node
        target: Any = said.get("reference")
        if target is None:
            if not {"identifier", "display", "extension", "concept"} & said.keys():
                faults.add("empty-reference", path, "a reference without a target (ref-2)")
            continue
        if not isinstance(target, str):
            continue
        if target.startswith("#"):
            if target not in inside:
                faults.add("dangling-reference", path, "a reference to a resource that is not contained (ref-1)")
            elif targets is not None and "Group" not in targets:
                faults.add(
                    "wrong-target", path, f"a reference to a Group, where {' or '.join(sorted(targets))} belongs"
                )
            continue
        matched = _RELATIVE.fullmatch(target)
        if matched is None:
            faults.add("bad-reference", path, "a reference that is not of the form Type/id")
        elif target not in known:
            faults.add("dangling-reference", path, "a reference to a resource that is not in the Bundle")
        if matched and targets is not None and matched[1] not in targets:
            faults.add(
                "wrong-target", path, f"a reference to {matched[1]}, where {' or '.join(sorted(targets))} belongs"
            )
        if matched and said.get("type", matched[1]) != matched[1]:
            faults.add("wrong-target", path, "a reference whose type is not the type of its target")

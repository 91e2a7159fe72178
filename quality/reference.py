"""Every reference of a Bundle finds what it means, and means a type that it may."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from quality.fault import Faults
    from quality.resource_walk import ReferenceFound

_RELATIVE = re.compile(r"([A-Za-z]+)/([A-Za-z0-9\-.]{1,64})")


def check(found: list[ReferenceFound], known: frozenset[str], faults: Faults) -> None:
    """`known`: "Type/id" of every resource in the Bundle. A reference without a target needs words at least (ref-2)."""
    for path, node, targets in found:
        inner = node.get("reference")
        # A CodeableReference: what its reference may point to is said where it stands.
        said = inner if isinstance(inner, dict) else node
        target: Any = said.get("reference")
        if target is None:
            if not {"identifier", "display", "extension", "concept"} & said.keys():
                faults.add("empty-reference", path, "a reference to nothing (ref-2)")
            continue
        if not isinstance(target, str):
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

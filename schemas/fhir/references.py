"""Finds the references in a FHIR resource."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator


def references(resource: dict[str, Any]) -> Iterator[str]:
    """Yield the text of each `reference` in a resource, such as "Group/a", in the order of the document.

    The function does not recurse, because the input may be nested deeply.
    """
    waiting: list[Any] = [resource]
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            if isinstance(value.get("reference"), str):
                yield value["reference"]
            waiting.extend(reversed(value.values()))
        elif isinstance(value, list):
            waiting.extend(reversed(value))

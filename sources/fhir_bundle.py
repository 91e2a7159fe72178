"""A FHIR searchset, as a server answers a search: one raw record per study, with the resources it refers to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson

if TYPE_CHECKING:
    from collections.abc import Iterator

MARK = b'"ResearchStudy"'
"""What a document that holds a study says somewhere; a cheap look before parsing."""


def studies(content: bytes) -> Iterator[tuple[str, bytes]]:
    """(id, collection Bundle) of each study of a Bundle; nothing when the content is no Bundle or has no study.

    The Bundle of a study holds it and every resource of the searchset that it refers to, directly or through another.
    """
    bundle = _parsed(content) if MARK in content else None
    if not isinstance(bundle, dict) or bundle.get("resourceType") != "Bundle":
        return
    entries = bundle.get("entry")
    resources = [one.get("resource") for one in entries if isinstance(one, dict)] if isinstance(entries, list) else []
    known = {_key(one): one for one in resources if isinstance(one, dict)}
    for key, study in known.items():
        if study.get("resourceType") == "ResearchStudy":
            inside = [{"resource": one} for one in (study, *_beside(study, known))]
            document = {"resourceType": "Bundle", "type": "collection", "entry": inside}
            yield key.removeprefix("ResearchStudy/"), orjson.dumps(document)


def _parsed(content: bytes) -> Any:
    try:
        return orjson.loads(content)
    except orjson.JSONDecodeError:
        return None


def _key(resource: dict[str, Any]) -> str:
    return f"{resource.get('resourceType')}/{resource.get('id')}"


def _beside(study: dict[str, Any], known: dict[str, dict[str, Any]]) -> list[dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    waiting = [study]
    while waiting:
        for reference in _references(waiting.pop()):
            key = "/".join(reference.rsplit("/", 2)[-2:])
            if key in known and key not in found and not key.startswith("ResearchStudy/"):
                found[key] = known[key]
                waiting.append(known[key])
    return list(found.values())


def _references(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        if isinstance(value.get("reference"), str):
            yield value["reference"]
        for item in value.values():
            yield from _references(item)
    elif isinstance(value, list):
        for item in value:
            yield from _references(item)

"""Splits a FHIR searchset (a Bundle of search results) into one raw record per study.

Each record is a Bundle with the study and the resources that the study refers to.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import orjson

from trialwire.schemas.fhir.references import references
from trialwire.schemas.nesting import too_deep

if TYPE_CHECKING:
    from collections.abc import Iterator

_ID = re.compile(r"[A-Za-z0-9\-.]{1,64}")
MARK = b'"ResearchStudy"'
"""A text that every document with a study contains. It is searched for as a quick check before parsing."""


def studies(content: bytes) -> Iterator[tuple[str, bytes | None]]:
    """Take the bytes of a searchset; yield (place, Bundle as bytes) for each study.

    Yields nothing if the content is not a Bundle or has no study. The place is "ResearchStudy/ID", or "entry[3]" for a
    study without an id or with a repeated id. The Bundle has the type "collection". It holds the study and all
    resources of the searchset that the study refers to, directly or indirectly. If one resource of the Bundle is nested
    deeper than a record may be, None is yielded instead of the Bundle.
    """
    bundle = _parsed(content) if MARK in content else None
    if not isinstance(bundle, dict) or bundle.get("resourceType") != "Bundle":
        return
    entries = bundle.get("entry")
    resources = [one.get("resource") for one in entries if isinstance(one, dict)] if isinstance(entries, list) else []
    known = {key: one for one in resources if isinstance(one, dict) and (key := _key(one))}
    deep = {id(one) for one in resources if too_deep(one)}
    places: set[str] = set()
    for number, study in enumerate(resources):
        if isinstance(study, dict) and study.get("resourceType") == "ResearchStudy":
            key = _key(study)
            place = key if key and key not in places else f"entry[{number}]"
            places.add(place)
            inside = [study, *_beside(study, known)]
            if any(id(one) in deep for one in inside):
                yield place, None
            else:
                entry = [{"resource": one} for one in inside]
                yield place, orjson.dumps({"resourceType": "Bundle", "type": "collection", "entry": entry})


def has_next_page(content: bytes) -> bool:
    """Return whether the content is a searchset with a link to a next page."""
    bundle = _parsed(content) if MARK in content and b'"next"' in content else None
    links = bundle.get("link") if isinstance(bundle, dict) else None
    return isinstance(links, list) and any(isinstance(one, dict) and one.get("relation") == "next" for one in links)


def _parsed(content: bytes) -> Any:
    try:
        return orjson.loads(content)
    except orjson.JSONDecodeError:
        return None


def _key(resource: dict[str, Any]) -> str | None:
    """Type and id of a resource ("Group/a"), or None if one of the two is missing or is not of FHIR's form."""
    kind, name = resource.get("resourceType"), resource.get("id")
    sound = isinstance(kind, str) and isinstance(name, str) and _ID.fullmatch(name)
    return f"{kind}/{name}" if sound else None


def _beside(study: dict[str, Any], known: dict[str, dict[str, Any]]) -> list[dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    waiting = [study]
    while waiting:
        for reference in references(waiting.pop()):
            key = "/".join(reference.rsplit("/", 2)[-2:])
            if key in known and key not in found and not key.startswith("ResearchStudy/"):
                found[key] = known[key]
                waiting.append(known[key])
    return list(found.values())

"""Reads the transaction Bundle of one trial. If the Bundle is too large to send, makes a small Bundle as its stand-in.

A stand-in is a replacement that holds only the id, the identifiers and the status of the study.
"""

from __future__ import annotations

from typing import Any

import orjson

Resource = dict[str, Any]
Entry = dict[str, Any]


def read(content: bytes) -> Resource:
    """Take the bytes of a Bundle; return the parsed Bundle.

    Raises ValueError, with the cause, if it is not a transaction Bundle of one study.
    """
    try:
        bundle = orjson.loads(content)
    except orjson.JSONDecodeError as error:
        msg = f"the value is not JSON ({error})"
        raise ValueError(msg) from None
    if not isinstance(bundle, dict) or bundle.get("resourceType") != "Bundle":
        found = bundle.get("resourceType") if isinstance(bundle, dict) else type(bundle).__name__
        msg = f"the value is {found!s:.40}, not a Bundle"
        raise ValueError(msg)
    entries = bundle.get("entry")
    if bundle.get("type") != "transaction" or not isinstance(entries, list) or not all(map(_sound, entries)):
        msg = "the Bundle is not a transaction whose entries each have a request"
        raise ValueError(msg)
    study_reference(bundle)
    return bundle


def _sound(entry: Any) -> bool:
    request = entry.get("request") if isinstance(entry, dict) else None
    if not isinstance(request, dict) or "/" not in str(request.get("url")):
        return False
    resource = entry.get("resource")
    if request.get("method") == "DELETE":
        return resource is None
    kind, _, id_ = str(request["url"]).partition("/")
    return (
        request.get("method") == "PUT"
        and isinstance(resource, dict)
        and (resource.get("resourceType"), resource.get("id")) == (kind, id_)
    )


def reference(entry: Entry) -> str:
    """Return the reference `Type/id` of the resource that a Bundle entry writes or deletes."""
    return str(entry["request"]["url"])


def study_reference(bundle: Resource) -> str:
    """Return the reference `ResearchStudy/<id>` of the trial.

    Raises ValueError unless the Bundle has exactly one study.
    """
    found = [reference(entry) for entry in bundle["entry"] if reference(entry).startswith("ResearchStudy/")]
    if len(found) != 1:
        msg = f"the Bundle is about {len(found)} studies instead of one"
        raise ValueError(msg)
    return found[0]


def study_entry(bundle: Resource) -> Entry:
    """Return the entry of the Bundle that writes or deletes the ResearchStudy."""
    reference_ = study_reference(bundle)
    return next(entry for entry in bundle["entry"] if reference(entry) == reference_)


def is_removal(bundle: Resource) -> bool:
    """Return whether the Bundle deletes the study."""
    return bool(study_entry(bundle)["request"]["method"] == "DELETE")


def stand_in(bundle: Resource) -> bytes:
    """Return a small Bundle that replaces a Bundle too large for an event: id, identifiers and status of the study.

    The small Bundle is of type `collection` and has no requests, so that a consumer that posts every Bundle to a FHIR
    server does not overwrite the full study.
    """
    entry = study_entry(bundle)
    kept = ("resourceType", "id", "identifier", "status", "_status")
    small = {name: value for name, value in entry["resource"].items() if name in kept}
    kept_of_entry = {"fullUrl": entry["fullUrl"]} if "fullUrl" in entry else {}
    return orjson.dumps(bundle | {"type": "collection", "entry": [kept_of_entry | {"resource": small}]})

"""Rules on the entries of a transaction Bundle: each has a resource, a request, a unique id and a unique fullUrl."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from trialwire.quality.fhir.fault import Faults, Path

_ID = re.compile(r"[A-Za-z0-9\-.]{1,64}")


def envelope(bundle: Mapping[str, Any], faults: Faults) -> list[tuple[Path, dict[str, Any]]]:
    """Check the entries of a Bundle (bdl-3, bdl-7, bdl-8). Returns (path, resource) of each entry with a resource."""
    root: Path = (None, "Bundle")
    if bundle.get("resourceType") != "Bundle" or bundle.get("type") != "transaction":
        faults.add("bad-bundle", root, "not a transaction Bundle")
    found: list[tuple[Path, dict[str, Any]]] = []
    seen: set[str] = set()
    entries = bundle.get("entry")
    if not isinstance(entries, list) or not entries:
        faults.add("empty", (root, "entry"), "a Bundle without entries")
        return found
    for index, entry in enumerate(entries):
        place: Path = ((root, "entry"), index)
        resource = entry.get("resource") if isinstance(entry, dict) else None
        if not isinstance(resource, dict):
            faults.add("bad-bundle", place, "an entry without a resource")
            continue
        _entry(entry, resource, place, seen, faults)
        found.append(((place, "resource"), resource))
    return found


def _entry(entry: dict[str, Any], resource: dict[str, Any], path: Path, seen: set[str], faults: Faults) -> None:
    name = f"{resource.get('resourceType')}/{resource.get('id')}"
    if not isinstance(resource.get("id"), str) or not _ID.fullmatch(resource["id"]):
        faults.add("bad-id", ((path, "resource"), "id"), "a resource without a valid id")
    if name in seen:
        faults.add("duplicate-id", path, f"{name} is in the Bundle twice")
    seen.add(name)
    request = entry.get("request")
    if not isinstance(request, dict) or request.get("method") != "PUT" or request.get("url") != name:
        faults.add("bad-request", (path, "request"), f"the request of {name} must be PUT {name} (bdl-3)")
    url = entry.get("fullUrl")
    if url is not None:
        if not isinstance(url, str) or "/_history/" in url or not url.endswith(("/" + name, name)):
            faults.add(
                "bad-address", (path, "fullUrl"), f"the fullUrl of {name} must end in it, without a version (bdl-8)"
            )
        elif "url:" + url in seen:
            faults.add("duplicate-id", (path, "fullUrl"), "a fullUrl that another entry has (bdl-7)")
        seen.add(f"url:{url}")

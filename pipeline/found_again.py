"""Are the resources that were sent on a FHIR server? Asked by search, as any other client would."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

import httpx
import orjson

from schemas.errors import RetryLaterError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

TYPES = ("ResearchStudy", "PlanDefinition", "Group")
TRIALS_PER_SEARCH = 50
TIMEOUT_SECONDS = 60


def found_again(
    base_url: str, system: str, trial_ids: Sequence[str], bundles: Iterable[bytes]
) -> dict[str, dict[str, int]]:
    """Resource type → how many the bundles hold ("expected"), and how many of them a search finds ("found").

    The search is by the trials' identifiers, which their studies, plans and groups all carry.
    Raises RetryLaterError when the server does not answer the search.
    """
    expected = _sent(bundles)
    with httpx.Client(timeout=TIMEOUT_SECONDS, headers={"Accept": "application/fhir+json"}) as client:
        try:
            found = {kind: _search(client, f"{base_url.rstrip('/')}/{kind}", system, trial_ids) for kind in TYPES}
        except httpx.HTTPError as error:
            raise RetryLaterError(
                f"The FHIR server {base_url} did not answer a search: {error!r}. Look at its log, then try again."
            ) from error
    return {kind: {"expected": len(expected[kind]), "found": len(expected[kind] & found[kind])} for kind in TYPES}


def _sent(bundles: Iterable[bytes]) -> dict[str, set[str]]:
    """Resource type → the ids that the bundles put."""
    sent: dict[str, set[str]] = defaultdict(set)
    for bundle in bundles:
        for entry in orjson.loads(bundle)["entry"]:
            if resource := entry.get("resource"):
                sent[resource["resourceType"]].add(resource["id"])
    return sent


def _search(client: httpx.Client, address: str, system: str, trial_ids: Sequence[str]) -> set[str]:
    """The ids of all resources of a type that carry one of the identifiers, page by page."""
    found: set[str] = set()
    for start in range(0, len(trial_ids), TRIALS_PER_SEARCH):
        wanted = ",".join(f"{system}|{trial_id}" for trial_id in trial_ids[start : start + TRIALS_PER_SEARCH])
        url: str | None = address
        params: dict[str, str] | None = {"identifier": wanted, "_count": "100", "_elements": "id"}
        while url:
            answer = client.get(url, params=params)
            answer.raise_for_status()
            page: dict[str, Any] = answer.json()
            found.update(entry["resource"]["id"] for entry in page.get("entry", ()))
            url = next((link["url"] for link in page.get("link", ()) if link["relation"] == "next"), None)
            params = None
    return found

"""Are the resources of these trials on a FHIR server? Asked by search, as any other client would."""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx

if TYPE_CHECKING:
    from collections.abc import Sequence

TYPES = ("ResearchStudy", "PlanDefinition", "Group")
TRIALS_PER_SEARCH = 50
TIMEOUT_SECONDS = 60


def found_again(base_url: str, system: str, trial_ids: Sequence[str]) -> dict[str, dict[str, int]]:
    """Resource type → {"found", "expected"}: how many of these trials a search by identifier finds one of.

    Raises httpx.HTTPError when the server does not answer the search.
    """
    with httpx.Client(timeout=TIMEOUT_SECONDS, headers={"Accept": "application/fhir+json"}) as client:
        return {
            kind: {
                "found": len(_identified(client, f"{base_url.rstrip('/')}/{kind}", system, trial_ids)),
                "expected": len(trial_ids),
            }
            for kind in TYPES
        }


def _identified(client: httpx.Client, address: str, system: str, trial_ids: Sequence[str]) -> set[str]:
    found: set[str] = set()
    for start in range(0, len(trial_ids), TRIALS_PER_SEARCH):
        asked = trial_ids[start : start + TRIALS_PER_SEARCH]
        wanted = ",".join(f"{system}|{trial_id}" for trial_id in asked)
        url: str | None = address
        params: dict[str, str] | None = {"identifier": wanted, "_count": "100", "_elements": "identifier"}
        while url:
            answer = client.get(url, params=params)
            answer.raise_for_status()
            page = answer.json()
            for entry in page.get("entry", ()):
                found.update(row.get("value", "") for row in entry["resource"].get("identifier", ()))
            url = next((link["url"] for link in page.get("link", ()) if link["relation"] == "next"), None)
            params = None
    return found & set(trial_ids)

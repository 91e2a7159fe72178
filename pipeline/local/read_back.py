"""Checks that the sent resources are on a FHIR server, with searches that any other client could send."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

import orjson

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from trialwire.delivery.fhir.client import FhirClient
    from trialwire.delivery.fhir.settings import FhirSettings

TYPES = ("ResearchStudy", "PlanDefinition", "Group")
TRIALS_PER_SEARCH = 50


def found_again(
    server: FhirSettings, system: str, trial_ids: Sequence[str], bundles: Iterable[bytes]
) -> dict[str, dict[str, int]]:
    """Search a FHIR server for the resources in these Bundles. Returns resource type → {"expected", "found"}.

    "expected" is the number of resources in the Bundles; "found" is the number of these resources that the search
    finds. The search is by trial identifier, because studies, plans and groups all have it. It uses the same login as
    the load. Raises RetryLaterError or StopError if the server does not answer the search.
    """
    from trialwire.delivery.fhir.client import FhirClient
    from trialwire.delivery.fhir.fault import FhirFault

    expected = _sent(bundles)
    with FhirClient(server) as client:
        try:
            found = {kind: _search(client, kind, system, trial_ids) for kind in TYPES}
        except FhirFault as fault:
            msg = f"The FHIR server {client.base} did not answer a search: {fault.message}. Look at its log, then try again."
            raise fault.as_error(msg) from None
    return {kind: {"expected": len(expected[kind]), "found": len(expected[kind] & found[kind])} for kind in TYPES}


def _sent(bundles: Iterable[bytes]) -> dict[str, set[str]]:
    """Resource type → the ids of the resources in the Bundles."""
    sent: dict[str, set[str]] = defaultdict(set)
    for bundle in bundles:
        for entry in orjson.loads(bundle)["entry"]:
            if resource := entry.get("resource"):
                sent[resource["resourceType"]].add(resource["id"])
    return sent


def _search(client: FhirClient, kind: str, system: str, trial_ids: Sequence[str]) -> set[str]:
    """The ids of all resources of a type that carry one of the identifiers."""
    found: set[str] = set()
    for start in range(0, len(trial_ids), TRIALS_PER_SEARCH):
        wanted = ",".join(f"{system}|{trial_id}" for trial_id in trial_ids[start : start + TRIALS_PER_SEARCH])
        params = {"identifier": wanted, "_count": "100", "_elements": "id"}
        found.update(resource["id"] for resource in client.search(kind, params))
    return found

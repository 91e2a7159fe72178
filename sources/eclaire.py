"""Client of ECLAIRE, the French register of trials, which is published as FHIR R4 (read only).

Each record is one study with all resources that the study refers to. Source of paths and parameters: the
CapabilityStatement eclaire-consommateur of the implementation guide ans.fhir.fr.eclaire. Two facts come from the
server itself: a page of results has at most 100 studies, and a search without results has the HTTP status 404.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import httpx
import orjson

from trialwire.network.retrying import REGISTRY, RetryPolicy
from trialwire.schemas.errors import ContractError, SettingError
from trialwire.schemas.record import RawRecord
from trialwire.sources import fhir_bundle
from trialwire.sources.registry_http import LIMITS, Limits, RegistryClient, ask
from trialwire.sources.unreadable import too_deep

if TYPE_CHECKING:
    from collections.abc import Iterator

    from trialwire.schemas.record import UnreadableRecord
    from trialwire.schemas.source import Query

PAGE_SIZE = 100
_HEADERS = {"accept": "application/fhir+json", "user-agent": "trialwire (httpx)"}


def records(
    query: Query,
    *,
    base_url: str,
    timeout_seconds: float = 60.0,
    retries: RetryPolicy = REGISTRY,
    limits: Limits = LIMITS,
) -> Iterator[RawRecord | UnreadableRecord]:
    """Yield the studies that a query finds, each as a raw record.

    A query can have a day (studies updated since then), identifiers and words. `base_url`: the FHIR base
    ("https://…/R4"). Raises RetryLaterError if the server does not answer after all retries, StopError if the server
    rejects the request, ContractError if the answer is not a searchset (the Bundle of search results).
    """
    if not base_url.startswith(("http://", "https://")):
        msg = f"TRIALWIRE_INGEST__ECLAIRE_URL is {base_url!r}: the FHIR base address of ECLAIRE belongs there."
        raise SettingError(msg)
    base = base_url.rstrip("/")
    return _records(query, base, RegistryClient(base, _HEADERS, timeout_seconds, limits), retries)


def _records(
    query: Query, base: str, opened: RegistryClient, retries: RetryPolicy
) -> Iterator[RawRecord | UnreadableRecord]:
    left = query.limit
    with opened as client:
        for page in _pages(client, _question(query), retries):
            for name, content in fhir_bundle.studies(page):
                if left == 0:
                    return
                place = f"{base}/{name}"
                yield too_deep(place, "eclaire") if content is None else RawRecord(place, content, "eclaire")
                left = None if left is None else left - 1


def _question(query: Query) -> dict[str, str]:
    question = {"_count": str(PAGE_SIZE), "_include": "*"}
    if query.since is not None:
        question["_lastUpdated"] = f"ge{query.since.isoformat()}"
    if query.nct_ids:
        question["identifier"] = ",".join(query.nct_ids)
    if query.query is not None:
        question["_text"] = query.query
    return question


def _pages(client: RegistryClient, question: dict[str, str], retries: RetryPolicy) -> Iterator[bytes]:
    """Yield the first page and then every page that a link "next" leads to.

    Yields no page if the server finds nothing (404).
    """
    path, seen = "ResearchStudy", set[str]()
    while True:
        answer = ask(client, path, question, retries, nothing=404)
        if answer.status_code == httpx.codes.NOT_FOUND:
            return
        page = _searchset(client, answer)
        yield answer.content
        following = _following(client, page)
        if following is None or not page.get("entry"):
            return
        if following in seen:
            raise _not_a_searchset(client, "a page that leads back to itself")
        seen.add(following)
        path, question = "ResearchStudy", _question_of(client, following)


def _following(client: RegistryClient, page: dict[str, Any]) -> str | None:
    """Return the server's URL of the next page, or None. Raises ContractError for a malformed link."""
    links = page.get("link") or []
    if not isinstance(links, list) or not all(isinstance(link, dict) for link in links):
        raise _not_a_searchset(client, "a Bundle whose links are not a list of objects")
    following = next((link.get("url") for link in links if link.get("relation") == "next"), None)
    if following is not None and not isinstance(following, str):
        raise _not_a_searchset(client, "a next page whose address is not a text")
    return following or None


def _question_of(client: RegistryClient, address: str) -> dict[str, str]:
    """Return the query parameters of a URL. Its host is ignored: requests go only to the configured server."""
    try:
        return dict(httpx.URL(address).params.multi_items())
    except httpx.InvalidURL:
        raise _not_a_searchset(client, "a next page whose address cannot be read") from None


def _searchset(client: RegistryClient, answer: httpx.Response) -> dict[str, Any]:
    try:
        page = orjson.loads(answer.content)
    except orjson.JSONDecodeError:
        raise _not_a_searchset(client, "something that is not JSON") from None
    if not isinstance(page, dict) or page.get("resourceType") != "Bundle":
        raise _not_a_searchset(client, "no Bundle")
    return page


def _not_a_searchset(client: RegistryClient, what: str) -> ContractError:
    server = str(client.base_url).rstrip("/")
    msg = f"{server} answered {what}: this is not ECLAIRE's FHIR search. Check TRIALWIRE_INGEST__ECLAIRE_URL."
    return ContractError(msg)

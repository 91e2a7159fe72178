"""Client of ClinicalTrials.gov's API v2. It finds studies by number, by date of the last update or by words.

Each study is yielded as JSON: the same keys, order and values as in the answer, without the spaces between them. The
origin of the record is the URL of the study, so it does not depend on the query. Source of parameters and answers: the
registry's OpenAPI document, 2.0.5.
"""

from __future__ import annotations

import re
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import orjson

from trialwire.network.retrying import REGISTRY, RetryPolicy
from trialwire.schemas.errors import ContractError, SettingError, UsageError
from trialwire.schemas.nesting import too_deep
from trialwire.schemas.record import RawRecord, UnreadableRecord
from trialwire.schemas.registry_number import is_nct_number
from trialwire.sources import unreadable
from trialwire.sources.registry_http import LIMITS, Limits, RegistryClient, ask
from trialwire.sources.unreadable import faulty

if TYPE_CHECKING:
    from collections.abc import Iterator

    from trialwire.schemas.source import Query

BASE_URL = "https://clinicaltrials.gov/api/v2"
MAX_PAGE_SIZE = 1000
_IDS_PER_QUESTION = 100  # an address of this length passes every proxy
_HEADERS = {"accept": "application/json", "user-agent": "trialwire (httpx)"}


def records(
    query: Query,
    *,
    base_url: str = BASE_URL,
    page_size: int = 200,
    timeout_seconds: float = 60.0,
    retries: RetryPolicy = REGISTRY,
    limits: Limits = LIMITS,
) -> Iterator[RawRecord | UnreadableRecord]:
    """Yield the studies that a query finds, each as a raw record.

    After the studies, one UnreadableRecord (the reason why there is no record) is yielded for each requested number
    that the registry does not have. Raises UsageError for a malformed number, RetryLaterError if the registry does not
    answer after all retries, StopError if the registry rejects the request.
    """
    ids = _ids(query)
    return _records(
        query, ids, min(page_size, MAX_PAGE_SIZE), _client(base_url.rstrip("/"), timeout_seconds, limits), retries
    )


def total(
    query: Query,
    *,
    base_url: str = BASE_URL,
    timeout_seconds: float = 60.0,
    retries: RetryPolicy = REGISTRY,
    limits: Limits = LIMITS,
) -> int:
    """Ask the registry, with one small request, for the number of studies that a query finds. Used to show progress.

    Raises the same errors as `records`.
    """
    found = 0
    with _client(base_url.rstrip("/"), timeout_seconds, limits) as client:
        for question in _questions(query, _ids(query), 1):
            page = _page(client, question | {"countTotal": "true", "fields": "NCTId"}, retries)
            count = page.get("totalCount")
            if not isinstance(count, int):
                raise _changed(client, "no totalCount")
            found += count
    return found if query.limit is None else min(found, query.limit)


def _records(
    query: Query, ids: tuple[str, ...], page_size: int, opened: RegistryClient, retries: RetryPolicy
) -> Iterator[RawRecord | UnreadableRecord]:
    left = query.limit
    known: set[str] = set()
    base_url = str(opened.base_url).rstrip("/")
    with opened as client:
        for question in _questions(query, ids, page_size if left is None else min(page_size, left)):
            for study in _studies(client, question, retries):
                if left == 0:
                    return
                names = _names(study)
                known.update(names)
                yield _record(study, names, base_url)
                left = None if left is None else left - 1
    # A further condition may exclude a known number, so numbers are reported as unknown only without one.
    if query.since is None and query.query is None and query.limit is None:
        for one in ids:
            if one not in known:
                message = f"The registry has no study {one}."
                cure = "Check the number; a study that was there may have been withdrawn from the registry."
                yield faulty(f"{base_url}/studies/{one}", "not-found", message, cure)


def _studies(client: RegistryClient, question: dict[str, str], retries: RetryPolicy) -> Iterator[dict[str, Any]]:
    """Yield the studies on all pages of one query. Each page has the token of the next page."""
    token: str | None = None
    tokens: set[str] = set()
    while True:
        page = _page(client, question | ({"pageToken": token} if token else {}), retries)
        studies = page.get("studies")
        if not isinstance(studies, list) or not all(isinstance(study, dict) for study in studies):
            raise _changed(client, "no list of studies")
        yield from studies
        token = page.get("nextPageToken")
        if not token:
            return
        if not isinstance(token, str) or token in tokens:
            raise _changed(client, "a page that leads back to itself")
        tokens.add(token)


def _page(client: RegistryClient, question: dict[str, str], retries: RetryPolicy) -> dict[str, Any]:
    answer = ask(client, "studies", question, retries)
    try:
        page = orjson.loads(answer.content)
    except orjson.JSONDecodeError:
        raise _changed(client, "something that is not JSON") from None
    if not isinstance(page, dict):
        raise _changed(client, "JSON of another shape")
    return page


def _questions(query: Query, ids: tuple[str, ...], page_size: int) -> Iterator[dict[str, str]]:
    """Yield the parameters of each request: one request for the query, or one request per hundred numbers."""
    question = {"format": "json", "pageSize": str(max(page_size, 1))}
    if query.since is not None:
        question["filter.advanced"] = f"AREA[LastUpdatePostDate]RANGE[{query.since.isoformat()},MAX]"
    if query.query is not None:
        question["query.term"] = query.query
    if not ids:
        yield question
    for start in range(0, len(ids), _IDS_PER_QUESTION):
        yield question | {"filter.ids": ",".join(ids[start : start + _IDS_PER_QUESTION])}


def _ids(query: Query) -> tuple[str, ...]:
    ids = tuple(dict.fromkeys(one.strip().upper() for one in query.nct_ids))
    if wrong := [one for one in ids if not is_nct_number(one)]:
        msg = f"{', '.join(wrong)}: not a registry number. Write NCT and eight digits."
        raise UsageError(msg)
    return ids


def _record(study: dict[str, Any], names: list[str], base_url: str) -> RawRecord | UnreadableRecord:
    """Return one study of an answer as a record, with the URL of the study as its origin."""
    content = b"" if too_deep(study) else orjson.dumps(study)
    place = names[0] if names and is_nct_number(names[0]) else f"?{sha256(content).hexdigest()[:12]}"
    origin = f"{base_url}/studies/{place}"
    if not content:
        return unreadable.too_deep(origin, "clinicaltrials_gov")
    return RawRecord(origin, content, "clinicaltrials_gov")


def _names(study: dict[str, Any]) -> list[str]:
    """Return the study's number, then its former numbers. The list is empty if the answer has none."""
    names: object = study
    for step in ("protocolSection", "identificationModule"):
        names = names.get(step) if isinstance(names, dict) else None
    if not isinstance(names, dict) or not isinstance(names.get("nctId"), str):
        return []
    aliases = names.get("nctIdAliases")
    return [names["nctId"], *(one for one in (aliases if isinstance(aliases, list) else ()) if isinstance(one, str))]


def _client(base_url: str, timeout_seconds: float, limits: Limits) -> RegistryClient:
    if not re.match(r"https?://[^/\s]", base_url):
        msg = f"TRIALWIRE_INGEST__REGISTRY_URL is {base_url!r}: an address beginning with https:// belongs there."
        raise SettingError(msg)
    return RegistryClient(base_url, _HEADERS, timeout_seconds, limits)


def _changed(client: RegistryClient, what: str) -> ContractError:
    server = str(client.base_url).rstrip("/")
    msg = f"{server} answered {what}: this is not the registry's API v2 as this version knows it. Check the address, or update Trialwire."
    return ContractError(msg)

"""An HTTP client of a FHIR server: retries failed exchanges and checks every entry of a transaction response.

An exchange is one request and its answer.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Final, TypeVar
from urllib.parse import urlsplit, urlunsplit

import httpx
import orjson

from trialwire.delivery.fhir import fault as fhir_fault
from trialwire.delivery.fhir.fault import FhirFault
from trialwire.delivery.fhir.settings import FHIR_JSON
from trialwire.network import retrying
from trialwire.network.retry_after import wait_seconds
from trialwire.schemas.errors import RetryLaterError, StopError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from trialwire.delivery.event.study_bundle import Entry, Resource
    from trialwire.delivery.fhir.settings import FhirSettings
    from trialwire.network.retrying import RetryPolicy

READ_AT_ONCE: Final = 50
_Answer = TypeVar("_Answer")


class FhirClient:
    """An HTTP client of one FHIR server. Several threads may use it at the same time.

    If an exchange (request and answer) fails, its method raises one of three errors. FhirFault: the server rejected
    this request or failed while it processed the request. RetryLaterError: the server is down. StopError: the server
    rejects our login.
    """

    def __init__(
        self,
        server: FhirSettings,
        *,
        transport: httpx.BaseTransport | None = None,
        retries: RetryPolicy = retrying.FHIR_SERVER,
    ) -> None:
        self._server = server
        self._base = server.base_url.rstrip("/")
        self._retries = retries
        self._http = httpx.Client(
            timeout=server.timeout_seconds, transport=transport, follow_redirects=True, **server.connection()
        )

    def __enter__(self) -> FhirClient:
        """Return this client."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the connections to the server."""
        self._http.close()

    @property
    def base(self) -> str:
        """The base address of the server, without a slash at its end."""
        return self._base

    def read(self, reference: str) -> Resource | None:
        """Take a reference `Type/id`; return the resource, or None if it does not exist or was deleted."""
        return self.read_to_write(reference)[0]

    def read_to_write(self, reference: str) -> tuple[Resource | None, dict[str, str]]:
        """Read one resource that will be written later. Returns (resource or None, elements for the later write).

        The caller copies the elements into the `request` of the Bundle entry that writes the resource, for example
        `{"ifMatch": 'W/"3"'}`. Then the server rejects the write if the resource has changed since it was read.
        """
        return self._retried(lambda: self._stand(reference))

    def read_many(self, references: Sequence[str], *, whole: bool = True) -> dict[str, Resource]:
        """Take references; return a dict from reference to resource, which has only the resources that exist.

        `whole` False: only the ids of the resources are read. One search asks for 50 resources. A resource that the
        search does not return is read singly, because the server's search index may not contain the newest resources
        yet.
        """
        by_type: dict[str, list[str]] = {}
        for reference in references:
            by_type.setdefault(reference.partition("/")[0], []).append(reference)
        found: dict[str, Resource] = {}
        for kind, wanted in by_type.items():
            for start in range(0, len(wanted), READ_AT_ONCE):
                found |= self._searched(kind, wanted[start : start + READ_AT_ONCE], whole=whole)
        for reference in references:
            if reference not in found and (resource := self.read(reference)) is not None:
                found[reference] = resource
        return found

    def _searched(self, kind: str, references: Sequence[str], *, whole: bool) -> dict[str, Resource]:
        asked = {
            "_id": ",".join(reference.partition("/")[2] for reference in references),
            "_count": str(len(references)),
        }
        params = asked if whole else asked | {"_elements": "id"}
        try:
            answer = self._retried(partial(self._answer, "GET", f"{self._base}/{kind}", params=params))
        except FhirFault as fault:
            if fault.kind == "record":
                return {}
            raise
        entries = answer.get("entry", []) if isinstance(answer, dict) else []
        resources = [entry.get("resource") or {} for entry in entries]
        found = {f"{resource.get('resourceType')}/{resource.get('id')}": resource for resource in resources}
        return {reference: found[reference] for reference in references if reference in found}

    def search(self, kind: str, params: dict[str, str]) -> Iterator[Resource]:
        """Yield the resources of one type that a search finds, page by page.

        The server's answer links to the next page. Only the path and query of that link are used, never its host,
        because each request carries our login.
        """
        url, asked = f"{self._base}/{kind}", params
        while url:
            answer = self._retried(partial(self._answer, "GET", url, params=asked or None))
            page = answer if isinstance(answer, dict) else {}
            for entry in page.get("entry", ()):
                resource = entry.get("resource") or {}
                if resource.get("resourceType") == kind:
                    yield resource
            following = next((link["url"] for link in page.get("link", ()) if link.get("relation") == "next"), "")
            url, asked = self._here(following), {}

    def _here(self, link: str) -> str:
        """Take the link to a next page; return its URL with this server's host in place of the link's host."""
        here, there = urlsplit(self._base), urlsplit(link)
        return urlunsplit((here.scheme, here.netloc, there.path, there.query, "")) if link else ""

    def transact(self, entries: Sequence[Entry]) -> int:
        """Write all entries in one transaction: either all are written or none. Returns how many the server accepted.

        The status of each entry in the answer is checked.
        """
        answers = self._retried(lambda: self._transact(entries))
        return len(answers)

    def is_referred_to(self, reference: str) -> bool:
        """Return whether any resource on the server refers to the resource `reference`.

        Returns True if the server cannot answer this, so that the resource is not deleted.
        """
        kind, _, id_ = reference.partition("/")
        try:
            found = self._retried(
                lambda: self._answer("GET", f"{self._base}/{kind}", params={"_id": id_, "_revinclude": "*"})
            )
        except (FhirFault, StopError):
            return True
        entries = found.get("entry", []) if isinstance(found, dict) else []
        modes = [entry.get("search", {}).get("mode") for entry in entries]
        return "include" in modes or "match" not in modes

    def delete(self, reference: str) -> bool:
        """Delete one resource. Returns False if the server rejects this because another resource refers to it."""
        try:
            self._retried(lambda: self._answer("DELETE", f"{self._base}/{reference}"))
        except FhirFault as fault:
            if fault.kind == "conflict":
                return False
            raise
        return True

    def capabilities(self) -> Resource:
        """Return the server's CapabilityStatement. This request is not retried."""
        answer = self._answer("GET", f"{self._base}/metadata")
        return answer if isinstance(answer, dict) else {}

    def lives(self) -> bool:
        """Return whether the server answers a request for /metadata."""
        try:
            self.capabilities()
        except (FhirFault, StopError, httpx.HTTPError):
            return False
        return True

    def _stand(self, reference: str) -> tuple[Resource | None, dict[str, str]]:
        answer = self._http.request("GET", f"{self._base}/{reference}")
        if answer.status_code in {httpx.codes.NOT_FOUND, httpx.codes.GONE}:
            return None, _precondition(None, answer.headers)
        resource = _body(answer)
        if not isinstance(resource, dict) or resource.get("resourceType") != reference.partition("/")[0]:
            raise FhirFault("retry", httpx.codes.OK, (), f"the read of {reference} gave no complete resource")
        return resource, _precondition(resource, answer.headers)

    def _transact(self, entries: Sequence[Entry]) -> list[Any]:
        answers = self._exchange(entries)
        failed = [
            fhir_fault.of_answer(status, answer.get("response", {}).get("outcome"))
            for answer in answers
            if not httpx.codes.is_success(status := _entry_status(answer))
        ]
        if failed:
            worst = next((fault for fault in failed if fault.kind == "record"), failed[0])
            raise FhirFault(
                worst.kind,
                worst.status,
                worst.codes,
                f"{len(failed)} of {len(entries)} entries were rejected, the first with {worst.message}",
            )
        return answers

    def _exchange(self, entries: Sequence[Any]) -> list[Any]:
        """Post a transaction. Raises FhirFault if the answer does not have one entry for each entry sent."""
        bundle = orjson.dumps({"resourceType": "Bundle", "type": "transaction", "entry": entries})
        answer = self._answer("POST", self._base, content=bundle, headers={"Content-Type": FHIR_JSON})
        answers = answer.get("entry") if isinstance(answer, dict) else None
        if not isinstance(answers, list) or len(answers) != len(entries) or not all(map(_entry_status, answers)):
            told = len(answers) if isinstance(answers, list) else 0
            message = (
                f"the answer covers {told} of {len(entries)} entries: it is incomplete or not a transaction response"
            )
            raise FhirFault("retry", httpx.codes.OK, (), message)
        return answers

    def _answer(self, method: str, url: str, **how: Any) -> Any:
        """Send one request; return the parsed body of a successful answer. Raises FhirFault for any other answer."""
        return _body(self._http.request(method, url, **how))

    def _retried(self, exchange: Callable[[], _Answer]) -> _Answer:
        """Call `exchange`, with retries, and return its result.

        The last failure is raised as FhirFault, RetryLaterError or StopError.
        """
        try:
            for attempt in retrying.attempts(self._retries, self._retry):
                with attempt:
                    answer = exchange()
        except retrying.RETRIED_ERRORS as error:
            if refused := self._server.refusal(str(error)):
                raise StopError(f"{self._base}: {refused}. Nothing was parked; then load again.") from None
            message = f"{self._base} cannot be reached ({type(error).__name__})"
            raise FhirFault("retry", None, (), message) from None
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            msg = f"A request to {self._base} failed ({type(error).__name__}). Correct the base address of this server."
            raise StopError(msg) from None
        except FhirFault as fault:
            raise self._meant(fault) from None
        return answer

    def _retry(self, error: Exception) -> bool | float:
        """Return whether to retry after this error, or the seconds that the server asked to wait (Retry-After)."""
        if not isinstance(error, FhirFault):
            return isinstance(error, retrying.RETRIED_ERRORS) and self._server.refusal(str(error)) is None
        return error.kind in {"retry", "busy"} and retrying.retry_after(self._retries, error.wait_seconds)

    def _meant(self, fault: FhirFault) -> Exception:
        if fault.kind == "stop":
            cure = fhir_fault.CURES.get(fault.status or 0, "see what the server logs")
            return StopError(f"{self._base} rejects us: {fault.message}. Nothing was parked; {cure}, then load again.")
        if fault.kind == "busy":
            when = "later" if fault.wait_seconds is None else f"in {fault.wait_seconds:.0f} seconds"
            return RetryLaterError(f"{self._base} is busy: {fault.message}. Nothing was parked; load again {when}.")
        return fault


def _body(answer: httpx.Response) -> Any:
    """The parsed body of a successful answer. Raises FhirFault for any other answer."""
    try:
        body = orjson.loads(answer.content) if answer.content else {}
    except orjson.JSONDecodeError:
        body = None
    if not answer.is_success:
        raise fhir_fault.of_answer(answer.status_code, body, wait_seconds(answer.headers.get("retry-after")))
    if body is None:
        message = "the answer is not JSON: it is incomplete, or this is not a FHIR server"
        raise FhirFault("retry", answer.status_code, (), message)
    return body


def _precondition(resource: Resource | None, headers: httpx.Headers) -> dict[str, str]:
    """The `request` elements that make a write fail if the resource changed since it was read; empty without a version.

    The standard uses `ifNoneMatch: *` for a resource that must not exist. HAPI (8.8, measured) ignores that and checks
    only `ifMatch`: version 0 for a resource that never existed; for a deleted one its 410 answer names the version.
    """
    if resource is not None:
        version = (resource.get("meta") or {}).get("versionId")
        return {"ifMatch": f'W/"{version}"'} if version else {}
    if "HAPI" not in headers.get("x-powered-by", ""):
        return {"ifNoneMatch": "*"}
    _, deleted, version = headers.get("location", "").rpartition("/_history/")
    return {"ifMatch": f'W/"{version if deleted else 0}"'}


def _entry_status(answer: Any) -> int:
    """The HTTP status of one entry of an answer; 0 if it has none."""
    response = answer.get("response") if isinstance(answer, dict) else None
    status = str(response.get("status", "")) if isinstance(response, dict) else ""
    return int(status[:3]) if status[:3].isdigit() else 0

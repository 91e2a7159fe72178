"""What a FHIR server's answer means: one table of statuses, and what an OperationOutcome says."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Literal

import httpx

from trialwire.delivery.redaction import redacted

if TYPE_CHECKING:
    from collections.abc import Mapping

Kind = Literal["retry", "busy", "conflict", "too-large", "stop", "record"]
"""retry: again, soon; when that does not help, the server is asked whether it lives, and the record may be to blame
busy: again; when that does not help, the server is to blame, never the record
conflict: somebody else wrote: read again and compare
too-large: in smaller parts
stop: no record is to blame: permission or address
record: this record is refused for what it is
"""

MEANINGS: Final[Mapping[int, Kind]] = {
    401: "stop",
    403: "stop",
    404: "stop",
    405: "stop",
    408: "retry",
    409: "conflict",
    410: "stop",
    412: "conflict",
    413: "too-large",
    429: "busy",
    503: "busy",
}
"""Other 5xx are `retry`, every other status is `record`. HAPI answers a stale version 409, the standard says 412."""

CURES: Final[Mapping[int, str]] = {
    401: "correct the token, or the user name and password, of this server",
    403: "have this login permitted to write ResearchStudy, PlanDefinition, Group and what they refer to",
    404: "correct the base address of this server",
    405: "correct the base address of this server; it must take transaction Bundles",
    410: "correct the base address of this server",
}

RETRIED_ERRORS: Final = (httpx.NetworkError, httpx.TimeoutException, httpx.RemoteProtocolError, httpx.ProxyError)
"""The line was down, slow, or cut in the middle of an answer."""


def meaning(status: int) -> Kind:
    """What an answer with that HTTP status means."""
    if status in MEANINGS:
        return MEANINGS[status]
    return "retry" if status >= httpx.codes.INTERNAL_SERVER_ERROR else "record"


class FhirFault(Exception):  # noqa: N818 (a fault is handled; errors are what a user sees)
    """One failed exchange: what it means, the HTTP status (None without an answer), issue codes, and words.

    `wait_seconds` is what the server asked for in Retry-After.
    """

    def __init__(
        self,
        kind: Kind,
        status: int | None,
        codes: tuple[str, ...],
        message: str,
        *,
        wait_seconds: float | None = None,
    ) -> None:
        super().__init__(message)
        self.kind = kind
        self.status = status
        self.codes = codes
        self.message = message
        self.wait_seconds = wait_seconds


def of_answer(status: int, body: Any, wait_seconds: float | None = None) -> FhirFault:
    """The fault of an answer, from its status and its parsed body (an OperationOutcome, or anything)."""
    issues = issues_of(body)
    codes = tuple(dict.fromkeys(str(issue.get("code", "")) for issue in issues if issue.get("code")))
    said = "; ".join(dict.fromkeys(filter(None, map(_words, issues))))
    kind = meaning(status)
    if kind == "conflict" and "multiple-matches" in codes:
        kind = "record"
    listed = f" ({', '.join(codes)})" if codes else ""
    message = redacted(f"HTTP {status}{listed}{f': {said}' if said else ''}")
    return FhirFault(kind, status, codes, message, wait_seconds=wait_seconds)


def issues_of(body: Any) -> list[dict[str, Any]]:
    """The issues that are errors in an OperationOutcome; empty for anything else."""
    if not isinstance(body, dict) or body.get("resourceType") != "OperationOutcome":
        return []
    issues = body.get("issue")
    found = [issue for issue in issues if isinstance(issue, dict)] if isinstance(issues, list) else []
    return [issue for issue in found if issue.get("severity") in {"fatal", "error", None}] or found


def _words(issue: dict[str, Any]) -> str:
    details = issue.get("details")
    text = issue.get("diagnostics") or (details.get("text") if isinstance(details, dict) else "") or ""
    places = issue.get("expression") or issue.get("location")
    place = f"{places[0]}: " if isinstance(places, list) and places else ""
    return f"{place}{text}"

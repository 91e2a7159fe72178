"""Classifies failed answers of a FHIR server by their HTTP status and their OperationOutcome (FHIR's error report)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Literal

import httpx

from trialwire.delivery.redaction import redacted
from trialwire.schemas.errors import RetryLaterError, StopError

if TYPE_CHECKING:
    from collections.abc import Mapping

Kind = Literal["retry", "busy", "conflict", "too-large", "stop", "record"]
"""retry: retry soon; if it still fails, check whether the server answers; if it does, the record may be the cause
busy: retry; if it still fails, the server is the cause, never the record
conflict: another client wrote the resource: read again and compare
too-large: send smaller parts
stop: the permission or the address is wrong, not the record
record: the server rejects this record
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
"""Other 5xx are `retry`, every other status is `record`. A stale version is 409 in HAPI, 412 in the standard."""

CURES: Final[Mapping[int, str]] = {
    401: "correct the token, or the user name and password, of this server",
    403: "give this login permission to write ResearchStudy, PlanDefinition, Group and the resources they refer to",
    404: "correct the base address of this server",
    405: "correct the base address of this server; it must take transaction Bundles",
    410: "correct the base address of this server",
}


def meaning(status: int) -> Kind:
    """Take the HTTP status of an answer; return the kind of fault. Example: 409 gives "conflict" (table `MEANINGS`).

    A status that is not in the table is "retry" if it is 500 or higher, else "record".
    """
    if status in MEANINGS:
        return MEANINGS[status]
    return "retry" if status >= httpx.codes.INTERNAL_SERVER_ERROR else "record"


class FhirFault(Exception):  # noqa: N818 (a fault is handled; errors are what a user sees)
    """One failed exchange (request and answer) with a FHIR server: kind, HTTP status, issue codes, message.

    The HTTP status is None if the server did not answer. `wait_seconds`: the pause that the server asked for in
    Retry-After.
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

    def as_error(self, message: str) -> RetryLaterError | StopError:
        """Return the error with which the caller ends the run. `message`: the text of the error.

        The error is RetryLaterError if a later run may succeed, else StopError.
        """
        return RetryLaterError(message) if self.kind == "retry" else StopError(message)


def of_answer(status: int, body: Any, wait_seconds: float | None = None) -> FhirFault:
    """Take a failed answer; return its FhirFault. `body`: the parsed JSON, usually an OperationOutcome."""
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
    """Take a parsed body; return the issues of its OperationOutcome that have the severity fatal or error.

    If no issue has one of these severities, all issues are returned. If the body is not an OperationOutcome, the list
    is empty.
    """
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

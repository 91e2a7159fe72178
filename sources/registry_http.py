"""HTTP requests to a registry: which answers are retried, and which error each other answer raises."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import httpx

from trialwire.network import retrying
from trialwire.network.retry_after import wait_seconds
from trialwire.schemas.errors import RetryLaterError, StopError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from trialwire.network.retrying import RetryPolicy

RETRIED_STATUSES: Final[Mapping[int, str]] = {
    408: "timed out while it waited for the request",
    429: "limits the number of requests",
    500: "failed",
    502: "is behind a gateway that failed",
    503: "is out of service",
    504: "is behind a gateway that timed out",
}
"""HTTP status after which a retry may succeed → text for the message, which follows the server's name."""


def ask(
    client: httpx.Client, path: str, question: Mapping[str, str], retries: RetryPolicy, *, nothing: int | None = None
) -> httpx.Response:
    """The answer to one request. Raises RetryLaterError after the last retry, StopError if no retry can help.

    `nothing`: the HTTP status that this server uses for "nothing found". Such an answer is returned.
    """
    server = str(client.base_url).rstrip("/")
    try:
        for attempt in retrying.attempts(retries, lambda error: _retry(error, retries)):
            with attempt:
                answer = client.get(path, params=dict(question))
                if answer.status_code != nothing:
                    answer.raise_for_status()
    except httpx.HTTPStatusError as error:
        raise _refused(server, error.response) from None
    except retrying.RETRIED_ERRORS as error:
        msg = f"{server} cannot be reached ({_said(error)}), after {retries.attempts} attempts. Try again later."
        raise RetryLaterError(msg) from None
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        msg = f"{server} cannot be asked: {_said(error)}. Check the address."
        raise StopError(msg) from None
    return answer


def _retry(error: Exception, retries: RetryPolicy) -> bool | float:
    """Whether to retry, or the number of seconds to wait first if the server sent Retry-After."""
    if isinstance(error, httpx.HTTPStatusError):
        if error.response.status_code not in RETRIED_STATUSES:
            return False
        return retrying.retry_after(retries, wait_seconds(error.response.headers.get("retry-after")))
    return isinstance(error, retrying.RETRIED_ERRORS)


def _refused(server: str, answer: httpx.Response) -> RetryLaterError | StopError:
    code = answer.status_code
    if code in RETRIED_STATUSES:
        wait = wait_seconds(answer.headers.get("retry-after"))
        when = "later" if wait is None else f"in {wait:.0f} seconds"
        return RetryLaterError(f"{server} {RETRIED_STATUSES[code]} (HTTP {code}). Try again {when}.")
    said = " ".join(answer.text[:200].split()) or answer.reason_phrase
    return StopError(f"{server} rejected the request (HTTP {code}): {said}. Check --query, --since and the address.")


def _said(error: Exception) -> str:
    return str(error).rstrip(".") or type(error).__name__

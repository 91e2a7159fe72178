"""Asks a registry over HTTP with retries. One table says which answers are retried."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import httpx
import stamina

from trialwire.network.retry_after import wait_seconds
from trialwire.schemas.errors import RetryLaterError, StopError

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Patience:
    """The retry policy: number of attempts, first pause (it doubles) and longest pause, both in seconds."""

    attempts: int = 6
    first_wait_seconds: float = 0.5
    longest_wait_seconds: float = 120.0


PATIENCE = Patience()

# If structlog is installed (Airflow installs it), stamina prints each retry on standard output, inside the JSON of a
# command. Plain logging goes to standard error and to Airflow's task log.
stamina.instrumentation.set_on_retry_hooks([stamina.instrumentation.LoggingOnRetryHook])

RETRIED_STATUSES: Mapping[int, str] = {
    408: "was too slow to take the question",
    429: "asks for fewer questions",
    500: "failed",
    502: "is behind a gateway that failed",
    503: "is out of service",
    504: "is behind a gateway that gave up waiting",
}
"""HTTP statuses that are retried, with the words for the error message."""

RETRIED_ERRORS = (httpx.NetworkError, httpx.TimeoutException, httpx.RemoteProtocolError, httpx.ProxyError)
"""The connection failed, timed out, or ended in the middle of an answer."""


def ask(
    client: httpx.Client, path: str, question: Mapping[str, str], patience: Patience, *, nothing: int | None = None
) -> httpx.Response:
    """The answer to one GET. Raises RetryLaterError when every attempt failed, StopError when a retry cannot help.

    `nothing` is the HTTP status that this server uses for "nothing found"; such an answer is returned.
    """
    server = str(client.base_url).rstrip("/")
    try:
        for attempt in stamina.retry_context(
            on=lambda error: _again(error, patience),
            attempts=patience.attempts,
            timeout=None,
            wait_initial=patience.first_wait_seconds,
            wait_jitter=patience.first_wait_seconds,
            wait_max=patience.longest_wait_seconds,
        ):
            with attempt:
                answer = client.get(path, params=dict(question))
                if answer.status_code != nothing:
                    answer.raise_for_status()
    except httpx.HTTPStatusError as error:
        raise _refused(server, error.response) from None
    except RETRIED_ERRORS as error:
        msg = f"{server} cannot be reached ({_said(error)}), after {patience.attempts} attempts. Try again later."
        raise RetryLaterError(msg) from None
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        msg = f"{server} cannot be asked: {_said(error)}. Check the address."
        raise StopError(msg) from None
    return answer


def _again(error: Exception, patience: Patience) -> bool | float:
    """Whether to retry; a number is the pause in seconds that the server asked for (Retry-After)."""
    if isinstance(error, httpx.HTTPStatusError):
        if error.response.status_code not in RETRIED_STATUSES:
            return False
        wait = wait_seconds(error.response.headers.get("retry-after"))
        return True if wait is None else False if wait > patience.longest_wait_seconds else wait
    return isinstance(error, RETRIED_ERRORS)


def _refused(server: str, answer: httpx.Response) -> RetryLaterError | StopError:
    code = answer.status_code
    if code in RETRIED_STATUSES:
        wait = wait_seconds(answer.headers.get("retry-after"))
        when = "later" if wait is None else f"in {wait:.0f} seconds"
        return RetryLaterError(f"{server} {RETRIED_STATUSES[code]} (HTTP {code}). Try again {when}.")
    said = " ".join(answer.text[:200].split()) or answer.reason_phrase
    return StopError(f"{server} refused the question (HTTP {code}): {said}. Check --query, --since and the address.")


def _said(error: Exception) -> str:
    return str(error).rstrip(".") or type(error).__name__

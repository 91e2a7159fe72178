"""Retry policies: what is retried, how often, and how long to wait. One policy per kind of request.

All code uses the retry library stamina through this module only, so that the hook set below logs every retry.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import httpx
import stamina

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

# If structlog is installed (Airflow installs it), stamina logs each retry to standard output, in the middle of a
# command's JSON. Plain logging goes to standard error and to Airflow's task log.
stamina.instrumentation.set_on_retry_hooks([stamina.instrumentation.LoggingOnRetryHook])


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """The rules for retries of one kind of request: attempts, first and longest wait, and total time, in seconds.

    The wait doubles after each attempt, plus a random part. If `attempts` is None, only `total_seconds` is a limit.
    """

    attempts: int | None
    first_wait_seconds: float
    longest_wait_seconds: float
    total_seconds: float | None = None


REGISTRY: Final = RetryPolicy(6, 0.5, 120.0)
"""The policy for a request to a registry. The waits are long, because a failed request stops the run."""
FHIR_SERVER: Final = RetryPolicy(4, 0.5, 60.0)
"""The policy for a request to a FHIR server. After the last attempt the caller decides what is at fault: server or
record."""
FHIR_CONFLICT: Final = RetryPolicy(5, 0.1, 1.0)
"""The policy for a write conflict: another loader wrote the study. The random part keeps two loaders from colliding
again."""
SQLITE_OPEN: Final = RetryPolicy(None, 0.01, 0.5, total_seconds=30.0)
"""The policy for a new SQLite file that is switched to write-ahead logging while another process has a lock on it."""

RETRIED_ERRORS: Final = (httpx.NetworkError, httpx.TimeoutException, httpx.RemoteProtocolError, httpx.ProxyError)
"""Errors after which a retry may succeed: the connection failed, timed out, or ended in the middle of an answer."""


def attempts(policy: RetryPolicy, on: Callable[[Exception], bool | float]) -> Iterable[stamina.Attempt]:
    """Yield one context manager per attempt; the caller runs its request inside. Raises the error of the last attempt.

    `on`: a function that takes the error of an attempt. It returns True (retry), False (do not retry), or the number of
    seconds to wait before the retry.
    """
    return stamina.retry_context(
        on=on,
        attempts=policy.attempts,
        timeout=policy.total_seconds,
        wait_initial=policy.first_wait_seconds,
        wait_jitter=policy.first_wait_seconds,
        wait_max=policy.longest_wait_seconds,
    )


def retry_after(policy: RetryPolicy, seconds: float | None) -> bool | float:
    """Return what the function `on` of `attempts` must return if a server asked for a wait (header Retry-After).

    `seconds`: that wait, or None if the server did not ask for a wait. The result is True (retry) for None, and False
    (do not retry) if the wait is longer than the policy allows. Otherwise it is the wait in seconds.
    """
    if seconds is None:
        return True
    return False if seconds > policy.longest_wait_seconds else seconds

"""Retry policies: what is retried, how often, and how long to wait. One row per kind of exchange.

All code imports stamina through this module, so that its hook below is set for every user.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import httpx
import stamina

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

# Where structlog is installed (Airflow brings it), stamina would log each retry to standard output, in the middle of a
# command's JSON. Plain logging goes to standard error and to Airflow's task log.
stamina.instrumentation.set_on_retry_hooks([stamina.instrumentation.LoggingOnRetryHook])


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """How often an exchange is tried, the first wait (it doubles, and varies by its own length) and the longest wait.

    `attempts` None: as often as fits into `total_seconds`.
    """

    attempts: int | None
    first_wait_seconds: float
    longest_wait_seconds: float
    total_seconds: float | None = None


REGISTRY: Final = RetryPolicy(6, 0.5, 120.0)
"""A request to a registry: the run stops when it fails, so it waits longer."""
FHIR_SERVER: Final = RetryPolicy(4, 0.5, 60.0)
"""A request to a FHIR server: what still fails is looked at again, as the server or as the record."""
FHIR_CONFLICT: Final = RetryPolicy(5, 0.1, 1.0)
"""A study that another loader wrote meanwhile is read and compared again. The waits vary, so that two loaders part."""
SQLITE_OPEN: Final = RetryPolicy(None, 0.01, 0.5, total_seconds=30.0)
"""SQLite's change to write-ahead logging: a new file that another process has locked."""

RETRIED_ERRORS: Final = (httpx.NetworkError, httpx.TimeoutException, httpx.RemoteProtocolError, httpx.ProxyError)
"""The connection failed, timed out, or closed in the middle of an answer."""


def attempts(policy: RetryPolicy, on: Callable[[Exception], bool | float]) -> Iterable[stamina.Attempt]:
    """The attempts of one exchange, each a context for its code. After the last one the error is raised.

    `on` says of an error whether to retry, or after how many seconds.
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
    """What `on` returns for an error that may pass, and the seconds that the server asks for in Retry-After, if any.

    False where the server asks for a longer wait than the policy allows.
    """
    if seconds is None:
        return True
    return False if seconds > policy.longest_wait_seconds else seconds

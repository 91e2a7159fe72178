"""Sends HTTP requests to a registry, with retries.

This module decides which answers are retried, and which error is raised for each other answer.
"""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
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
"""HTTP status after which a retry may succeed → what the server did, as the end of a message "<server> …"."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Limits for the answers of a registry: the size and time of one answer, and the time of a whole run.

    The size is in bytes after decompression, the times are in seconds.
    """

    answer_bytes: int = 100_000_000
    answer_seconds: float = 300.0
    run_seconds: float = 43_200.0


LIMITS: Final = Limits()


class RegistryClient(httpx.Client):
    """An HTTP client for one run against one registry. The size and the time of each answer are limited.

    The client follows a redirect only to the same host.
    """

    def __init__(self, base_url: str, headers: Mapping[str, str], timeout_seconds: float, limits: Limits) -> None:
        super().__init__(base_url=base_url, headers=dict(headers), timeout=timeout_seconds, follow_redirects=False)
        self.limits = limits
        self._run_ends = time.monotonic() + limits.run_seconds

    def answer(self, path: str, question: Mapping[str, str]) -> httpx.Response:
        """Send one request and return the complete answer.

        Raises RetryLaterError if the time for one answer or for the run is over, StopError if the answer is too large
        or redirects to another host. The usual time-out limits only the wait for the next bytes, so a server could send
        an answer byte by byte without end. Therefore a timer closes the connection when the time is over.
        """
        seconds = min(self.limits.answer_seconds, self._run_ends - time.monotonic())
        if seconds <= 0:
            raise self._late(self.limits.run_seconds, "RUN_SECONDS", "the run")
        late = threading.Event()

        def close() -> None:
            late.set()
            self.close()

        watch = threading.Timer(seconds, close)
        watch.daemon = True
        watch.start()
        try:
            return self._read(self.build_request("GET", path, params=dict(question)))
        except (httpx.HTTPError, httpx.StreamError, RuntimeError, OSError):
            if late.is_set():
                raise self._late(self.limits.answer_seconds, "ANSWER_SECONDS", "an answer") from None
            raise
        finally:
            watch.cancel()

    def _read(self, request: httpx.Request) -> httpx.Response:
        for _ in range(_MOST_REDIRECTS):
            answer = self.send(request, stream=True)
            try:
                following = answer.next_request
                if following is None:
                    return self._whole(answer)
            finally:
                answer.close()
            if (following.url.host, following.url.port) != (self.base_url.host, self.base_url.port):
                msg = f"{_server(self)} redirects to another server, {following.url.host}, which is not followed. If it is right, set its address."
                raise StopError(msg)
            request = following
        raise StopError(f"{_server(self)} redirects in a circle. Check the address.")

    def _whole(self, answer: httpx.Response) -> httpx.Response:
        parts, size = [], 0
        for part in answer.iter_bytes():
            size += len(part)
            if size > self.limits.answer_bytes:
                msg = f"{_server(self)} sends an answer of more than {self.limits.answer_bytes:,} bytes, unpacked. Raise TRIALWIRE_INGEST__MAX_ANSWER_BYTES if that is right."
                raise StopError(msg)
            parts.append(part)
        headers = [(name, value) for name, value in answer.headers.multi_items() if name not in _OF_THE_PACKED]
        return httpx.Response(answer.status_code, headers=headers, content=b"".join(parts), request=answer.request)

    def _late(self, seconds: float, setting: str, what: str) -> RetryLaterError:
        msg = f"{_server(self)} took longer than {seconds:g} seconds for {what}. Try again later, or raise TRIALWIRE_INGEST__{setting}."
        return RetryLaterError(msg)


_MOST_REDIRECTS: Final = 5
_OF_THE_PACKED: Final = frozenset({"content-encoding", "content-length", "transfer-encoding"})


def _server(client: httpx.Client) -> str:
    return str(client.base_url).rstrip("/")


def ask(
    client: RegistryClient, path: str, question: Mapping[str, str], retries: RetryPolicy, *, nothing: int | None = None
) -> httpx.Response:
    """Send one request, with retries, and return the answer.

    Raises RetryLaterError after the last retry, StopError if no retry can help. `nothing`: the HTTP status that this
    server uses for "nothing found"; an answer with this status is returned.
    """
    server = _server(client)
    try:
        for attempt in retrying.attempts(retries, lambda error: _retry(error, retries)):
            with attempt:
                answer = client.answer(path, question)
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
    """Return whether to retry after this error, or the seconds to wait first if the server sent Retry-After."""
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

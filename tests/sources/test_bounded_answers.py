"""A registry's answer is bounded: in bytes after unpacking, in time, and to the host that was asked."""

from __future__ import annotations

import contextlib
import gzip
import socket
import threading
from typing import TYPE_CHECKING

import pytest

from trialwire.network.retrying import RetryPolicy
from trialwire.schemas.errors import RetryLaterError, StopError
from trialwire.schemas.source import Query
from trialwire.sources import clinicaltrials_gov, eclaire
from trialwire.sources.registry_http import Limits

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

QUICK = RetryPolicy(2, 0.01, 0.02)
ASKED = Query(query="asthma")


@contextlib.contextmanager
def server(speak: Callable[[socket.socket, threading.Event], None]) -> Iterator[str]:
    """A server on 127.0.0.1 that does with each connection what `speak` says, until the block ends."""
    ended = threading.Event()
    listener = socket.create_server(("127.0.0.1", 0))
    listener.settimeout(0.05)

    def serve() -> None:
        while not ended.is_set():
            with contextlib.suppress(OSError):
                connection, _ = listener.accept()
                with connection:
                    connection.recv(65_536)
                    speak(connection, ended)

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/api"
    finally:
        ended.set()
        thread.join()
        listener.close()


def drip(connection: socket.socket, ended: threading.Event) -> None:
    while not ended.wait(0.02):
        connection.sendall(b" ")


def dripping_body(connection: socket.socket, ended: threading.Event) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\ncontent-length: 100000\r\n\r\n")
    drip(connection, ended)


def dripping_headers(connection: socket.socket, ended: threading.Event) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\nx-long: ")
    drip(connection, ended)


@pytest.mark.parametrize("speak", [dripping_body, dripping_headers])
def test_a_server_that_drips_its_answer_ends_at_the_deadline_with_try_again_later(
    speak: Callable[[socket.socket, threading.Event], None],
) -> None:
    with (
        server(speak) as url,
        pytest.raises(RetryLaterError, match=r"took longer than 0\.3 seconds for an answer") as told,
    ):
        list(clinicaltrials_gov.records(ASKED, base_url=url, retries=QUICK, limits=Limits(answer_seconds=0.3)))
    assert told.value.exit_code == 75


def test_a_run_that_is_over_its_deadline_asks_no_more() -> None:
    asked = []
    with (
        server(lambda *_: asked.append(1)) as url,
        pytest.raises(RetryLaterError, match="for the run"),
    ):
        list(eclaire.records(ASKED, base_url=url, retries=QUICK, limits=Limits(run_seconds=0.0)))
    assert not asked


def test_an_answer_that_unpacks_to_more_than_the_limit_is_not_read_to_its_end() -> None:
    body = gzip.compress(b" " * 20_000_000)

    def bomb(connection: socket.socket, ended: threading.Event) -> None:
        head = f"HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: {len(body)}\r\n\r\n"
        connection.sendall(head.encode() + body)

    with (
        server(bomb) as url,
        pytest.raises(StopError, match=r"more than 1,000,000 bytes, unpacked.*TRIALWIRE_INGEST__MAX_ANSWER_BYTES"),
    ):
        list(clinicaltrials_gov.records(ASKED, base_url=url, retries=QUICK, limits=Limits(answer_bytes=1_000_000)))


def test_a_redirect_to_another_host_is_not_followed() -> None:
    asked = []

    def away(connection: socket.socket, ended: threading.Event) -> None:
        connection.sendall(f"HTTP/1.1 302 Found\r\nlocation: {other}/R4\r\ncontent-length: 0\r\n\r\n".encode())

    with (
        server(lambda *_: asked.append(1)) as other,
        server(away) as url,
        pytest.raises(StopError, match=r"redirects to another server, 127\.0\.0\.1, which is not followed"),
    ):
        list(eclaire.records(ASKED, base_url=url, retries=QUICK))
    assert not asked


def test_a_redirect_on_the_same_host_is_followed_and_a_circle_ends() -> None:
    answers = iter([b"/elsewhere", None, *[b"/again"] * 9])

    def speak(connection: socket.socket, ended: threading.Event) -> None:
        place = next(answers)
        if place is None:
            connection.sendall(b'HTTP/1.1 200 OK\r\ncontent-length: 14\r\n\r\n{"studies":[]}')
        else:
            connection.sendall(b"HTTP/1.1 302 Found\r\ncontent-length: 0\r\nlocation: " + place + b"\r\n\r\n")

    with server(speak) as url:
        assert list(clinicaltrials_gov.records(ASKED, base_url=url, retries=QUICK)) == []
        with pytest.raises(StopError, match="redirects in a circle"):
            list(clinicaltrials_gov.records(ASKED, base_url=url, retries=QUICK))

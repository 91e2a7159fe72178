"""Checks how far a server can be reached: DNS, then TCP, then TLS. Each check takes at most a few seconds."""

from __future__ import annotations

import socket
import ssl
import time
from typing import TYPE_CHECKING, Final, NamedTuple

from trialwire.network.tls import untrusted
from trialwire.schemas.errors import SettingError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from trialwire.network.tls import Tls

STEP_SECONDS: Final = 4.0


class Step(NamedTuple):
    """The result of one check of a connection. If the check failed, the text includes the cure (what to correct)."""

    name: str
    passed: bool
    result: str


def steps(host: str, port: int, tls: Tls | None) -> Iterator[Step]:
    """Check DNS, then TCP, then TLS if `tls` is given, and yield one Step (the result) per check.

    No further check is made after a failed check.
    """
    name = _tried(f"DNS {host}", lambda: _addresses(host, port))
    yield name
    if not name.passed:
        return
    connection = _tried(f"TCP {host}:{port}", lambda: _connect(host, port))
    yield connection
    if connection.passed and tls is not None:
        yield _tried(f"TLS {host}:{port}", lambda: _shake(host, port, tls))


def speaks_tls(host: str, port: int) -> bool:
    """Return whether a port accepts a TLS handshake. The server's certificate is not checked."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    try:
        with socket.create_connection((host, port), STEP_SECONDS) as plain, context.wrap_socket(plain):
            return True
    except (OSError, ValueError):
        return False


def _tried(name: str, check: Callable[[], str]) -> Step:
    started = time.monotonic()
    try:
        found = check()
    except (OSError, SettingError) as error:
        return Step(name, passed=False, result=_cure(error))
    return Step(name, passed=True, result=f"{found} ({time.monotonic() - started:.2f} s)")


def _cure(error: OSError | SettingError) -> str:
    """Take the error of a failed check; return its cause and what to correct."""
    if isinstance(error, socket.gaierror):
        return "this name is not known: correct the address, or the name server of this machine"
    if isinstance(error, ConnectionRefusedError):
        return "nothing listens there: start the server, or correct the port"
    if isinstance(error, TimeoutError):
        return f"no answer within {STEP_SECONDS:.0f} s: a firewall, or the wrong address"
    if isinstance(error, ssl.SSLCertVerificationError):
        return untrusted(error.verify_message, "the right CA file")
    if isinstance(error, ssl.SSLError):
        return f"the TLS handshake failed ({error.reason}): the port may not use TLS, or require a client certificate"
    if isinstance(error, SettingError):
        return str(error)
    return error.strerror or type(error).__name__


def _addresses(host: str, port: int) -> str:
    found = {str(entry[4][0]) for entry in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)}
    return ", ".join(sorted(found))


def _connect(host: str, port: int) -> str:
    with socket.create_connection((host, port), STEP_SECONDS):
        return "open"


def _shake(host: str, port: int, tls: Tls) -> str:
    with (
        socket.create_connection((host, port), STEP_SECONDS) as plain,
        tls.context().wrap_socket(plain, server_hostname=host) as secured,
    ):
        return str(secured.version())

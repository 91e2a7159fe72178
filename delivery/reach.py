"""The first steps to any server, one by one: its name, its port, its TLS certificate. Each is checked within seconds."""

from __future__ import annotations

import socket
import ssl
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

Step = tuple[str, bool, str]
"""What was checked, whether it is well, and what was found: with the cure where it is not."""

STEP_SECONDS: Final = 4.0


@dataclass(frozen=True, slots=True)
class Tls:
    """How a server's certificate is trusted, and what we show of ourselves. All None: the system's own trust."""

    cafile: str | None = None
    certfile: str | None = None
    keyfile: str | None = None


def steps(host: str, port: int, tls: Tls | None) -> Iterator[Step]:
    """DNS, TCP and, where asked, TLS; ends with the first that is not well."""
    place = f"{host}:{port}"
    ok, told = _tried(lambda: _addresses(host, port))
    yield f"DNS {host}", ok, told
    if not ok:
        return
    ok, told = _tried(lambda: _connect(host, port))
    yield f"TCP {place}", ok, told
    if ok and tls is not None:
        ok, told = _tried(lambda: _shake(host, port, tls))
        yield f"TLS {place}", ok, told


def speaks_tls(host: str, port: int) -> bool:
    """Whether a port answers a TLS greeting, whatever its certificate."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    try:
        with socket.create_connection((host, port), STEP_SECONDS) as plain, context.wrap_socket(plain):
            return True
    except (OSError, ValueError):
        return False


def untrusted(why: str) -> str:
    """What to do about a server's certificate that OpenSSL refuses, in its words."""
    cure = "have it renewed on the server" if "expired" in why else "give the right CA file"
    return f"the certificate is not trusted ({why}): {cure}"


def _tried(check: Callable[[], str]) -> tuple[bool, str]:
    started = time.monotonic()
    try:
        told = check()
    except socket.gaierror:
        return False, "this name is not known: correct the address, or the name server of this machine"
    except ConnectionRefusedError:
        return False, "nothing listens there: start the server, or correct the port"
    except TimeoutError:
        return False, f"no answer within {STEP_SECONDS:.0f} s: a firewall, or the wrong address"
    except ssl.SSLCertVerificationError as error:
        return False, untrusted(error.verify_message)
    except ssl.SSLError as error:
        return (
            False,
            f"no TLS can be agreed ({error.reason}): the port may speak plain text, or want a client certificate",
        )
    except FileNotFoundError as error:
        return False, f"{error.filename or 'a certificate file'} is not there"
    except OSError as error:
        return False, f"{error.strerror or type(error).__name__}"
    return True, f"{told} ({time.monotonic() - started:.2f} s)"


def _addresses(host: str, port: int) -> str:
    found = {str(entry[4][0]) for entry in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)}
    return ", ".join(sorted(found))


def _connect(host: str, port: int) -> str:
    with socket.create_connection((host, port), STEP_SECONDS):
        return "open"


def _shake(host: str, port: int, tls: Tls) -> str:
    context = ssl.create_default_context(cafile=tls.cafile)
    if tls.certfile:
        context.load_cert_chain(tls.certfile, tls.keyfile)
    with (
        socket.create_connection((host, port), STEP_SECONDS) as plain,
        context.wrap_socket(plain, server_hostname=host) as secured,
    ):
        return str(secured.version())

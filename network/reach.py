"""Checks how far a server can be reached: DNS, TCP, TLS. Each step takes at most a few seconds."""

from __future__ import annotations

import re
import socket
import ssl
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import certifi

from trialwire.schemas.errors import SettingError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

Step = tuple[str, bool, str]
"""(name of the check, passed, result). The result of a failed check includes the cure."""

STEP_SECONDS: Final = 4.0
_UNTRUSTED = re.compile(r"certificate verify failed: ([^(\]]+?) \(")
_OUR_CERTIFICATE = re.compile(
    r"ALERT_(?:BAD_CERTIFICATE|CERTIFICATE_REQUIRED|CERTIFICATE_EXPIRED|CERTIFICATE_REVOKED|CERTIFICATE_UNKNOWN"
    r"|UNSUPPORTED_CERTIFICATE|UNKNOWN_CA)"
)
"""The TLS alerts (RFC 8446, section 6.2) by which a server rejects the client certificate, as OpenSSL spells them."""


@dataclass(frozen=True, slots=True)
class Tls:
    """The CA file that the server certificate is checked against, and the client certificate with its key.

    Without a CA file, the authorities of the system and those of Mozilla (certifi) are trusted.
    """

    cafile: str | None = None
    certfile: str | None = None
    keyfile: str | None = None

    def context(self) -> ssl.SSLContext:
        """The SSL context of a connection. Raises SettingError for a file that does not exist or is not PEM."""
        for name in filter(None, (self.cafile, self.certfile, self.keyfile)):
            if not Path(name).is_file():
                raise SettingError(f"The certificate file {name} is not there.")
        try:
            context = ssl.create_default_context(cafile=self.cafile)
            if self.cafile is None:
                context.load_verify_locations(certifi.where())
        except ssl.SSLError:
            raise SettingError(f"{self.cafile} holds no certificate in PEM form.") from None
        try:
            if self.certfile:
                context.load_cert_chain(self.certfile, self.keyfile)
        except ssl.SSLError:
            key = self.keyfile or self.certfile
            raise SettingError(f"{self.certfile} and {key} are no certificate and its key in PEM form.") from None
        return context


def steps(host: str, port: int, tls: Tls | None) -> Iterator[Step]:
    """Check DNS, TCP and, if `tls` is given, TLS. Ends after the first failed step."""
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
    """Whether a port accepts a TLS handshake. Its certificate is not checked."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    try:
        with socket.create_connection((host, port), STEP_SECONDS) as plain, context.wrap_socket(plain):
            return True
    except (OSError, ValueError):
        return False


def refusal(said: str, tls: Tls, settings: str) -> str | None:
    """The cause and the cure of a TLS failure that a retry cannot solve; None for any other failure.

    `said`: the error text or log of the client. `settings`: the prefix of the setting names, "TRIALWIRE_KAFKA__".
    """
    if found := _UNTRUSTED.search(said):
        return _untrusted(found[1], f"the right CA file ({settings}SSL_CAFILE)")
    if not _OUR_CERTIFICATE.search(said):
        return None
    cure = f"{settings}SSL_CERTFILE and {settings}SSL_KEYFILE"
    if tls.certfile is None:
        return f"it wants a client certificate: set {cure}"
    return f"it refuses the client certificate {tls.certfile}: correct {cure}"


def _untrusted(why: str, right_authority: str) -> str:
    """The cause and the cure of a rejected server certificate. `why` is OpenSSL's text."""
    if "expired" in why:
        cure = "have it renewed on the server"
    elif "mismatch" in why:
        cure = "correct the address, or have the server's certificate name it"
    else:
        cure = f"give {right_authority}"
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
        return False, _untrusted(error.verify_message, "the right CA file")
    except ssl.SSLError as error:
        return (
            False,
            f"no TLS can be agreed ({error.reason}): the port may speak plain text, or want a client certificate",
        )
    except SettingError as error:
        return False, str(error)
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
    with (
        socket.create_connection((host, port), STEP_SECONDS) as plain,
        tls.context().wrap_socket(plain, server_hostname=host) as secured,
    ):
        return str(secured.version())

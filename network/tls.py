"""TLS settings: trusted authorities, the client certificate, and the certificate errors that a retry cannot solve.

An authority is an organization that signs server certificates (CA).
"""

from __future__ import annotations

import re
import ssl
from dataclasses import dataclass
from pathlib import Path

import certifi

from trialwire.schemas.errors import SettingError

_UNTRUSTED = re.compile(r"certificate verify failed: ([^(\]]+?) \(")
_OUR_CERTIFICATE = re.compile(
    r"ALERT_(?:BAD_CERTIFICATE|CERTIFICATE_REQUIRED|CERTIFICATE_EXPIRED|CERTIFICATE_REVOKED|CERTIFICATE_UNKNOWN"
    r"|UNSUPPORTED_CERTIFICATE|UNKNOWN_CA)"
)
"""The TLS alerts (RFC 8446, section 6.2) by which a server rejects the client certificate, as OpenSSL spells them."""


@dataclass(frozen=True, slots=True)
class Tls:
    """The files of a TLS connection: the CA file, and the client certificate with its key.

    The server certificate is checked against the CA file. Without a CA file, the authorities of the system and those of
    Mozilla (certifi) are trusted.
    """

    cafile: str | None = None
    certfile: str | None = None
    keyfile: str | None = None

    def context(self) -> ssl.SSLContext:
        """Return the SSL context of a connection. Raises SettingError for a file that does not exist or is not PEM."""
        for name in filter(None, (self.cafile, self.certfile, self.keyfile)):
            if not Path(name).is_file():
                raise SettingError(f"The certificate file {name} does not exist.")
        try:
            context = ssl.create_default_context(cafile=self.cafile)
            if self.cafile is None:
                context.load_verify_locations(certifi.where())
        except ssl.SSLError:
            raise SettingError(f"{self.cafile} contains no certificate in PEM format.") from None
        try:
            if self.certfile:
                context.load_cert_chain(self.certfile, self.keyfile)
        except ssl.SSLError:
            key = self.keyfile or self.certfile
            raise SettingError(f"{self.certfile} and {key} are not a certificate and its key in PEM format.") from None
        return context


def refusal(said: str, tls: Tls, settings: str) -> str | None:
    """Return the cause and the cure (what to correct) of a TLS failure that a retry cannot solve.

    Returns None for any other failure. `said`: the error text or log of the client. `settings`: the prefix of the
    setting names, such as "TRIALWIRE_KAFKA__".
    """
    if found := _UNTRUSTED.search(said):
        return untrusted(found[1], f"the right CA file ({settings}SSL_CAFILE)")
    if not _OUR_CERTIFICATE.search(said):
        return None
    cure = f"{settings}SSL_CERTFILE and {settings}SSL_KEYFILE"
    if tls.certfile is None:
        return f"it requires a client certificate: set {cure}"
    return f"it rejects the client certificate {tls.certfile}: correct {cure}"


def untrusted(why: str, right_authority: str) -> str:
    """Return the cause and the cure (what to correct) of a rejected server certificate. `why`: OpenSSL's error text."""
    if "expired" in why:
        cure = "renew it on the server"
    elif "mismatch" in why:
        cure = "correct the address, or add it to the server's certificate"
    else:
        cure = f"give {right_authority}"
    return f"the certificate is not trusted ({why}): {cure}"

"""The settings of one FHIR server: address, login, TLS, and its key in the store.

The store keeps under this key the server's cursor: the position in the outbox (the table of all changes) up to which
the server has received changes.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from trialwire.delivery import destination
from trialwire.network import tls as network_tls

if TYPE_CHECKING:
    from trialwire.schemas.event import FhirVersion

FHIR_JSON: Final = "application/fhir+json"


@dataclass(frozen=True, slots=True)
class FhirSettings:
    """The settings of one FHIR server and one FHIR version. Secrets do not appear in `repr`."""

    base_url: str
    fhir_version: FhirVersion
    token: str | None = field(default=None, repr=False)
    username: str | None = None
    password: str | None = field(default=None, repr=False)
    timeout_seconds: float = 60.0
    ssl_cafile: str | None = None
    ssl_certfile: str | None = None
    ssl_keyfile: str | None = None
    name: str | None = None

    @property
    def tls(self) -> network_tls.Tls | None:
        """The TLS files: CA file and client certificate. None if the address is not https."""
        if not self.base_url.lower().startswith("https:"):
            return None
        return network_tls.Tls(self.ssl_cafile, self.ssl_certfile, self.ssl_keyfile)

    def refusal(self, said: str) -> str | None:
        """Take the error text of a failed connection. If a certificate is the cause, return what is wrong with it.

        The returned text also says what to correct. Returns None for any other cause.
        """
        return network_tls.refusal(said, self.tls, f"TRIALWIRE_FHIR__{self.fhir_version}__") if self.tls else None

    def connection(self) -> dict[str, Any]:
        """Return the options of an httpx client: headers, TLS, and a bearer token or a user name and password.

        Raises SettingError for a certificate file that cannot be used.
        """
        # Without no-cache HAPI answers a repeated search for a minute from its cached results.
        headers = {"Accept": FHIR_JSON, "Prefer": "return=minimal", "Cache-Control": "no-cache"}
        options: dict[str, Any] = {"headers": headers}
        if self.tls:
            options["verify"] = self.tls.context()
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        elif self.username:
            options["auth"] = (self.username, self.password or "")
        return options

    @property
    def kind(self) -> str:
        """The kind of the destination, "fhir-r4" or "fhir-r5", used in reports and in its key."""
        return f"fhir-{self.fhir_version.lower()}"

    @property
    def destination(self) -> str:
        """The server's key in the store, under which its cursor (position in the outbox) is kept.

        The key is the kind, and the configured name or the address.
        """
        return destination.named(self.kind, self.name or destination.place_of(self.base_url))

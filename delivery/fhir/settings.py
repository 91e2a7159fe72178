"""What the loader needs to know about a FHIR server."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from trialwire.delivery import destination
from trialwire.network import reach

if TYPE_CHECKING:
    from trialwire.schemas.event import FhirVersion

FHIR_JSON: Final = "application/fhir+json"


@dataclass(frozen=True, slots=True)
class FhirSettings:
    """One server of one FHIR version. Secrets are never shown."""

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
    def tls(self) -> reach.Tls | None:
        """How the server is trusted and what we show it; None where nothing is encrypted."""
        if not self.base_url.lower().startswith("https:"):
            return None
        return reach.Tls(self.ssl_cafile, self.ssl_certfile, self.ssl_keyfile)

    def refusal(self, said: str) -> str | None:
        """Why a connection that failed with these words is no outage: the server's certificate, or ours; else None."""
        return reach.refusal(said, self.tls, f"TRIALWIRE_FHIR__{self.fhir_version}__") if self.tls else None

    def connection(self) -> dict[str, Any]:
        """How a client of httpx is told to connect: trust, and a bearer token, or a name and password, or nothing.

        Raises SettingError for a certificate file that cannot be used.
        """
        # HAPI answers a search from the results of the same one asked within a minute, unless it is told not to.
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
        """What its reports are called: fhir-r4 or fhir-r5."""
        return f"fhir-{self.fhir_version.lower()}"

    @property
    def destination(self) -> str:
        """The name of its cursor: the kind, and its own name or its address."""
        return destination.named(self.kind, self.name or destination.place_of(self.base_url))

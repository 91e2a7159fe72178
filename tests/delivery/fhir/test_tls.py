"""A FHIR server behind TLS: trusted by an authority of the house, asked with a certificate, refused with the setting."""

from __future__ import annotations

import ssl
import threading
from contextlib import contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

import pytest
import trustme

from tests.delivery.conftest import QUICK
from tests.delivery.kit.certificates import client_certificate
from trialwire.delivery.fhir import check as fhir_check
from trialwire.delivery.fhir.client import FhirClient
from trialwire.delivery.fhir.settings import FhirSettings
from trialwire.schemas.errors import SettingError, StopError
from trialwire.stack.port import HOST

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


class _Study(BaseHTTPRequestHandler):
    """Answers every read with one study."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        body = b'{"resourceType": "ResearchStudy", "id": "study-nct99990001", "status": "active"}'
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def server(authority: trustme.CA, name: str = HOST, *, asks_for_certificate: bool = False) -> Iterator[str]:
    """The base address of a server that speaks TLS."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(name).configure_cert(context)
    if asks_for_certificate:
        authority.configure_trust(context)
        context.verify_mode = ssl.CERT_REQUIRED
    with ThreadingHTTPServer((HOST, 0), _Study) as listening:
        listening.socket = context.wrap_socket(listening.socket, server_side=True, do_handshake_on_connect=False)
        thread = threading.Thread(target=listening.serve_forever, args=(0.05,))
        thread.start()
        yield f"https://{HOST}:{listening.server_port}/fhir"
        listening.shutdown()
        thread.join()


@pytest.fixture
def authority(tmp_path: Path) -> trustme.CA:
    made = trustme.CA()
    made.cert_pem.write_to_path(tmp_path / "ca.pem")
    return made


def read(settings: FhirSettings) -> object:
    with FhirClient(settings, retries=QUICK) as client:
        return client.read("ResearchStudy/study-nct99990001")


def test_the_authority_of_the_house_is_trusted_when_it_is_named(authority: trustme.CA, tmp_path: Path) -> None:
    with server(authority) as address:
        settings = FhirSettings(address, "R4", ssl_cafile=str(tmp_path / "ca.pem"))
        assert read(settings) == {"resourceType": "ResearchStudy", "id": "study-nct99990001", "status": "active"}
        assert [step[0].split()[0] for step in fhir_check.steps(settings) if step[1]][:3] == ["DNS", "TCP", "TLS"]


def test_a_certificate_that_nobody_trusts_is_a_refusal_and_no_outage(authority: trustme.CA) -> None:
    with server(authority) as address:
        with pytest.raises(StopError, match=r"give the right CA file \(TRIALWIRE_FHIR__R5__SSL_CAFILE\)"):
            read(FhirSettings(address, "R5"))
        *_, (step, well, told) = fhir_check.steps(FhirSettings(address, "R5"))
        assert (step.split()[0], well) == ("TLS", False)
        assert "give the right CA file" in told


def test_a_certificate_for_another_name_is_told_as_that(authority: trustme.CA, tmp_path: Path) -> None:
    with (
        server(authority, "fhir.example.org") as address,
        pytest.raises(StopError, match="correct the address, or add it to the server's certificate"),
    ):
        read(FhirSettings(address, "R4", ssl_cafile=str(tmp_path / "ca.pem")))


def test_a_server_that_asks_for_our_certificate_gets_it(authority: trustme.CA, tmp_path: Path) -> None:
    shown = client_certificate(authority, tmp_path / "client")
    with server(authority, asks_for_certificate=True) as address:
        bare = FhirSettings(address, "R4", ssl_cafile=str(tmp_path / "ca.pem"))
        assert read(replace(bare, **shown))
        with pytest.raises(StopError, match="it requires a client certificate: set TRIALWIRE_FHIR__R4__SSL_CERTFILE"):
            read(bare)
        *_, (step, well, told) = fhir_check.steps(bare)
        assert (step, well) == ("metadata", False)
        assert "it requires a client certificate" in told


def test_a_file_of_authorities_that_is_not_there_is_a_fault_of_the_settings(tmp_path: Path) -> None:
    with pytest.raises(SettingError, match=r"absent\.pem does not exist"):
        read(FhirSettings("https://fhir.example.org/r4", "R4", ssl_cafile=str(tmp_path / "absent.pem")))

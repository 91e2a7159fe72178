"""A real broker with several ways in: plain, over an unruly line, with TLS and a client's certificate, with a login.

Its certificates are made for one run by an authority of its own; a second authority is one that nobody trusts.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import trustme
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from tests.delivery.kit.certificates import client_certificate
from tests.delivery.kit.line import Line
from trialwire.delivery.kafka.settings import KafkaSettings
from trialwire.stack.kafka import Kafka
from trialwire.stack.port import HOST, free_ports

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

WAYS = {
    "PLAINTEXT": "PLAINTEXT", "LINE": "PLAINTEXT", "CERTIFICATE": "SSL", "EXPIRED": "SSL", "LOGIN": "SASL_SSL",
}  # fmt: skip
USER, PASSWORD = "trialwire", "a-password-of-this-test"


@dataclass
class GuardedBroker:
    """How each way in is used rightly, and the line that one of them goes over."""

    plain: KafkaSettings
    over_line: KafkaSettings
    certificate: KafkaSettings
    login: KafkaSettings
    expired: KafkaSettings
    stranger_ca: str
    stranger: dict[str, str]
    """The settings of a client certificate that nobody trusts."""
    line: Line


@contextmanager
def guarded_broker(folder: Path) -> Iterator[GuardedBroker]:
    """Start it, and stop it at the end. Raises StopError or RetryLaterError where no broker can be had."""
    authority, stranger = trustme.CA(), trustme.CA()
    ca, stranger_ca = folder / "ca.pem", folder / "stranger.pem"
    authority.cert_pem.write_to_path(ca)
    stranger.cert_pem.write_to_path(stranger_ca)
    ports = dict(zip([*WAYS, "CONTROLLER", "ON THE LINE"], free_ports(len(WAYS) + 2), strict=True))
    listening = {name: ports[name] for name in [*WAYS, "CONTROLLER"]}
    stale = authority.issue_cert(
        HOST, not_after=datetime(2020, 1, 2, tzinfo=UTC), not_before=datetime(2020, 1, 1, tzinfo=UTC)
    )
    properties = {
        "listeners": _addresses(listening),
        "advertised.listeners": _addresses(listening | {"LINE": ports["ON THE LINE"]}),
        "listener.security.protocol.map": ",".join(f"{n}:{p}" for n, p in ({"CONTROLLER": "PLAINTEXT"} | WAYS).items()),
        "ssl.keystore.type": "PEM",
        "ssl.keystore.location": str(_store(authority.issue_cert(HOST), folder / "broker.pem")),
        "ssl.truststore.type": "PEM",
        "ssl.truststore.location": str(ca),
        "listener.name.certificate.ssl.client.auth": "required",
        "listener.name.expired.ssl.keystore.type": "PEM",
        "listener.name.expired.ssl.keystore.location": str(_store(stale, folder / "expired.pem")),
        "listener.name.login.sasl.enabled.mechanisms": "PLAIN",
        "listener.name.login.plain.sasl.jaas.config": (
            f'org.apache.kafka.common.security.plain.PlainLoginModule required user_{USER}="{PASSWORD}";'
        ),
    }
    broker = Kafka(
        folder / "data", folder / "kafka.log", ports["PLAINTEXT"], ports["CONTROLLER"], properties=properties
    )
    address = {name: f"{HOST}:{port}" for name, port in ports.items()}
    secure = KafkaSettings(address["CERTIFICATE"], security_protocol="SSL", ssl_cafile=str(ca))
    broker.start()
    try:
        with Line(ports["ON THE LINE"], ports["LINE"]) as line:
            yield GuardedBroker(
                plain=KafkaSettings(address["PLAINTEXT"]),
                over_line=KafkaSettings(address["ON THE LINE"]),
                certificate=replace(secure, **client_certificate(authority, folder / "client")),
                expired=replace(secure, bootstrap_servers=address["EXPIRED"]),
                login=replace(
                    secure,
                    bootstrap_servers=address["LOGIN"],
                    security_protocol="SASL_SSL",
                    sasl_username=USER,
                    sasl_password=PASSWORD,
                ),
                stranger_ca=str(stranger_ca),
                stranger=client_certificate(stranger, folder / "stranger"),
                line=line,
            )
    finally:
        broker.stop()


def _addresses(ports: dict[str, int]) -> str:
    return ",".join(f"{name}://{HOST}:{port}" for name, port in ports.items())


def _store(certificate: trustme.LeafCert, file: Path) -> Path:
    """Key and certificate in one file, the key as PKCS #8, which is all that Kafka reads."""
    key = load_pem_private_key(certificate.private_key_pem.bytes(), None)
    encoded = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    file.write_bytes(encoded + b"".join(pem.bytes() for pem in certificate.cert_chain_pems))
    return file

"""The settings of one Kafka cluster: address, topics, event format, login, TLS, and its key in the store.

The store keeps under this key the cluster's cursor: the position in the outbox (the table of all changes) up to which
the cluster has received changes.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from trialwire.delivery import destination
from trialwire.network import tls as network_tls

if TYPE_CHECKING:
    from trialwire.delivery.event.topics import Topic
    from trialwire.schemas.event import FhirVersion


@dataclass(frozen=True, slots=True)
class KafkaSettings:
    """The settings of one cluster, with one topic prefix and one FHIR version. Secrets do not appear in `repr`."""

    bootstrap_servers: str
    topic_prefix: str = ""
    create_topics: bool = True
    replication_factor: int | None = None
    fhir_version: FhirVersion = "R4"
    envelope: Literal["binary", "structured"] = "binary"
    max_inline_bytes: int = 900_000
    dataref_url: str | None = None
    security_protocol: Literal["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"] = "PLAINTEXT"
    sasl_mechanism: str | None = None
    sasl_username: str | None = None
    sasl_password: str | None = field(default=None, repr=False)
    ssl_cafile: str | None = None
    ssl_certfile: str | None = None
    ssl_keyfile: str | None = None
    name: str | None = None
    kind: ClassVar[str] = "kafka"

    @property
    def destination(self) -> str:
        """The cluster's key in the store, under which its cursor (position in the outbox) is kept.

        The key is the configured name or the addresses, then the topic prefix if there is one.
        """
        cluster = self.name or ",".join(sorted({server.lower() for server in self.servers}))
        return destination.named(self.kind, f"{cluster}/{self.topic_prefix}" if self.topic_prefix else cluster)

    @property
    def servers(self) -> list[str]:
        """The bootstrap addresses of the cluster, each as host:port."""
        return [part.strip() for part in self.bootstrap_servers.split(",") if part.strip()]

    @property
    def tls(self) -> network_tls.Tls | None:
        """The TLS files: CA file and client certificate. None if the connection does not use TLS."""
        if not self.security_protocol.endswith("SSL"):
            return None
        return network_tls.Tls(self.ssl_cafile, self.ssl_certfile, self.ssl_keyfile)

    @property
    def mechanism(self) -> str:
        """The SASL mechanism of the login, PLAIN by default."""
        return self.sasl_mechanism or "PLAIN"

    def topic(self, topic: Topic) -> str:
        """Return the full name of a topic: the prefix, then the topic's own name."""
        return f"{self.topic_prefix}{topic.name}"

    def connection(self) -> dict[str, Any]:
        """Return the connection options of a kafka-python client."""
        options: dict[str, Any] = {
            "bootstrap_servers": self.servers,
            "client_id": "trialwire",
            "security_protocol": self.security_protocol,
            "ssl_cafile": self.ssl_cafile,
            "ssl_certfile": self.ssl_certfile,
            "ssl_keyfile": self.ssl_keyfile,
        }
        if self.security_protocol.startswith("SASL"):
            options |= {
                "sasl_mechanism": self.mechanism,
                "sasl_plain_username": self.sasl_username,
                "sasl_plain_password": self.sasl_password,
            }
        return options

"""Is the Kafka cluster well? Step by step: name, port, TLS, login, brokers, topics, permission to write."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING, Any, Final

from kafka import KafkaAdminClient, errors

from trialwire.delivery.event import topics
from trialwire.delivery.kafka.client import KafkaCluster
from trialwire.delivery.kafka.connecting import connected
from trialwire.network import reach
from trialwire.schemas.errors import StopError, TrialwireError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from trialwire.delivery.kafka.settings import KafkaSettings
    from trialwire.network.reach import Step

LOGIN_SECONDS: Final = 4.0
SAFE_BROKERS: Final = 3
DEFAULT_PORT: Final = 9092


def steps(settings: KafkaSettings) -> Iterator[Step]:
    """Each step as (what, well, found). Ends where going on is no use; takes seconds, never the client's half minute."""
    reached = False
    for server in settings.servers:
        host, _, port = server.rpartition(":")
        if not (host and port.isdigit()):
            host, port = server, str(DEFAULT_PORT)
        well = True
        for step in reach.steps(host.strip("[]"), int(port), settings.tls):
            well = step[1]
            yield step
        reached = reached or well
    if not reached:
        return
    login = _login(settings)
    yield login
    if login[1]:
        yield from _cluster(settings)


def _login(settings: KafkaSettings) -> Step:
    name = f"login ({settings.security_protocol})"
    try:
        with closing(_admin(settings)):
            return name, True, "accepted" if settings.sasl_username else "connected"
    except StopError as refused:
        return name, False, str(refused)
    except (errors.KafkaError, OSError, ValueError, AssertionError) as error:
        return name, False, f"{_silence(settings)} ({type(error).__name__})"


def _admin(settings: KafkaSettings) -> Any:
    return connected(KafkaAdminClient, settings, LOGIN_SECONDS)


def _silence(settings: KafkaSettings) -> str:
    """What may be wrong where the port is open and nobody says why no broker answers."""
    if not settings.security_protocol.endswith("SSL") and _a_server_speaks_tls(settings):
        return "the port speaks TLS: set TRIALWIRE_KAFKA__SECURITY_PROTOCOL to SSL or SASL_SSL"
    if settings.security_protocol.startswith("SASL"):
        return "the port is open and no broker logs us in there: it may want no login, or be no Kafka"
    if settings.security_protocol.endswith("SSL"):
        return "TLS is agreed and no broker answers there: it may want a login (TRIALWIRE_KAFKA__SECURITY_PROTOCOL=SASL_SSL)"
    return "the port is open and no broker answers there: it may want a login (TRIALWIRE_KAFKA__SECURITY_PROTOCOL=SASL_PLAINTEXT), or be no Kafka"


def _a_server_speaks_tls(settings: KafkaSettings) -> bool:
    for server in settings.servers:
        host, _, port = server.rpartition(":")
        if port.isdigit() and reach.speaks_tls(host.strip("[]"), int(port)):
            return True
    return False


def _cluster(settings: KafkaSettings) -> Iterator[Step]:
    cluster = KafkaCluster(settings)
    try:
        brokers = cluster.brokers()
        found = cluster.layouts([settings.topic(topic) for topic in topics.TOPICS])
    except TrialwireError as error:
        yield "cluster", False, str(error)
        return
    warning = (
        "" if brokers >= SAFE_BROKERS else f"; under {SAFE_BROKERS}, a broker that is lost may take events with it"
    )
    yield "brokers", True, f"{brokers}{warning}"
    for topic in topics.TOPICS:
        yield _topic(settings, topic, found.get(settings.topic(topic)))
    yield from _permissions(settings, list(found))


def _topic(settings: KafkaSettings, topic: topics.Topic, layout: topics.Layout | None) -> Step:
    name = f"topic {settings.topic(topic)}"
    if layout is None:
        if settings.create_topics:
            return name, True, "not there yet: the first `trialwire publish` creates it"
        return name, False, "not there, and TRIALWIRE_KAFKA__CREATE_TOPICS is false: have it created"
    if said := topics.disagreement(topic, layout):
        return name, False, f"{said}: recreate it, or choose another TRIALWIRE_KAFKA__TOPIC_PREFIX"
    told = f"{layout.partitions} partitions, replication {layout.replication_factor}, {topic.cleanup}"
    limit = int(layout.configs.get("max.message.bytes", topics.DEFAULT_MESSAGE_BYTES))
    if limit < settings.max_inline_bytes + topics.HEADER_ROOM_BYTES:
        return name, False, f"{told}; max.message.bytes={limit} is under what TRIALWIRE_KAFKA__MAX_INLINE_BYTES needs"
    return name, True, told


def _permissions(settings: KafkaSettings, names: list[str]) -> Iterator[Step]:
    """What this login may do with each topic, as the broker itself says."""
    if not names:
        return
    with closing(_admin(settings)) as admin:
        described: list[dict[str, Any]] = admin.describe_topics(names)
    for topic in described:
        allowed = {str(getattr(item, "name", item)).upper() for item in topic.get("authorized_operations") or ()}
        if not allowed:
            continue
        well = "WRITE" in allowed or "ALL" in allowed
        yield f"write {topic['name']}", well, "allowed" if well else "not allowed: have this login permitted to write"

"""Checks whether a Kafka cluster can be used: DNS, port, TLS, login, brokers, topics, permission to write."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING, Any, Final

from kafka import KafkaAdminClient, errors

from trialwire.delivery.event import topics
from trialwire.delivery.kafka.client import KafkaCluster
from trialwire.delivery.kafka.connecting import connected
from trialwire.network import first_steps
from trialwire.network.first_steps import Step
from trialwire.schemas.errors import StopError, TrialwireError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from trialwire.delivery.kafka.settings import KafkaSettings

LOGIN_SECONDS: Final = 4.0
SAFE_BROKERS: Final = 3
DEFAULT_PORT: Final = 9092


def steps(settings: KafkaSettings) -> Iterator[Step]:
    """Check one cluster and yield one Step (result of one check) per check. Takes a few seconds per broker.

    The iterator ends when later checks cannot succeed.
    """
    reached = False
    for server in settings.servers:
        host, _, port = server.rpartition(":")
        if not (host and port.isdigit()):
            host, port = server, str(DEFAULT_PORT)
        passed = True
        for step in first_steps.steps(host.strip("[]"), int(port), settings.tls):
            passed = step.passed
            yield step
        reached = reached or passed
    if not reached:
        return
    login = _login(settings)
    yield login
    if login.passed:
        yield from _cluster(settings)


def _login(settings: KafkaSettings) -> Step:
    name = f"login ({settings.security_protocol})"
    try:
        with closing(_admin(settings)):
            return Step(name, passed=True, result="accepted" if settings.sasl_username else "connected")
    except StopError as refused:
        return Step(name, passed=False, result=str(refused))
    except (errors.KafkaError, OSError, ValueError, AssertionError) as error:
        return Step(name, passed=False, result=f"{_silence(settings)} ({type(error).__name__})")


def _admin(settings: KafkaSettings) -> Any:
    return connected(KafkaAdminClient, settings, LOGIN_SECONDS)


def _silence(settings: KafkaSettings) -> str:
    """Return the likely cause, with the cure, if the port is open but no broker answers and no error names a cause."""
    if not settings.security_protocol.endswith("SSL") and _a_server_speaks_tls(settings):
        return "the port speaks TLS: set TRIALWIRE_KAFKA__SECURITY_PROTOCOL to SSL or SASL_SSL"
    if settings.security_protocol.startswith("SASL"):
        return "the port is open and no broker accepts a login: the broker may have no logins, or this is not Kafka"
    if settings.security_protocol.endswith("SSL"):
        return "the TLS handshake succeeds and no broker answers: it may need a login (TRIALWIRE_KAFKA__SECURITY_PROTOCOL=SASL_SSL)"
    return "the port is open and no broker answers: it may need a login (TRIALWIRE_KAFKA__SECURITY_PROTOCOL=SASL_PLAINTEXT), or this is not Kafka"


def _a_server_speaks_tls(settings: KafkaSettings) -> bool:
    for server in settings.servers:
        host, _, port = server.rpartition(":")
        if port.isdigit() and first_steps.speaks_tls(host.strip("[]"), int(port)):
            return True
    return False


def _cluster(settings: KafkaSettings) -> Iterator[Step]:
    cluster = KafkaCluster(settings)
    try:
        brokers = cluster.brokers()
        found = cluster.layouts([settings.topic(topic) for topic in topics.TOPICS])
    except TrialwireError as error:
        yield Step("cluster", passed=False, result=str(error))
        return
    warning = "" if brokers >= SAFE_BROKERS else f"; with fewer than {SAFE_BROKERS}, the loss of one may lose events"
    yield Step("brokers", passed=True, result=f"{brokers}{warning}")
    for topic in topics.TOPICS:
        yield _topic(settings, topic, found.get(settings.topic(topic)))
    yield from _permissions(settings, list(found))


def _topic(settings: KafkaSettings, topic: topics.Topic, layout: topics.Layout | None) -> Step:
    name = f"topic {settings.topic(topic)}"
    if layout is None:
        if settings.create_topics:
            return Step(name, passed=True, result="not there yet: the first `trialwire publish` creates it")
        return Step(name, passed=False, result="missing, and TRIALWIRE_KAFKA__CREATE_TOPICS is false: create it")
    if said := topics.disagreement(topic, layout):
        return Step(name, passed=False, result=f"{said}: recreate it, or choose another TRIALWIRE_KAFKA__TOPIC_PREFIX")
    told = f"{layout.partitions} partitions, replication {layout.replication_factor}, {topic.cleanup}"
    limit = int(layout.configs.get("max.message.bytes", topics.DEFAULT_MESSAGE_BYTES))
    if limit < settings.max_inline_bytes + topics.HEADER_ROOM_BYTES:
        return Step(
            name,
            passed=False,
            result=f"{told}; max.message.bytes={limit} is too small for TRIALWIRE_KAFKA__MAX_INLINE_BYTES",
        )
    return Step(name, passed=True, result=told)


def _permissions(settings: KafkaSettings, names: list[str]) -> Iterator[Step]:
    """Yield one Step per topic: whether the broker allows this login to write to the topic."""
    if not names:
        return
    with closing(_admin(settings)) as admin:
        described: list[dict[str, Any]] = admin.describe_topics(names)
    for topic in described:
        allowed = {str(getattr(item, "name", item)).upper() for item in topic.get("authorized_operations") or ()}
        if not allowed:
            continue
        passed = "WRITE" in allowed or "ALL" in allowed
        found = "allowed" if passed else "not allowed: give this login permission to write"
        yield Step(f"write {topic['name']}", passed, found)

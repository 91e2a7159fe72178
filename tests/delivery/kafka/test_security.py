"""TLS and logins with a real broker: used rightly they carry everything, used wrongly they are named within seconds."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from tests.delivery.conftest import LEAVES_SOCKETS, KafkaUnderTest
from tests.delivery.kit.checker import WELL, judge, records_of
from tests.delivery.kit.outbox_twin import filled
from trialwire.delivery.event import topics
from trialwire.delivery.kafka import check as kafka_check
from trialwire.delivery.kafka import publisher as kafka_publisher
from trialwire.delivery.kafka.client import KafkaCluster
from trialwire.schemas.errors import RetryLaterError, StopError
from trialwire.stack.port import HOST, free_ports

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.delivery.kit.guarded_broker import GuardedBroker
    from trialwire.delivery.kafka.settings import KafkaSettings

pytestmark = [pytest.mark.kafka, *LEAVES_SOCKETS]


@pytest.mark.parametrize("way", ["certificate", "login"])
def test_what_is_published_over_tls_is_read_back(guarded: GuardedBroker, way: str) -> None:
    kafka = replace(getattr(guarded, way), topic_prefix=f"{way}.")
    outbox = filled(2, 2)
    kafka_publisher.publish(outbox, kafka)
    assert judge(outbox.rows, [], records_of(KafkaUnderTest(KafkaCluster(kafka), kafka), topics.EVENTS)) == WELL
    assert [step for step, well, _ in kafka_check.steps(kafka) if not well] == []


WRONG_PASSWORD = "another-than-it-should-be"
WRONG: dict[str, tuple[Callable[[GuardedBroker], KafkaSettings], str, str]] = {
    "a CA that did not sign": (
        lambda broker: replace(broker.certificate, ssl_cafile=broker.stranger_ca),
        "TLS",
        "unable to get local issuer certificate): give the right CA file",
    ),
    "an expired certificate": (
        lambda broker: broker.expired,
        "TLS",
        "certificate has expired): renew it on the server",
    ),
    "no client certificate": (
        lambda broker: replace(broker.certificate, ssl_certfile=None, ssl_keyfile=None),
        "login (SSL)",
        "it requires a client certificate: set TRIALWIRE_KAFKA__SSL_CERTFILE",
    ),
    "a client certificate of a stranger": (
        lambda broker: replace(broker.certificate, **broker.stranger),
        "login (SSL)",
        "it rejects the client certificate",
    ),
    "a wrong password": (
        lambda broker: replace(broker.login, sasl_password=WRONG_PASSWORD),
        "login (SASL_SSL)",
        "correct TRIALWIRE_KAFKA__SASL_USERNAME",
    ),
    "a mechanism the broker has not": (
        lambda broker: replace(broker.login, sasl_mechanism="SCRAM-SHA-256"),
        "login (SASL_SSL)",
        "SCRAM-SHA-256",
    ),
}


@pytest.mark.parametrize("wrong", WRONG)
def test_row_27_doctor_names_the_step_and_publish_stops_with_the_same_words(guarded: GuardedBroker, wrong: str) -> None:
    settings, step, words = WRONG[wrong]
    kafka = settings(guarded)
    (failed,) = [found for found in kafka_check.steps(kafka) if not found[1]]
    assert failed[0].startswith(step)
    assert words in failed[2]
    outbox = filled(2, 2)
    with pytest.raises(StopError) as stopped:
        kafka_publisher.publish(outbox, kafka)
    assert words in str(stopped.value)
    assert WRONG_PASSWORD not in str(stopped.value) + failed[2]
    assert (outbox.state(kafka.destination).pending, outbox.parked) == (4, {})


def test_row_27_a_plain_client_at_a_port_of_tls_is_told_which_setting_it_lacks(guarded: GuardedBroker) -> None:
    kafka = replace(guarded.plain, bootstrap_servers=guarded.certificate.bootstrap_servers)
    (failed,) = [found for found in kafka_check.steps(kafka) if not found[1]]
    assert failed[0] == "login (PLAINTEXT)"
    assert "the port speaks TLS: set TRIALWIRE_KAFKA__SECURITY_PROTOCOL" in failed[2]


def test_a_broker_that_is_away_is_not_taken_for_one_that_refuses(guarded: GuardedBroker) -> None:
    (port,) = free_ports(1)
    kafka = replace(guarded.login, bootstrap_servers=f"{HOST}:{port}")
    with pytest.raises(RetryLaterError, match="No broker of"):
        kafka_publisher.publish(filled(2, 2), kafka)

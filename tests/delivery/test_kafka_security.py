"""TLS and logins with a real broker: used rightly they carry everything, used wrongly they are named within seconds."""

from __future__ import annotations

import gc
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from delivery import kafka_check, kafka_publisher, topics
from delivery.kafka_client import KafkaCluster
from schemas.errors import RetryLaterError, StopError
from stack.port import HOST, free_ports
from tests.delivery.checker import WELL, judge, records_of
from tests.delivery.conftest import KafkaUnderTest
from tests.delivery.outbox_twin import MemoryOutbox

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from delivery.kafka_settings import KafkaSettings
    from tests.delivery.guarded_broker import GuardedBroker

pytestmark = [pytest.mark.kafka, pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning")]


@pytest.fixture(autouse=True)
def _collected() -> Iterator[None]:
    """kafka-python 3.0.12 leaves a socket that came to nothing to the garbage collector, which may come much later."""
    yield
    gc.collect()


def filled() -> MemoryOutbox:
    outbox = MemoryOutbox()
    for number in (1, 2, 1):
        outbox.add(f"NCT9999000{number}")
    return outbox


@pytest.mark.parametrize("way", ["certificate", "login"])
def test_what_is_published_over_tls_is_read_back(guarded: GuardedBroker, way: str) -> None:
    kafka = replace(getattr(guarded, way), topic_prefix=f"{way}.")
    outbox = filled()
    kafka_publisher.publish(outbox, kafka)
    assert judge(outbox.rows, [], records_of(KafkaUnderTest(KafkaCluster(kafka), kafka), topics.EVENTS)) == WELL
    assert [step for step, well, _ in kafka_check.steps(kafka) if not well] == []


WRONG: dict[str, tuple[Callable[[GuardedBroker], KafkaSettings], str, str]] = {
    "a CA that did not sign": (
        lambda broker: replace(broker.certificate, ssl_cafile=broker.stranger_ca),
        "TLS",
        "unable to get local issuer certificate): give the right CA file",
    ),
    "an expired certificate": (
        lambda broker: broker.expired,
        "TLS",
        "certificate has expired): have it renewed on the server",
    ),
    "no client certificate": (
        lambda broker: replace(broker.certificate, ssl_certfile=None, ssl_keyfile=None),
        "login (SSL)",
        "wants a client certificate: set TRIALWIRE_KAFKA__SSL_CERTFILE",
    ),
    "a wrong password": (
        lambda broker: replace(broker.login, sasl_password="another"),
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
    outbox = filled()
    with pytest.raises(StopError) as stopped:
        kafka_publisher.publish(outbox, kafka)
    assert words in str(stopped.value)
    assert guarded.login.sasl_password not in str(stopped.value)
    assert (outbox.state(kafka.destination).pending, outbox.parked) == (3, {})


def test_row_27_a_plain_client_at_a_port_of_tls_is_told_which_setting_it_lacks(guarded: GuardedBroker) -> None:
    kafka = replace(guarded.plain, bootstrap_servers=guarded.certificate.bootstrap_servers)
    (failed,) = [found for found in kafka_check.steps(kafka) if not found[1]]
    assert failed[0] == "login (PLAINTEXT)"
    assert "the port speaks TLS: set TRIALWIRE_KAFKA__SECURITY_PROTOCOL" in failed[2]


def test_a_broker_that_is_away_is_not_taken_for_one_that_refuses(guarded: GuardedBroker) -> None:
    (port,) = free_ports(1)
    kafka = replace(guarded.login, bootstrap_servers=f"{HOST}:{port}")
    with pytest.raises(RetryLaterError, match="No broker of"):
        kafka_publisher.publish(filled(), kafka)

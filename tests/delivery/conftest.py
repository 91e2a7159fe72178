"""The twins and the real servers, each behind the same fixture, so that one test is asked of both."""

from __future__ import annotations

import gc
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import count
from typing import TYPE_CHECKING
from uuid import uuid4

import httpx
import pytest

from tests.delivery.kit.outbox_twin import MemoryOutbox
from trialwire.delivery.fhir.memory import MemoryFhirServer
from trialwire.delivery.fhir.settings import FhirSettings
from trialwire.delivery.kafka.client import KafkaCluster
from trialwire.delivery.kafka.memory import MemoryCluster
from trialwire.delivery.kafka.settings import KafkaSettings
from trialwire.network.retrying import RetryPolicy
from trialwire.schemas.errors import RetryLaterError, StopError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.delivery.kit.guarded_broker import GuardedBroker
    from trialwire.delivery.kafka.seam import Cluster

PREFIXES = count(1)
LEAVES_SOCKETS = [
    pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning"),
    pytest.mark.usefixtures("dropped_sockets"),
]
"""The marks of tests in which a client of kafka-python comes to nothing."""
QUICK = RetryPolicy(attempts=3, first_wait_seconds=0.01, longest_wait_seconds=2.0)


@dataclass
class KafkaUnderTest:
    """A cluster, and settings with a topic prefix of this test alone."""

    cluster: Cluster
    settings: KafkaSettings


@dataclass
class FhirUnderTest:
    """A server of R4, how it is reached (None: over the network), and a number prefix no other test uses."""

    settings: FhirSettings
    transport: httpx.BaseTransport | None
    trials: str

    def resource(self, reference: str) -> httpx.Response:
        with httpx.Client(transport=self.transport, timeout=30) as client:
            return client.get(f"{self.settings.base_url}/{reference}")


@pytest.fixture(params=["twin", pytest.param("real", marks=pytest.mark.kafka)])
def kafka(request: pytest.FixtureRequest) -> KafkaUnderTest:
    prefix = f"test-{next(PREFIXES)}-{uuid4().hex[:6]}."
    if request.param == "twin":
        return KafkaUnderTest(MemoryCluster(), KafkaSettings("memory:9092", topic_prefix=prefix))
    settings = KafkaSettings(request.getfixturevalue("kafka_bootstrap"), topic_prefix=prefix)
    return KafkaUnderTest(KafkaCluster(settings), settings)


@pytest.fixture(params=["twin", pytest.param("real", marks=pytest.mark.fhir)])
def fhir(request: pytest.FixtureRequest) -> FhirUnderTest:
    trials = f"NCT9{uuid4().int % 10**4:04d}"
    if request.param == "twin":
        server = MemoryFhirServer()
        return FhirUnderTest(FhirSettings("http://fhir.example.org/fhir/r4", "R4"), server.transport, trials)
    address = request.getfixturevalue("fhir_base_urls")["R4"]
    return FhirUnderTest(FhirSettings(address, "R4"), None, trials)


@pytest.fixture
def dropped_sockets() -> Iterator[None]:
    """kafka-python 3.0.12 leaves a socket that came to nothing to the garbage collector, which may come much later."""
    yield
    gc.collect()


@pytest.fixture
def outbox() -> MemoryOutbox:
    return MemoryOutbox()


@pytest.fixture(scope="session")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[GuardedBroker]:
    """A broker of its own, with TLS, logins, and a line that can be cut."""
    from tests.delivery.kit.guarded_broker import guarded_broker

    with ExitStack() as stack:
        try:
            broker = stack.enter_context(guarded_broker(tmp_path_factory.mktemp("guarded")))
        except (StopError, RetryLaterError) as error:
            pytest.skip(f"no Kafka broker can be had: {error}")
        yield broker

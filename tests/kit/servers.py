"""The real servers of a test run, each started once when the first test asks for it, and stopped at its end."""

from __future__ import annotations

import os
import shutil
import tempfile
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from trialwire.schemas.errors import RetryLaterError, StopError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from trialwire.schemas.event import FhirVersion
    from trialwire.stack.fhir_server import FhirServer
    from trialwire.stack.postgres import Postgres


@pytest.fixture(scope="session")
def kafka_bootstrap(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a real Kafka broker on a fresh data folder."""
    from trialwire.stack.kafka import Kafka
    from trialwire.stack.port import free_ports

    folder = tmp_path_factory.mktemp("kafka")
    broker = Kafka(folder / "data", folder / "kafka.log", *free_ports(2))
    try:
        broker.start()
    except (RetryLaterError, StopError) as error:
        pytest.skip(f"no Kafka broker can be had: {error}")
    yield broker.bootstrap_servers
    broker.stop()


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[Postgres]:
    """A real PostgreSQL on a fresh data folder, in a short path that its own user may enter."""
    from trialwire.stack.postgres import Postgres
    from trialwire.stack.unprivileged import missing_capabilities

    with tempfile.TemporaryDirectory(prefix="trialwire-test-") as name:
        folder = Path(name)
        folder.chmod(0o711)
        server = Postgres(folder / "data", folder / "postgres.log", durable=False)
        try:
            server.start()
        except StopError as error:
            allowed = "allowed: " if os.geteuid() == 0 and missing_capabilities() else ""
            pytest.skip(f"{allowed}no PostgreSQL can be had: {error}")
        yield server
        server.stop()
        shutil.rmtree(server.place)  # under a closed folder for temporary files it lies elsewhere


DATABASES = count(1)


@pytest.fixture
def postgres_url(postgres_server: Postgres) -> Iterator[str]:
    """The SQLAlchemy address of a fresh, empty database of this test alone."""
    name = f"test_{next(DATABASES)}"
    postgres_server.create_database(name)
    yield postgres_server.url(name)
    postgres_server.drop_database(name)


@pytest.fixture(scope="session")
def fhir_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FhirServer]:
    """A real HAPI FHIR server on fresh databases."""
    from trialwire.stack.fhir_server import FhirServer
    from trialwire.stack.port import free_ports

    folder = tmp_path_factory.mktemp("fhir")
    [port] = free_ports(1)
    server = FhirServer(folder / "data", folder / "fhir.log", port)
    try:
        server.start()
    except (RetryLaterError, StopError) as error:
        pytest.skip(f"no FHIR server can be had: {error}")
    yield server
    server.stop()


@pytest.fixture(scope="session")
def fhir_base_urls(fhir_server: FhirServer) -> Mapping[FhirVersion, str]:
    """The base addresses {"R4": …, "R5": …} of the real FHIR server."""
    return fhir_server.base_urls

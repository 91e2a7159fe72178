"""The real servers of a test run, each started once when the first test asks for it, and stopped at its end."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from schemas.errors import RetryLaterError, StopError

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="session")
def kafka_bootstrap(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a real Kafka broker on a fresh data folder."""
    from stack.kafka import Kafka
    from stack.port import free_ports

    folder = tmp_path_factory.mktemp("kafka")
    broker = Kafka(folder / "data", folder / "kafka.log", *free_ports(2))
    try:
        broker.start()
    except (RetryLaterError, StopError) as error:
        pytest.skip(f"no Kafka broker can be had: {error}")
    yield broker.bootstrap_servers
    broker.stop()

"""The steps of `trialwire doctor`: each names what is wrong, and none waits for half a minute."""

from __future__ import annotations

import socket
import threading
from typing import TYPE_CHECKING

import httpx
import pytest

from tests.delivery.kit.fhir_stub import ScriptedFhirServer, outcome
from trialwire.delivery.cursor import WindowCursor
from trialwire.delivery.fhir import check as fhir_check
from trialwire.delivery.fhir.settings import FhirSettings
from trialwire.delivery.kafka import check as kafka_check
from trialwire.delivery.kafka.settings import KafkaSettings
from trialwire.delivery.redaction import redacted

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def silent_port() -> Iterator[int]:
    """A port that takes connections and hangs up at once."""
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            connection.close()

    server = threading.Thread(target=serve, daemon=True)
    server.start()
    yield listener.getsockname()[1]
    listener.shutdown(socket.SHUT_RDWR)
    listener.close()
    server.join(5)


def closed_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def test_a_closed_port_is_named_and_nothing_else_is_tried() -> None:
    steps = list(kafka_check.steps(KafkaSettings(f"127.0.0.1:{closed_port()}")))
    assert [well for _, well, _ in steps] == [True, False]
    assert steps[-1][0].startswith("TCP 127.0.0.1:")
    assert "nothing listens there" in steps[-1][2]


def test_an_unknown_name_is_told_from_a_closed_port() -> None:
    (step,) = kafka_check.steps(KafkaSettings("no-such-broker.invalid:9092"))
    assert step == (
        "DNS no-such-broker.invalid",
        False,
        "this name is not known: correct the address, or the name server of this machine",
    )


def test_a_port_that_speaks_no_tls_is_named(silent_port: int) -> None:
    steps = list(kafka_check.steps(KafkaSettings(f"127.0.0.1:{silent_port}", security_protocol="SSL")))
    assert steps[-1][0] == f"TLS 127.0.0.1:{silent_port}"
    assert not steps[-1][1]


def test_an_absent_certificate_file_is_named(silent_port: int) -> None:
    kafka = KafkaSettings(f"127.0.0.1:{silent_port}", security_protocol="SSL", ssl_cafile="/nowhere/ca.pem")
    steps = list(kafka_check.steps(kafka))
    assert not steps[-1][1]


def test_one_broker_of_several_that_is_away_does_not_end_the_check() -> None:
    addresses = f"127.0.0.1:{closed_port()},127.0.0.1:{closed_port()}"
    steps = list(kafka_check.steps(KafkaSettings(addresses)))
    assert [step.split(" ")[0] for step, _, _ in steps] == ["DNS", "TCP", "DNS", "TCP"]


@pytest.mark.kafka
def test_a_well_cluster_is_well_in_every_step(kafka_bootstrap: str) -> None:
    steps = list(kafka_check.steps(KafkaSettings(kafka_bootstrap, topic_prefix="check.")))
    assert [step for step, well, _ in steps if not well] == []
    told = {step: found for step, _, found in steps}
    assert told["brokers"].startswith("1; with fewer than 3")
    assert told["topic check.trials.study.events.v1"] == "not there yet: the first `trialwire publish` creates it"


@pytest.mark.kafka
def test_a_topic_with_another_layout_is_a_fault_of_its_own_step(kafka_bootstrap: str) -> None:
    from trialwire.delivery.event.topics import Layout
    from trialwire.delivery.kafka.client import KafkaCluster

    kafka = KafkaSettings(kafka_bootstrap, topic_prefix="wrong-layout.")
    layout = Layout(6, 1, {"cleanup.policy": "delete"})
    KafkaCluster(kafka).create({"wrong-layout.trials.study.state.v1": layout})
    steps = {step: (well, found) for step, well, found in kafka_check.steps(kafka)}
    well, found = steps["topic wrong-layout.trials.study.state.v1"]
    assert not well
    assert "cleanup.policy=delete instead of compact" in found


@pytest.mark.parametrize(
    ("status", "step", "said"),
    [(401, "metadata", "token"), (403, "metadata", "permission"), (404, "metadata", "base address")],
)
def test_what_a_fhir_server_refuses_is_named_with_the_cure(status: int, step: str, said: str) -> None:
    stub = ScriptedFhirServer(always=lambda _: outcome(status, "security"))
    found = list(fhir_check.steps(FhirSettings("http://fhir.example.org/fhir/r4", "R4"), transport=stub.transport))
    assert found[-1][:2] == (step, False)
    assert said in found[-1][2]


def test_a_login_that_may_read_and_not_write_is_named() -> None:
    stub = ScriptedFhirServer(always=lambda request: outcome(403, "forbidden") if request.method == "PUT" else None)
    found = list(fhir_check.steps(FhirSettings("http://fhir.example.org/fhir/r4", "R4"), transport=stub.transport))
    assert [step for step, well, _ in found if not well] == ["permission to write"]
    assert stub.twin.resources == {}


def test_an_address_that_is_no_fhir_server_is_named() -> None:
    web_page = httpx.MockTransport(lambda _: httpx.Response(200, html="<html>Welcome</html>"))
    found = list(fhir_check.steps(FhirSettings("http://www.example.org", "R4"), transport=web_page))
    assert found == [("metadata", False, "no CapabilityStatement: correct the base address, it may lack /fhir")]


def test_an_address_without_a_scheme_is_named() -> None:
    (step,) = fhir_check.steps(FhirSettings("fhir.example.org/r4", "R4"))
    assert step[:2] == ("address", False)


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("write to jane.doe@example.org now", "write to [e-mail address removed] now"),
        ("sent to +1 (555) 010-0200", "sent to [telephone number removed]"),
        ("NCT99990001 has 12 sites since 2026-03-01", "NCT99990001 has 12 sites since 2026-03-01"),
        ("a\n b\t c", "a b c"),
    ],
)
def test_contact_data_is_masked_in_what_servers_say(said: str, kept: str) -> None:
    assert redacted(said) == kept


def test_a_long_text_is_cut_to_500_characters() -> None:
    assert len(redacted("word " * 500)) == 500


def test_a_cursor_passes_nothing_that_is_open() -> None:
    cursor = WindowCursor([3, 5, 9])
    cursor.settle(5)
    assert cursor.take() is None
    cursor.settle(3)
    assert cursor.take() == 5
    assert cursor.take() is None
    cursor.settle(9)
    assert cursor.take() == 9

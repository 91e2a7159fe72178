"""What a client of kafka-python logs while it connects says whether the cluster refuses us, or is away."""

from __future__ import annotations

import logging
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from tests.delivery.conftest import LEAVES_SOCKETS
from trialwire.delivery.kafka import connecting as kafka_contact
from trialwire.delivery.kafka.client import KafkaCluster
from trialwire.delivery.kafka.settings import KafkaSettings
from trialwire.schemas.errors import RetryLaterError, SettingError, StopError

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = LEAVES_SOCKETS
LOGIN = KafkaSettings("broker:9093", security_protocol="SASL_SSL", sasl_username="trialwire", sasl_password="secret")
TLS = KafkaSettings("broker:9093", security_protocol="SSL")
NODE = "<KafkaConnection node_id=bootstrap-0 broker_version=(4, 3) (disconnected)>"
IDENTIFIED = f"{NODE}: Broker version identified as 4.3"
HUNG_UP = f"{NODE}: Connection lost: KafkaConnectionError: socket disconnected"
AWAY = "Connection failed: 111 ECONNREFUSED"


def client_that_logs(*lines: str) -> object:
    """A kind of client whose first contact comes to nothing."""

    def kind(**_: object) -> None:
        for line in lines:
            logging.getLogger("kafka.net").error(line)
        raise TimeoutError

    return kind


@pytest.mark.parametrize(
    ("settings", "logged", "words"),
    [
        (
            LOGIN,
            ["[Error 58] SaslAuthenticationFailedError: Invalid username or password"],
            "user trialwire or its password is refused: correct TRIALWIRE_KAFKA__SASL_USERNAME",
        ),
        (
            replace(LOGIN, sasl_mechanism="SCRAM-SHA-256"),
            ["SaslHandshake failed: UnsupportedSaslMechanismError"],
            "does not offer SCRAM-SHA-256: correct TRIALWIRE_KAFKA__SASL_MECHANISM",
        ),
        (LOGIN, [IDENTIFIED, HUNG_UP, HUNG_UP], "closes the connection at the login of user trialwire with PLAIN"),
        (
            TLS,
            ["[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: certificate has expired (_ssl.c:1006)"],
            "certificate has expired): renew it on the server",
        ),
        (
            TLS,
            ["certificate verify failed: Hostname mismatch, certificate is not valid for 'broker'. (_ssl.c:1006)"],
            "correct the address, or add it to the server's certificate",
        ),
        (
            TLS,
            ["certificate verify failed: self-signed certificate in certificate chain (_ssl.c:1006)"],
            "give the right CA file (TRIALWIRE_KAFKA__SSL_CAFILE)",
        ),
        (TLS, ["[SSL: TLSV13_ALERT_CERTIFICATE_REQUIRED] tlsv13 alert"], "it requires a client certificate"),
    ],
)
def test_a_refusal_names_the_setting(settings: KafkaSettings, logged: list[str], words: str) -> None:
    with pytest.raises(StopError) as stopped:
        kafka_contact.connected(client_that_logs(*logged), settings, 1)
    assert words in str(stopped.value)
    assert "secret" not in str(stopped.value)


@pytest.mark.parametrize(
    ("settings", "logged"),
    [
        (LOGIN, [AWAY, AWAY]),
        (LOGIN, [IDENTIFIED, HUNG_UP]),
        (LOGIN, [IDENTIFIED, HUNG_UP, HUNG_UP, AWAY]),
        (LOGIN, [IDENTIFIED, f"{NODE}: Connected", HUNG_UP, HUNG_UP]),
        (LOGIN, [HUNG_UP, HUNG_UP]),
        (TLS, [IDENTIFIED, HUNG_UP, HUNG_UP]),
    ],
)
def test_a_broker_that_is_away_or_goes_away_is_no_refusal(settings: KafkaSettings, logged: list[str]) -> None:
    with pytest.raises(TimeoutError):
        kafka_contact.connected(client_that_logs(*logged), settings, 1)


@pytest.mark.parametrize("lacking", ["sasl_username", "sasl_password"])
def test_a_login_without_its_half_is_a_fault_of_the_settings(lacking: str) -> None:
    with pytest.raises(SettingError, match="TRIALWIRE_KAFKA__SASL_USERNAME and __SASL_PASSWORD"):
        KafkaCluster(replace(LOGIN, **{lacking: None})).brokers()


@pytest.mark.parametrize("setting", ["ssl_cafile", "ssl_certfile"])
def test_a_certificate_file_that_is_none_is_a_fault_of_the_settings(setting: str, tmp_path: Path) -> None:
    absent, text = tmp_path / "absent.pem", tmp_path / "text.pem"
    text.write_text("no certificate")
    with pytest.raises(SettingError, match=r"absent\.pem does not exist"):
        KafkaCluster(replace(TLS, **{setting: str(absent)})).brokers()
    with pytest.raises(SettingError, match=r"text\.pem .*in PEM format"):
        KafkaCluster(replace(TLS, **{setting: str(text)})).brokers()


def test_what_a_client_logs_after_its_contact_is_heard_by_nobody(caplog: pytest.LogCaptureFixture) -> None:
    with pytest.raises(RetryLaterError):
        KafkaCluster(KafkaSettings("127.0.0.1:1")).brokers()
    logging.getLogger("kafka.net").error("the same thing once more")
    assert caplog.messages == []

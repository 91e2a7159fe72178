"""Connects a kafka-python client to a cluster, or finds out why the cluster rejects the client.

kafka-python retries until its timeout and then reports only a timeout, but its log names the cause. A cause that a
retry cannot solve becomes a StopError with the setting to correct.
"""

from __future__ import annotations

import logging
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from kafka.net.compat import KafkaNetClient

from trialwire.network import tls
from trialwire.schemas.errors import SettingError, StopError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from trialwire.delivery.kafka.settings import KafkaSettings

# The client logs the same line hundreds of times while a broker is down; the publisher reports it once.
_LOGGER = logging.getLogger("kafka")
_LOGGER.setLevel(logging.CRITICAL)

_ONE_AT_A_TIME = threading.Lock()
"""Only one client connects at a time, because its log lines do not say which client they belong to."""


def connected(
    kind: Callable[..., Any],
    settings: KafkaSettings,
    timeout_seconds: float,
    *,
    network: type[KafkaNetClient] = KafkaNetClient,
    **options: Any,
) -> Any:
    """Return a connected kafka-python client of the class `kind`.

    Raises SettingError for settings that cannot work, StopError if the cluster rejects the client, otherwise the
    client's own error, usually a timeout.
    """
    _usable(settings)
    # A client that cannot connect leaves a thread and sockets behind; they are closed here.
    opened: list[KafkaNetClient] = []

    def opening(**how: Any) -> KafkaNetClient:
        opened.append(network(**how))
        return opened[0]

    patience = {"bootstrap_timeout_ms": max(1, int(timeout_seconds * 1000))}
    try:
        with _ONE_AT_A_TIME, _heard() as said:
            return kind(**settings.connection(), **patience, **options, kafka_client=opening)
    except BaseException as error:
        for client in opened:
            client.close()
        if isinstance(error, Exception) and (refused := _refusal(settings, "\n".join(said))):
            raise StopError(f"Kafka at {settings.bootstrap_servers}: {refused}.") from None
        raise


def _usable(settings: KafkaSettings) -> None:
    """Raise SettingError for settings that the client would treat as an outage and retry."""
    by_password = settings.security_protocol.startswith("SASL") and settings.mechanism.startswith(("PLAIN", "SCRAM"))
    if by_password and not (settings.sasl_username and settings.sasl_password):
        msg = f"A login with {settings.mechanism} needs TRIALWIRE_KAFKA__SASL_USERNAME and __SASL_PASSWORD."
        raise SettingError(msg)
    if settings.tls is not None:
        settings.tls.context()


def _refusal(settings: KafkaSettings, log: str) -> str | None:
    """Return why the cluster rejects us, with the cure; None if the log names no such cause."""
    if "SaslAuthenticationFailed" in log:
        return f"user {settings.sasl_username or '(none)'} or its password is refused: correct TRIALWIRE_KAFKA__SASL_USERNAME and __SASL_PASSWORD"
    if "UnsupportedSaslMechanism" in log:
        return f"the broker does not offer {settings.mechanism}: correct TRIALWIRE_KAFKA__SASL_MECHANISM"
    if settings.security_protocol.startswith("SASL") and _hung_up(log):
        return (
            f"the broker closes the connection at the login of user {settings.sasl_username or '(none)'} with {settings.mechanism}: correct "
            "TRIALWIRE_KAFKA__SASL_USERNAME, __SASL_PASSWORD or __SASL_MECHANISM"
        )
    return tls.refusal(log, settings.tls, "TRIALWIRE_KAFKA__") if settings.tls else None


def _hung_up(log: str) -> bool:
    """Return whether a broker that is up closed the connection at every login attempt.

    The broker sends the cause, but kafka-python 3.0.12 loses data that arrive together with the end of a connection.
    """
    hangs = log.count("Connection lost: KafkaConnectionError: socket disconnected")
    return "version identified" in log and hangs > 1 and ": Connected" not in log and "ECONNREFUSED" not in log


class _Ear(logging.Handler):
    """A logging handler that keeps the messages of log records in a list."""

    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.said.append(record.getMessage())


@contextmanager
def _heard() -> Iterator[list[str]]:
    """Collect the client's log messages, without passing them to other handlers."""
    ear = _Ear()
    _LOGGER.addHandler(ear)
    _LOGGER.setLevel(logging.INFO)
    _LOGGER.propagate = False
    try:
        yield ear.said
    finally:
        _LOGGER.removeHandler(ear)
        if not any(isinstance(handler, _Ear) for handler in _LOGGER.handlers):
            _LOGGER.setLevel(logging.CRITICAL)
            _LOGGER.propagate = True

"""Reads settings from Airflow connections. A connection overrides the environment variables of the worker.

| connection          | sets                                                                         |
|---------------------|------------------------------------------------------------------------------|
| trialwire_store     | TRIALWIRE_STORE__URL (a PostgreSQL connection)                               |
| trialwire_kafka     | TRIALWIRE_KAFKA__BOOTSTRAP_SERVERS (host, port), login, password, extra      |
| trialwire_fhir_r4   | TRIALWIRE_FHIR__R4__BASE_URL (host), login and password or extra token       |
| trialwire_fhir_r5   | the same for R5                                                              |
| trialwire_folder    | TRIALWIRE_FOLDER__PATH (extra: path)                                         |
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from airflow.sdk import Connection
from airflow.sdk.exceptions import AirflowNotFoundException

if TYPE_CHECKING:
    from collections.abc import Callable


def overrides() -> dict[str, Any]:
    """Return the settings that the existing Airflow connections give, as nested dicts.

    Example: {"kafka": {"bootstrap_servers": "broker.example.org:9092"}}.
    """
    found: dict[str, Any] = {}
    for conn_id, fields in _ROWS.items():
        try:
            connection = Connection.get(conn_id)
        except AirflowNotFoundException:
            continue
        _merge(found, fields(connection))
    return found


def _store(connection: Connection) -> dict[str, Any]:
    address = connection.get_uri().replace("postgres://", "postgresql+psycopg2://", 1)
    return {"store": {"url": address}}


def _kafka(connection: Connection) -> dict[str, Any]:
    servers = f"{connection.host}:{connection.port}" if connection.port else connection.host
    login = {"sasl_username": connection.login, "sasl_password": connection.password}
    given = {name: value for name, value in login.items() if value}
    return {"kafka": {"bootstrap_servers": servers, **given, **connection.extra_dejson}}


def _fhir(version: str) -> Callable[[Connection], dict[str, Any]]:
    def fields(connection: Connection) -> dict[str, Any]:
        login = {"username": connection.login, "password": connection.password}
        given = {name: value for name, value in login.items() if value}
        return {"fhir": {version: {"base_url": connection.host, **given, **connection.extra_dejson}}}

    return fields


def _folder(connection: Connection) -> dict[str, Any]:
    return {"folder": connection.extra_dejson}


_ROWS: dict[str, Callable[[Connection], dict[str, Any]]] = {
    "trialwire_store": _store,
    "trialwire_kafka": _kafka,
    "trialwire_fhir_r4": _fhir("r4"),
    "trialwire_fhir_r5": _fhir("r5"),
    "trialwire_folder": _folder,
}


def _merge(into: dict[str, Any], fields: dict[str, Any]) -> None:
    for name, value in fields.items():
        if isinstance(value, dict) and isinstance(into.get(name), dict):
            _merge(into[name], value)
        else:
            into[name] = value

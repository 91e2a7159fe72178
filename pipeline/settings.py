"""Settings: environment (`TRIALWIRE_…`, `__` between levels), then `trialwire.toml`, then the defaults written here.

Read once at the start of a run; every fault is reported together. Inside Airflow the connections of dags/ come first.
"""

from __future__ import annotations

import os
import tomllib
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    SettingsError,
    TomlConfigSettingsSource,
)

from trialwire.quality.batch import SMALLEST
from trialwire.schemas.errors import SettingError
from trialwire.schemas.event import FhirVersion

SETTINGS_FILE = Path("trialwire.toml")


class Section(BaseModel):
    """A level of the settings; an unknown name is a fault, because it is a misspelt one."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class StoreSection(Section):
    """Where versions, held records and the outbox live."""

    url: str = Field("sqlite:///var/trialwire.db", description="SQLAlchemy address; SQLite or PostgreSQL")


class IngestSection(Section):
    """Reading and batching."""

    batch_size: int = Field(
        1000, ge=SMALLEST, le=5000, description="Records per batch, and per Airflow mapped task"
    )  # a smaller batch would be too small to be judged
    max_record_bytes: int = Field(50_000_000, ge=1000, description="A larger single record or page is held")
    registry_url: str = Field("https://clinicaltrials.gov/api/v2", description="ClinicalTrials.gov API v2")
    eclaire_url: str | None = Field(None, description="FHIR R4 base address of ECLAIRE")
    scheduled: bool = Field(True, description="Whether Airflow asks the registries on their schedules")
    spool: str = Field("file://var/batches", description="ObjectStoragePath of batches between Airflow tasks")


def _name_field(what: str) -> Any:
    """A destination's own name: its cursor is kept under that instead of under its address."""
    says = f"The name of {what} in the change log. Unset: its address; another address then begins at the beginning"
    return Field(None, min_length=1, max_length=40, pattern=r"^[A-Za-z0-9._-]+$", description=says)


class KafkaSection(Section):
    """The Kafka cluster that events go to. Unset: no events are published."""

    name: str | None = _name_field("this cluster")
    bootstrap_servers: str | None = Field(None, description="host:port, comma-separated")
    topic_prefix: str = Field("", description="Put before every topic name")
    create_topics: bool = Field(True, description="Create absent topics")
    replication_factor: int | None = Field(None, ge=1, description="Default: the smaller of 3 and the brokers found")
    fhir_version: FhirVersion = Field("R4", description="FHIR version of the event values")
    envelope: Literal["binary", "structured"] = Field("binary", description="CloudEvents content mode")
    max_inline_bytes: int = Field(
        900_000, ge=10_000, description="A Bundle larger than this, compressed, goes by reference"
    )
    dataref_url: str | None = Field(None, description="Where larger Bundles are served from")
    deadline_seconds: float = Field(300.0, gt=0, description="A publish run ends after this long")
    security_protocol: Literal["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"] = Field(
        "PLAINTEXT", description="PLAINTEXT, SSL, SASL_PLAINTEXT or SASL_SSL, as the brokers' listener says"
    )
    sasl_mechanism: str | None = Field(None, description="PLAIN, SCRAM-SHA-256, SCRAM-SHA-512, …")
    sasl_username: str | None = Field(None, description="Login of the SASL mechanism")
    sasl_password: SecretStr | None = Field(None, description="Its password")
    ssl_cafile: str | None = Field(
        None, description="PEM file of the authorities that signed the brokers' certificates"
    )
    ssl_certfile: str | None = Field(None, description="PEM file of our own certificate, where brokers ask for one")
    ssl_keyfile: str | None = Field(None, description="PEM file of its key")


class FhirServerSection(Section):
    """One FHIR server. Unset: nothing is loaded."""

    name: str | None = _name_field("this server")
    base_url: str | None = Field(None, description="The FHIR base address")
    token: SecretStr | None = Field(None, description="Bearer token")
    username: str | None = Field(None, description="Login of HTTP basic authentication")
    password: SecretStr | None = Field(None, description="Its password")
    ssl_cafile: str | None = Field(
        None, description="PEM file of the authorities that signed its certificate. Default: those of the system"
    )
    ssl_certfile: str | None = Field(None, description="PEM file of our own certificate, where it asks for one")
    ssl_keyfile: str | None = Field(None, description="PEM file of its key")
    timeout_seconds: float = Field(60.0, gt=0, description="One request ends after this long")
    deadline_seconds: float = Field(900.0, gt=0, description="A load run ends after this long")


class R4Section(FhirServerSection):
    """The R4 server, with what only R4 needs."""

    unknown_status: Literal["absent", "closed-to-accrual"] = Field(
        "absent", description="What a study of unknown status says; a validating server refuses `absent`"
    )


class FhirSection(Section):
    """The FHIR servers that resources are loaded into."""

    r4: R4Section = R4Section()
    r5: FhirServerSection = FhirServerSection()


class FolderSection(Section):
    """A folder of NDJSON as a destination of its own."""

    path: Path | None = Field(None, description="Folder that events are appended to")


class StackSection(Section):
    """Ports of the local servers on 127.0.0.1. Unset: those of the run before, or any that are free."""

    kafka_port: int | None = Field(None, ge=1, le=65535, description="The local Kafka broker")
    fhir_port: int | None = Field(None, ge=1, le=65535, description="The local FHIR server")
    airflow_port: int | None = Field(None, ge=1, le=65535, description="The local Airflow's page and REST API")


class Settings(BaseSettings):
    """Everything a run can be told."""

    model_config = SettingsConfigDict(
        env_prefix="TRIALWIRE_", env_nested_delimiter="__", env_ignore_empty=True, toml_file=SETTINGS_FILE,
        extra="forbid", frozen=True,
    )  # fmt: skip

    contacts: Literal["exclude", "include"] = Field("exclude", description="Personal contact data in the output")
    profile: Literal["base", "eclaire"] = Field("base", description="Which profile R4 resources are written to")
    nct_system: str = Field("http://clinicaltrials.gov", description="Identifier system of NCT numbers")
    store: StoreSection = StoreSection()
    ingest: IngestSection = IngestSection()
    kafka: KafkaSection = KafkaSection()
    fhir: FhirSection = FhirSection()
    folder: FolderSection = FolderSection()
    stack: StackSection = StackSection()

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003 (the signature is pydantic's)
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Order of precedence: what the caller gives, the environment, trialwire.toml."""
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls)


OTHER_VARIABLES: dict[str, str] = {
    "TRIALWIRE_CACHE_DIR": "Where the local stack keeps the Java jars it fetched, for all checkouts",
    "TRIALWIRE_MAVEN_URL": "A mirror that the local stack fetches those jars from",
    "TRIALWIRE_REAL_RECORDS": "Folder of real records for `make validate`, the benchmarks and the tests that want some",
}
"""Variables of ours that are no settings of a run: the local stack and the measurements read them."""


def load(overrides: dict[str, Any] | None = None) -> Settings:
    """Read all settings. Raises SettingError that lists every fault with the name to set."""
    try:
        return Settings(**(overrides or {}))
    except ValidationError as error:
        faults = [
            _fault([str(part) for part in fault["loc"]], fault["msg"], fault["input"]) for fault in error.errors()
        ]
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        faults = [f"{SETTINGS_FILE}: {error}"]
    except SettingsError as error:
        faults = [f"{error}. Set the single values of that level instead, as TRIALWIRE_KAFKA__BOOTSTRAP_SERVERS"]
    listed = "\n  ".join(faults)
    msg = f"These settings cannot be used:\n  {listed}\nCorrect them in the environment or in {SETTINGS_FILE}."
    raise SettingError(msg)


def variable_name(path: list[str]) -> str:
    """The environment variable of a setting's path: ["kafka", "fhir_version"] -> TRIALWIRE_KAFKA__FHIR_VERSION."""
    return "TRIALWIRE_" + "__".join(path).upper()


def rows(settings: Settings) -> list[tuple[str, str, str]]:
    """(variable, value with secrets masked, where it came from) for every setting, in the order written above."""
    toml = tomllib.loads(SETTINGS_FILE.read_text()) if SETTINGS_FILE.exists() else {}
    return [(variable_name(path), masked(value), _origin(path, toml)) for path, value in _leaves(settings, [])]


def told(settings: Settings) -> str:
    """One line for the start of a run: what is set and from where, secrets masked; all else has its default."""
    given = [f"{name}={value} ({origin})" for name, value, origin in rows(settings) if origin != "default"]
    return f"settings: {', '.join(given) or 'all by default'}"


def described(section: type[BaseModel] = Settings, path: tuple[str, ...] = ()) -> list[tuple[str, str, str]]:
    """(variable, default, description) for every setting: the README's table is made of it."""
    found: list[tuple[str, str, str]] = []
    for name, field in section.model_fields.items():
        kind = field.annotation
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            found += described(kind, (*path, name))
        else:
            default = "" if field.default is None else str(field.default)
            found.append((variable_name([*path, name]), default, field.description or ""))
    return found


def _leaves(model: BaseModel, path: list[str]) -> list[tuple[list[str], object]]:
    found: list[tuple[list[str], object]] = []
    for name in type(model).model_fields:
        value = getattr(model, name)
        found += _leaves(value, [*path, name]) if isinstance(value, BaseModel) else [([*path, name], value)]
    return found


def _origin(path: list[str], toml: dict[str, Any]) -> str:
    if any(key.upper() == variable_name(path) for key in os.environ):
        return "environment"
    node: Any = toml
    for part in path:
        node = node.get(part) if isinstance(node, dict) else None
    return "default" if node is None else str(SETTINGS_FILE)


def unknown_variables() -> list[str]:
    """Variables that look like ours and are read by nothing: misspelt names, most likely."""
    known = {name for name, _, _ in described()} | set(OTHER_VARIABLES)
    return sorted(name for name in os.environ if name.startswith("TRIALWIRE_") and name not in known)


def masked(value: object) -> str:
    """A value as it may be shown: an address without the password in it."""
    if value is None:
        return "-"
    text = str(value)
    scheme, mark, rest = text.partition("://")
    if mark and "@" in rest:
        login, _, host = rest.rpartition("@")
        return f"{scheme}://{login.partition(':')[0]}:***@{host}" if ":" in login else text
    return text


def _fault(path: list[str], message: str, value: object) -> str:
    if isinstance(value, dict) or any(word in path[-1] for word in ("password", "token")):
        return f"{variable_name(path)}: {message}"
    return f"{variable_name(path)}: {message} (got {value!r:.60})"

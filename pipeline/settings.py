"""Reads the settings: environment (`TRIALWIRE_…`, `__` between levels), then `trialwire.toml`, then the defaults here.

They are read once at the start of a run, and all errors are reported together. Inside Airflow, the connections (see
dags/) take precedence.
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
from trialwire.schemas.address import without_secrets
from trialwire.schemas.errors import SettingError
from trialwire.schemas.event import FhirVersion
from trialwire.schemas.fhir.profiles import ProfileName

SETTINGS_FILE = Path("trialwire.toml")


class Section(BaseModel):
    """The base class of a settings section. A setting with an unknown name is an error: it is most likely misspelt."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class StoreSection(Section):
    """The database of the store: versions, held records (records that were not accepted) and the outbox."""

    url: str = Field("sqlite:///var/trialwire.db", description="SQLAlchemy URL of the store: SQLite or PostgreSQL")


class IngestSection(Section):
    """Settings of an ingest: batches, limits, sources, and the folder for spool files (files between Airflow tasks)."""

    batch_size: int = Field(
        1000, ge=SMALLEST, le=5000, description="Records per batch and per mapped Airflow task"
    )  # the batch checks need at least this many records
    max_record_bytes: int = Field(
        50_000_000, ge=1000, description="Largest record or page in bytes; a larger one is held"
    )
    max_answer_bytes: int = Field(
        100_000_000, ge=1000, description="Largest answer of a registry in bytes, unpacked; a larger one ends the run"
    )
    answer_seconds: float = Field(300.0, gt=0, description="Deadline in seconds for one answer of a registry")
    run_seconds: float = Field(43_200.0, gt=0, description="Deadline in seconds for all answers of one run")
    registry_url: str = Field(
        "https://clinicaltrials.gov/api/v2", description="Base URL of the ClinicalTrials.gov API v2"
    )
    eclaire_url: str | None = Field(None, description="FHIR R4 base URL of ECLAIRE")
    scheduled: bool = Field(True, description="Whether Airflow runs the ingest DAGs on their schedules")
    spool_days: int = Field(7, ge=1, description="Days after which the spool of a run that did not finish is removed")
    spool: str = Field(
        "file://var/batches", description="Airflow ObjectStoragePath of the files that pass batches between tasks"
    )


def _name_field(what: str) -> Any:
    """A destination's own name: the key of its cursor, instead of its address."""
    says = (
        f"Name of {what}: the key of its cursor in the outbox. Unset: its address; a new address then gets every change"
    )
    return Field(None, min_length=1, max_length=40, pattern=r"^[A-Za-z0-9._-]+$", description=says)


class KafkaSection(Section):
    """The Kafka cluster to which events are published. If it is not set, no events are published."""

    name: str | None = _name_field("this cluster")
    bootstrap_servers: str | None = Field(None, description="Brokers as host:port, comma-separated")
    topic_prefix: str = Field("", description="Prefix of every topic name")
    create_topics: bool = Field(True, description="Create topics that do not exist")
    replication_factor: int | None = Field(
        None, ge=1, description="Copies of each partition. Unset: 3, or the number of brokers if smaller"
    )
    fhir_version: FhirVersion = Field("R4", description="FHIR version of the Bundles in events")
    envelope: Literal["binary", "structured"] = Field(
        "binary", description="CloudEvents content mode: `binary` or `structured`"
    )
    max_inline_bytes: int = Field(
        900_000,
        ge=10_000,
        description="Largest Bundle in an event, in bytes after compression; a larger one is sent by reference",
    )
    dataref_url: str | None = Field(None, description="Base URL that serves the Bundles sent by reference")
    deadline_seconds: float = Field(300.0, gt=0, description="Longest duration of a publish run, in seconds")
    security_protocol: Literal["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"] = Field(
        "PLAINTEXT", description="PLAINTEXT, SSL, SASL_PLAINTEXT or SASL_SSL: the protocol of the brokers' listener"
    )
    sasl_mechanism: str | None = Field(None, description="PLAIN, SCRAM-SHA-256, SCRAM-SHA-512, …")
    sasl_username: str | None = Field(None, description="SASL user name")
    sasl_password: SecretStr | None = Field(None, description="SASL password")
    ssl_cafile: str | None = Field(
        None, description="PEM file of the certificate authorities (CA) of the brokers' certificates"
    )
    ssl_certfile: str | None = Field(None, description="PEM file of the client certificate, if the brokers require one")
    ssl_keyfile: str | None = Field(None, description="PEM file of the private key of the client certificate")


class FhirServerSection(Section):
    """One FHIR server to which resources are loaded. If it is not set, nothing is loaded."""

    name: str | None = _name_field("this server")
    base_url: str | None = Field(None, description="FHIR base URL")
    token: SecretStr | None = Field(None, description="Bearer token")
    username: str | None = Field(None, description="User name for HTTP basic authentication")
    password: SecretStr | None = Field(None, description="Password for HTTP basic authentication")
    ssl_cafile: str | None = Field(
        None, description="PEM file of the certificate authorities (CA) of its certificate. Unset: those of the system"
    )
    ssl_certfile: str | None = Field(None, description="PEM file of the client certificate, if the server requires one")
    ssl_keyfile: str | None = Field(None, description="PEM file of the private key of the client certificate")
    timeout_seconds: float = Field(60.0, gt=0, description="Timeout of one request, in seconds")
    deadline_seconds: float = Field(900.0, gt=0, description="Longest duration of a load run, in seconds")


class R4Section(FhirServerSection):
    """The FHIR R4 server, with the settings that only an R4 server has."""

    unknown_status: Literal["absent", "closed-to-accrual"] = Field(
        "absent",
        description="How R4 writes an unknown status: no code (`absent`) or `closed-to-accrual`. A validating server rejects `absent`",
    )


class FhirSection(Section):
    """The FHIR servers that resources are loaded into."""

    r4: R4Section = R4Section()
    r5: FhirServerSection = FhirServerSection()


class FolderSection(Section):
    """A destination that is a folder: every change is written to NDJSON files there."""

    path: Path | None = Field(None, description="Folder that event files (NDJSON) are written to")
    mode: str = Field("0644", pattern="^0[0-7]{3}$", description="Permissions of these files, before the umask")


class StackSection(Section):
    """The ports of the local servers on 127.0.0.1.

    If a port is not set, the port of the last run is used or, at the first run, any free port.
    """

    kafka_port: int | None = Field(None, ge=1, le=65535, description="Port of the local Kafka broker")
    fhir_port: int | None = Field(None, ge=1, le=65535, description="Port of the local FHIR server")
    airflow_port: int | None = Field(
        None, ge=1, le=65535, description="Port of the local Airflow's web page and REST API"
    )


class Settings(BaseSettings):
    """All settings of a run."""

    model_config = SettingsConfigDict(
        env_prefix="TRIALWIRE_", env_nested_delimiter="__", env_ignore_empty=True, toml_file=SETTINGS_FILE,
        extra="forbid", frozen=True,
    )  # fmt: skip

    contacts: Literal["exclude", "include"] = Field(
        "exclude", description="Whether personal contact data is in the output"
    )
    profile: ProfileName = Field("base", description="Profile of the R4 resources: `base` or `eclaire`")
    nct_system: str = Field("http://clinicaltrials.gov", description="FHIR identifier system of NCT numbers")
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
        """Return the sources of settings in their order of precedence: the caller, the environment, trialwire.toml."""
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls)


OTHER_VARIABLES: dict[str, str] = {
    "TRIALWIRE_CACHE_DIR": "Folder where the local stack keeps downloaded Java jars, shared by all checkouts",
    "TRIALWIRE_MAVEN_URL": "Maven mirror that the local stack downloads those jars from",
    "TRIALWIRE_REAL_RECORDS": "Folder of real records for `make validate`, the benchmarks and the tests that need some",
}
"""Our variables that are not settings of a run: the local stack, benchmarks and tests read them."""


def load(overrides: dict[str, Any] | None = None) -> Settings:
    """Read all settings. Raises one SettingError that lists every error with the name of the setting."""
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
    """Return the environment variable of a setting: ["kafka", "fhir_version"] → TRIALWIRE_KAFKA__FHIR_VERSION."""
    return "TRIALWIRE_" + "__".join(path).upper()


def rows(settings: Settings) -> list[tuple[str, str, str]]:
    """Return (variable, value, origin) for every setting, in the order of the classes above. Secrets are masked.

    The origin is where the value comes from: "environment", trialwire.toml or "default".
    """
    toml = tomllib.loads(SETTINGS_FILE.read_text()) if SETTINGS_FILE.exists() else {}
    return [(variable_name(path), masked(value), _origin(path, toml)) for path, value in _leaves(settings, [])]


def told(settings: Settings) -> str:
    """Return one line to print at the start of a run: each setting that is not the default, and where it comes from.

    Secrets are masked.
    """
    given = [f"{name}={value} ({origin})" for name, value, origin in rows(settings) if origin != "default"]
    return f"settings: {', '.join(given) or 'all by default'}"


def described(section: type[BaseModel] = Settings, path: tuple[str, ...] = ()) -> list[tuple[str, str, str]]:
    """Return (variable, default, description) for every setting. The page docs/settings.md is made from this list."""
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
    """Return the environment variables that begin with TRIALWIRE_ but are not settings: most likely misspelt."""
    known = {name for name, _, _ in described()} | set(OTHER_VARIABLES)
    return sorted(name for name in os.environ if name.startswith("TRIALWIRE_") and name not in known)


def masked(value: object) -> str:
    """Return a value that is safe to print: a password in a URL, and secrets in its query, are replaced by ***."""
    if value is None:
        return "-"
    text = str(value)
    scheme, mark, rest = text.partition("://")
    if mark and "@" in rest:
        login, _, host = rest.rpartition("@")
        text = f"{scheme}://{login.partition(':')[0]}:***@{host}" if ":" in login else text
    return without_secrets(text)


def _fault(path: list[str], message: str, value: object) -> str:
    if isinstance(value, dict) or any(word in path[-1] for word in ("password", "token")):
        return f"{variable_name(path)}: {message}"
    return f"{variable_name(path)}: {message} (got {value!r:.60})"

"""Makes the KafkaSettings and FhirSettings that delivery/ takes from the settings of a run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trialwire.schemas.errors import SettingError
from trialwire.schemas.fhir.versions import FHIR_VERSIONS

if TYPE_CHECKING:
    from trialwire.delivery.fhir.settings import FhirSettings
    from trialwire.delivery.kafka.settings import KafkaSettings
    from trialwire.pipeline.settings import FhirServerSection, Settings
    from trialwire.schemas.event import FhirVersion


def kafka(settings: Settings) -> KafkaSettings:
    """The Kafka cluster. Raises SettingError, naming the variable, when none is set."""
    from trialwire.delivery.kafka.settings import KafkaSettings

    chosen = settings.kafka
    if not chosen.bootstrap_servers:
        msg = "No Kafka cluster is set. Set TRIALWIRE_KAFKA__BOOTSTRAP_SERVERS, or run `trialwire up`."
        raise SettingError(msg)
    fields = chosen.model_dump(exclude={"sasl_password", "deadline_seconds"})
    password = chosen.sasl_password.get_secret_value() if chosen.sasl_password else None
    return KafkaSettings(**fields, sasl_password=password)


def fhir_section(settings: Settings, version: FhirVersion) -> FhirServerSection:
    """The settings of the server of this version."""
    sections: dict[FhirVersion, FhirServerSection] = {"R4": settings.fhir.r4, "R5": settings.fhir.r5}
    return sections[version]


def fhir_server(settings: Settings, version: FhirVersion) -> FhirSettings | None:
    """The FHIR server of this version; None when none is set."""
    from trialwire.delivery.fhir.settings import FhirSettings

    section = fhir_section(settings, version)
    if not section.base_url:
        return None
    return FhirSettings(
        base_url=section.base_url,
        fhir_version=version,
        token=section.token.get_secret_value() if section.token else None,
        username=section.username,
        password=section.password.get_secret_value() if section.password else None,
        ssl_cafile=section.ssl_cafile,
        ssl_certfile=section.ssl_certfile,
        ssl_keyfile=section.ssl_keyfile,
        timeout_seconds=section.timeout_seconds,
        name=section.name,
    )


def fhir_servers(settings: Settings) -> list[FhirSettings]:
    """The configured FHIR servers, R4 first. Empty if there is none."""
    return [server for version in FHIR_VERSIONS if (server := fhir_server(settings, version))]

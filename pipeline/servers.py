"""Converts the settings of a run to the KafkaSettings and FhirSettings that the code in delivery/ needs."""

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
    """Return the settings of the Kafka cluster.

    Raises SettingError, with the name to set, if no cluster is configured.
    """
    from trialwire.delivery.kafka.settings import KafkaSettings

    chosen = settings.kafka
    if not chosen.bootstrap_servers:
        msg = "No Kafka cluster is set. Set TRIALWIRE_KAFKA__BOOTSTRAP_SERVERS, or run `trialwire up`."
        raise SettingError(msg)
    fields = chosen.model_dump(exclude={"sasl_password", "deadline_seconds"})
    password = chosen.sasl_password.get_secret_value() if chosen.sasl_password else None
    return KafkaSettings(**fields, sasl_password=password)


def fhir_section(settings: Settings, version: FhirVersion) -> FhirServerSection:
    """Return the section of the settings for the FHIR server of this FHIR version."""
    sections: dict[FhirVersion, FhirServerSection] = {"R4": settings.fhir.r4, "R5": settings.fhir.r5}
    return sections[version]


def fhir_server(settings: Settings, version: FhirVersion) -> FhirSettings | None:
    """Return the settings of the FHIR server of this FHIR version, or None if no server is configured."""
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
    """Return the settings of all configured FHIR servers, R4 first."""
    return [server for version in FHIR_VERSIONS if (server := fhir_server(settings, version))]

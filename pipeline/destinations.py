"""The destinations that the settings name, each with what its stage needs to know."""

from __future__ import annotations

from typing import TYPE_CHECKING

from schemas.errors import SettingError

if TYPE_CHECKING:
    from delivery.fhir_settings import FhirSettings
    from delivery.kafka_settings import KafkaSettings
    from pipeline.settings import FhirServerSection, Settings
    from schemas.event import FhirVersion


def kafka(settings: Settings) -> KafkaSettings:
    """The Kafka cluster. Raises SettingError, naming the variable, when none is set."""
    from delivery.kafka_settings import KafkaSettings

    chosen = settings.kafka
    if not chosen.bootstrap_servers:
        msg = "No Kafka cluster is set. Set TRIALWIRE_KAFKA__BOOTSTRAP_SERVERS, or run `trialwire up`."
        raise SettingError(msg)
    fields = chosen.model_dump(exclude={"sasl_password", "deadline_seconds"})
    password = chosen.sasl_password.get_secret_value() if chosen.sasl_password else None
    return KafkaSettings(**fields, sasl_password=password)


def fhir_servers(settings: Settings) -> list[FhirSettings]:
    """The FHIR servers that are set, R4 first; none is an empty list."""
    sections: dict[FhirVersion, FhirServerSection] = {"R4": settings.fhir.r4, "R5": settings.fhir.r5}
    return [_fhir(version, section) for version, section in sections.items() if section.base_url]


def _fhir(version: FhirVersion, section: FhirServerSection) -> FhirSettings:
    from delivery.fhir_settings import FhirSettings

    return FhirSettings(
        base_url=str(section.base_url),
        fhir_version=version,
        token=section.token.get_secret_value() if section.token else None,
        username=section.username,
        password=section.password.get_secret_value() if section.password else None,
        timeout_seconds=section.timeout_seconds,
    )

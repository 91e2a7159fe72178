"""The destinations that the settings name, each with what its stage needs to know."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trialwire.schemas.errors import SettingError, UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

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


def named(settings: Settings, given: str, known: Sequence[str]) -> str:
    """The destination that a person means: by its whole name, or by its kind (kafka, fhir-r4, folder).

    A kind means the destination of that kind that is set, or else the only one there ever was. Raises UsageError.
    """
    if given in known:
        return given
    alike = [name for name in known if name.partition("@")[0] == given]
    found = [name for name in alike if name in _set(settings)] or alike
    if len(found) == 1:
        return found[0]
    listed = f"Known are: {', '.join(known)}." if known else "Deliver first: trialwire publish, trialwire load."
    which = "Several are of that kind; say which." if alike else "Nothing was ever delivered to it."
    msg = f"{given!r} names no destination that can be meant. {which} {listed}"
    raise UsageError(msg)


def _set(settings: Settings) -> set[str]:
    """The names of the destinations that the settings name now."""
    from trialwire.delivery import folder

    found = {server.destination for server in fhir_servers(settings)}
    if settings.kafka.bootstrap_servers:
        found.add(kafka(settings).destination)
    if settings.folder.path:
        found.add(folder.destination(settings.folder.path))
    return found


def fhir_servers(settings: Settings) -> list[FhirSettings]:
    """The FHIR servers that are set, R4 first; none is an empty list."""
    sections: dict[FhirVersion, FhirServerSection] = {"R4": settings.fhir.r4, "R5": settings.fhir.r5}
    return [_fhir(version, section) for version, section in sections.items() if section.base_url]


def _fhir(version: FhirVersion, section: FhirServerSection) -> FhirSettings:
    from trialwire.delivery.fhir.settings import FhirSettings

    return FhirSettings(
        base_url=str(section.base_url),
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

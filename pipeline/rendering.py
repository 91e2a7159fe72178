"""Turns a Trial into checked Bundles: makes, validates and serialises them. Destinations get exactly these bytes.

A rendition is one trial as a Bundle of one FHIR version.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import orjson

from trialwire.pipeline import registries
from trialwire.schemas.errors import HoldError
from trialwire.schemas.held import Reason

if TYPE_CHECKING:
    from collections.abc import Mapping

    from trialwire.pipeline.settings import Settings
    from trialwire.schemas.event import FhirVersion
    from trialwire.schemas.held import Finding
    from trialwire.schemas.trial import Trial
    from trialwire.transforms.write.bundle import RenderOptions

UNIDENTIFIED = Reason(
    code="no-registry-number",
    message="The record names no registry number, and none is guessed.",
    cure="Find the number and, where the record was ingested, say: trialwire held name ID NCT…",
)
"""Why a trial without a number is not rendered."""


@dataclass(frozen=True, slots=True)
class CheckedRendition:
    """One checked transaction Bundle as UTF-8 JSON, with its content hash, R4 recruitment status code and findings."""

    content: bytes
    content_hash: str
    status: str
    findings: tuple[Finding, ...]


def options(settings: Settings, fhir_version: FhirVersion, *, for_server: bool = False) -> RenderOptions:
    """Return the options for making Bundles of one FHIR version, taken from the settings.

    If no R4 status code fits a trial, the setting `unknown_status` of the R4 server names the status to write. This
    setting is used only with `for_server` (Bundles for the R4 server). In all other Bundles, such as those of events,
    the status is absent.
    """
    from trialwire.transforms.write.bundle import RenderOptions

    return RenderOptions(
        contacts=settings.contacts == "include",
        profile=settings.profile if fhir_version == "R4" else "base",
        unknown_status=settings.fhir.r4.unknown_status if fhir_version == "R4" and for_server else "absent",
        nct_system=settings.nct_system,
        registry_titles=registries.titles(),
    )


def _written(bundle: Mapping[str, Any]) -> bytes:
    """The Bundle as JSON. Raises HoldError for a number beyond 64 bits, which JSON writers and readers do not share."""
    try:
        return orjson.dumps(bundle)
    except orjson.JSONEncodeError as error:
        message = f"The record has a value that cannot be written as JSON ({error})."
        raise HoldError([Reason(code="bad-value", message=message, cure="Correct the record.")]) from None


def checked(trial: Trial, asked: Mapping[FhirVersion, RenderOptions]) -> dict[FhirVersion, CheckedRendition]:
    """Make and check the Bundle of a Trial for each FHIR version in `asked`.

    Raises HoldError if a Bundle is not valid.
    """
    from trialwire.quality.fhir import resources
    from trialwire.transforms.write import bundle

    made = bundle.renditions(trial, asked)
    reasons = [
        reason
        for version, rendition in made.items()
        for reason in resources.check(rendition.bundle, version, profile=asked[version].profile)
    ]
    if reasons:
        raise HoldError(list(dict.fromkeys(reasons)))
    return {
        version: CheckedRendition(
            content=_written(rendition.bundle),
            content_hash=bundle.content_hash(rendition.bundle),
            status=rendition.status,
            findings=rendition.findings,
        )
        for version, rendition in made.items()
    }

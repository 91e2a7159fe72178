"""Writes the identifiers, addresses and titles of a study."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trialwire.schemas.fhir.code_systems import HL7
from trialwire.schemas.fhir.codes import Code
from trialwire.schemas.registry_number import is_nct_number
from trialwire.transforms.element import coding, concept, line, present, registry_coding, text

if TYPE_CHECKING:
    from trialwire.transforms.element import Json
    from trialwire.transforms.write.making import Making

_TITLE_TYPE = HL7 + "title-type"
_TITLES = (
    ("official_title", Code("official", "Official title")),
    ("acronym", Code("acronym", "Acronym")),
)
_NOT_GIVEN = {"extension": [{"url": HL7 + "StructureDefinition/data-absent-reason", "valueCode": "unknown"}]}


def identifiers(making: Making) -> list[Json]:
    """Return all identifiers: the registry's number (official), former numbers, the organisation's id, others."""
    identification = making.trial.identification
    found = [registry_identifier(making)]
    found += [
        {"use": "old", "system": making.how.nct_system, "value": number}
        for number in map(line, identification.nct_id_aliases)
        if number
    ]
    own = identification.org_study_id_info
    organization = identification.organization
    if own and (own.id or own.type):
        found.append(
            _secondary(
                concept(
                    "Organization's Unique Protocol ID",
                    registry_coding("OrgStudyIdType", own.type) if own.type else None,
                ),
                own.id,
                organization.full_name if organization else None,
            )
        )
    for other in identification.secondary_id_infos:
        kind = registry_coding("SecondaryIdType", other.type) if other.type else None
        if other.id or other.type or other.domain:
            system = making.how.nct_system if other.id and is_nct_number(other.id.strip()) else None
            found.append(_secondary(concept("Secondary ID", kind), other.id, other.domain, system))
    return found


def _secondary(kind: Json, number: str | None, assigner: str | None, system: str | None = None) -> Json:
    """A further identifier. Without a value it keeps type and assigner, and has a data-absent-reason `unknown`."""
    value = line(number)
    return present(
        use="secondary",
        type=kind,
        system=system,
        value=value,
        _value=None if value else _NOT_GIVEN,
        assigner=present(display=line(assigner)),
    )


def registry_identifier(making: Making) -> Json:
    """Return the Identifier with the number that the registry gave to the trial."""
    trial = making.trial
    if trial.identification.nct_id:
        return {
            "use": "official",
            "system": making.how.nct_system,
            "value": trial.identification.nct_id,
            "assigner": {"display": "ClinicalTrials.gov"},
        }
    return present(
        use="official",
        value=line(trial.identification.registry_number),
        assigner={"display": making.how.registry_titles.get(trial.registry, trial.registry)},
    )


def study_page(nct_id: str | None) -> str | None:
    """Return the URL of the study's page at ClinicalTrials.gov, or None if there is no number."""
    return f"https://clinicaltrials.gov/study/{nct_id}" if nct_id else None


def labels(making: Making) -> list[Json]:
    """Return the further titles of the study as labels, each with the type of title."""
    identification = making.trial.identification
    return [
        {"type": concept(None, coding(_TITLE_TYPE, kind)), "value": words}
        for name, kind in _TITLES
        if (words := text(getattr(identification, name)))
    ]

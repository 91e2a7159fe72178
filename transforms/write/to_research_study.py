"""Writes a Trial as a ResearchStudy. The study is always built in R5; for R4 the module study/r4.py converts it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from trialwire.schemas.fhir.codes import title
from trialwire.schemas.fhir.extensions import POPULATION
from trialwire.transforms.element import concept, present, reference, text
from trialwire.transforms.write.country import region
from trialwire.transforms.write.narrative import narrative
from trialwire.transforms.write.study import design as study_design
from trialwire.transforms.write.study import identity as study_identity
from trialwire.transforms.write.study import party as study_party
from trialwire.transforms.write.study import remark as study_remark
from trialwire.transforms.write.study import status as study_status
from trialwire.transforms.write.study.artifact import artifacts
from trialwire.transforms.write.study.r4 import to_r4
from trialwire.transforms.write.to_practitioner_role import telecoms

if TYPE_CHECKING:
    from collections.abc import Sequence

    from trialwire.transforms.element import Json
    from trialwire.transforms.write.making import Making


def research_study(making: Making, *, groups: Sequence[Json], plan: Json | None, sites: Sequence[Json]) -> Json:
    """Return the ResearchStudy (R4 or R5) with references to its Groups, its PlanDefinition and its Locations."""
    trial = making.trial
    nct_id = trial.identification.nct_id
    dated = study_status.dated(making)
    parties = study_party.parties(making)
    subjects = study_design.subjects(making)
    study = present(
        resourceType="ResearchStudy",
        id=making.study_id,
        text=_narrative(making),
        extension=[*study_status.registrations(making), *_populations(making, groups[1:])],
        url=study_identity.study_page(nct_id),
        identifier=study_identity.identifiers(making),
        version=dated,
        name=nct_id,
        title=text(trial.identification.brief_title or trial.identification.official_title),
        label=study_identity.labels(making),
        protocol=[reference(plan)] if plan else None,
        relatedArtifact=artifacts(making),
        date=dated,
        **study_status.status_elements(making),
        primaryPurposeType=study_design.purpose(making),
        phase=study_design.phase(making),
        studyDesign=study_design.designs(making),
        focus=[{"concept": one} for one in subjects["focus"]],
        condition=subjects["condition"],
        keyword=subjects["keyword"],
        region=_regions(making),
        descriptionSummary=text(trial.description.brief_summary),
        description=text(trial.description.detailed_description),
        period=study_status.period(making),
        site=[reference(site, site.get("name")) for site in sites],
        note=study_remark.notes(making),
        classifier=study_remark.classifiers(making),
        associatedParty=parties,
        progressStatus=study_status.progress(making),
        whyStopped=concept(trial.status.why_stopped),
        recruitment=study_design.enrollment(making) | {"eligibility": reference(groups[0])},
        comparisonGroup=study_design.comparison_groups(making),
        outcomeMeasure=study_design.outcomes(making),
    )
    if making.version == "R5":
        return study
    return to_r4(study) | _only_r4(making, parties, groups)


def _only_r4(making: Making, parties: list[Json], groups: Sequence[Json]) -> Json:
    """Elements that only R4 has: sponsor, principal investigator, contacts.

    R4 systems show only `description`. Without a detailed description it therefore holds the summary.
    """
    trial = making.trial
    sponsor = parties[0].get("party") if trial.sponsors.lead_sponsor else None
    contacts = [
        present(name=text(one.name), telecom=telecoms(one)) for one in trial.contacts_locations.central_contacts
    ]
    return present(
        description=text(trial.description.detailed_description) or text(trial.description.brief_summary),
        sponsor=sponsor,
        principalInvestigator=study_party.principal_investigator(parties),
        contact=[one for one in contacts if one],
        enrollment=[reference(group) for group in groups],
    )


def _populations(making: Making, groups: Sequence[Json]) -> list[Json]:
    """R5 extensions that refer to the Groups of further populations. In R4, `enrollment` refers to them."""
    return [{"url": POPULATION, "valueReference": reference(one)} for one in groups if making.version == "R5"]


def _regions(making: Making) -> list[Json]:
    countries = dict.fromkeys(site.country for site in making.trial.contacts_locations.locations if site.country)
    return [found for country in countries if (found := region(country))]


def _narrative(making: Making) -> Json:
    trial = making.trial
    lead: Any = trial.sponsors.lead_sponsor
    phases = study_design.phase(making).get("text")
    return narrative(
        [
            (
                "Study",
                f"{trial.identification.brief_title or trial.identification.official_title or ''} ({trial.trial_id})",
            ),
            ("Status", study_status.row_of(making).title),
            ("Type", title(trial.design.study_type) if trial.design.study_type else None),
            ("Phase", phases),
            ("Conditions", "; ".join(trial.conditions.conditions)),
            ("Sponsor", lead.name if lead else None),
            ("Last changed in the registry", study_status.dated(making)),
        ]
    )

"""Writes the parties of a study: sponsors, collaborators, the responsible party, officials, contacts.

Names of people are written only if contacts are included. Otherwise a responsible party has only role and organisation.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from trialwire.schemas.fhir.code_systems import HL7
from trialwire.schemas.fhir.codes import ORGANIZATION_TYPES, PARTY_ROLES, Code, title
from trialwire.transforms.element import coding, concept, line, present, reference, registry_coding
from trialwire.transforms.write.to_organization import organization_reference
from trialwire.transforms.write.to_practitioner_role import practitioner_role

if TYPE_CHECKING:
    from trialwire.schemas.trial import ResponsibleParty
    from trialwire.transforms.element import Json
    from trialwire.transforms.write.making import Making

_ROLE = HL7 + "research-study-party-role"
_ORGANIZATION_TYPE = HL7 + "research-study-party-organization-type"


def parties(making: Making) -> list[Json]:
    """Return R5's associatedParty entries: lead sponsor, collaborators, registering organisation, people."""
    sponsors = making.trial.sponsors
    found = []
    if lead := sponsors.lead_sponsor:
        found.append(_organization(making, _role("lead-sponsor"), lead.name, lead.agency_class))
    found += [
        _organization(making, _role("collaborator"), one.name, one.agency_class) for one in sponsors.collaborators
    ]
    if registering := making.trial.identification.organization:
        role = concept("Registering organization")
        found.append(_organization(making, role, registering.full_name, registering.agency_class))
    if sponsors.responsible_party:
        found.append(_responsible(making, sponsors.responsible_party))
    found += _people(making)
    return found


def _role(word: str, coded: Json | None = None, words: str | None = None) -> Json:
    code = PARTY_ROLES.get(word)
    return concept(words or (None if code else title(word)), coding(_ROLE, code) if code else None, coded)


def _organization(making: Making, role: Json, name: str | None, agency_class: str | None) -> Json:
    return present(
        name=line(name), role=role, classifier=_classes(agency_class), party=organization_reference(making, name)
    )


def _classes(agency_class: str | None) -> list[Json]:
    if agency_class is None:
        return []
    kind = ORGANIZATION_TYPES.get(agency_class)
    return [
        concept(
            title(agency_class),
            coding(_ORGANIZATION_TYPE, kind) if kind else None,
            registry_coding("AgencyClass", agency_class),
        )
    ]


def _responsible(making: Making, party: ResponsibleParty) -> Json:
    kind = party.type or ""
    coded = registry_coding("ResponsiblePartyType", kind) if kind else None
    role = _role(kind, coded, "Responsible party")
    told = (
        party.investigator_full_name,
        party.investigator_title,
        party.investigator_affiliation,
        party.old_name_title,
        party.old_organization,
    )
    if kind == "SPONSOR" and not any(map(line, told)):
        lead = making.trial.sponsors.lead_sponsor
        name = lead.name if lead else None
        return present(name=line(name), role=role, party=organization_reference(making, name))
    name = line(party.investigator_full_name)
    person = practitioner_role(
        making,
        name=name,
        codes=[concept(party.investigator_title), concept(party.old_name_title)],
        organization=", ".join(filter(None, (line(party.investigator_affiliation), line(party.old_organization)))),
    )
    return present(name=name or line(party.old_name_title), role=role, party=reference(person) if person else None)


def _people(making: Making) -> list[Json]:
    """Overall officials and central contacts. The contact rule has removed them if contacts are excluded."""
    places = making.trial.contacts_locations
    found = []
    for official in places.overall_officials:
        kind = official.role
        codes = [concept(title(kind), registry_coding("OfficialRole", kind))] if kind else []
        person = practitioner_role(making, name=line(official.name), codes=codes, organization=official.affiliation)
        role = _role(kind, registry_coding("OfficialRole", kind)) if kind else concept("Overall official")
        found.append(present(name=line(official.name), role=role, party=reference(person) if person else None))
    for contact in places.central_contacts:
        codes = [concept(title(contact.role), registry_coding("ContactRole", contact.role))] if contact.role else []
        person = practitioner_role(making, name=line(contact.name), codes=codes, contact=contact)
        role = concept("Central contact", coding(_ROLE, PARTY_ROLES["general-contact"]))
        found.append(present(name=line(contact.name), role=role, party=reference(person) if person else None))
    return found


def principal_investigator(found: list[Json]) -> Json | None:
    """Return R4's principalInvestigator: the first person among the parties who has that role, or None."""
    wanted = coding(_ROLE, Code("primary-investigator", "primary-investigator"))
    for party in found:
        target = party.get("party")
        if target and wanted in party["role"].get("coding", []) and target["reference"].startswith("PractitionerRole/"):
            return dict(target)
    return None

"""Converts R4 resources to the profiles of ECLAIRE, the French register of trials.

Content that the profiles allow is not changed.

Rules (ECLAIRE's implementation guide 0.3.1): `title` is the scientific title. Sponsors and investigators are written
only in the extension associatedParty. Roles, types of organisation, titles and kinds of criteria use the guide's code
systems. `category` means the French regulation of a study in ECLAIRE, but the design in our R4. No registry record has
this regulation, so `category` is left out and the design is written in the R5 extension `studyDesign`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from trialwire.schemas.fhir import eclaire, profiles
from trialwire.schemas.fhir.code_systems import HL7, REGISTRY
from trialwire.schemas.fhir.extensions import CROSS_VERSION
from trialwire.transforms.element import coding, concept, present, text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from trialwire.transforms.element import Json
    from trialwire.transforms.write.making import Making

_STUDY = CROSS_VERSION + "ResearchStudy."
_ROLE = HL7 + "research-study-party-role"
_AGENCY = REGISTRY + "AgencyClass"


def to_eclaire(making: Making, study: Json, plan: Json | None, groups: Sequence[Json], sites: Sequence[Json]) -> Json:
    """Return the study in ECLAIRE's profile. Changes `groups` and `sites` in place to ECLAIRE's profiles too."""
    for group in groups:
        _claim(group, "group")
        for entry in group.get("characteristic", ()):
            _criterion(entry)
    for site in sites:
        _claim(site, "location")
        _site_contacts(site, making.roles)
    found = {
        name: value for name, value in study.items() if name not in {"sponsor", "principalInvestigator", "category"}
    }
    _claim(found, "researchstudy")
    identification = making.trial.identification
    found |= present(title=text(identification.official_title or identification.brief_title))
    kept = [_extension(one) for one in found.get("extension", ()) if one["url"] != _STUDY + "label"]
    kept += [{"url": _STUDY + "studyDesign", "valueCodeableConcept": one} for one in study.get("category", ())]
    found["extension"] = [*kept, *_labels(making), *_recruitment(making)]
    _phase(found)
    if "arm" in found and plan:
        found["arm"] = [_arm(arm, plan) for arm in found["arm"]]
    if "contact" in found:
        found["contact"] = [_contact(contact) for contact in found["contact"]]
    return found


def _claim(resource: Json, profile: str) -> None:
    resource["meta"] = {"profile": [eclaire.structure(profile)]}


def _criterion(entry: Json) -> None:
    """Add the kind of criterion (age, gender, population, other) if the parser did not."""
    system = eclaire.CRITERION_KIND
    code = entry["code"]
    if any(one.get("system") == system for one in code.get("coding", ())):
        return
    kind = profiles.CRITERIA.get("age" if entry["id"].startswith("age") else entry["id"], profiles.OTHER_CRITERION)
    entry["code"] = {**code, "coding": [*code.get("coding", ()), coding(system, kind)]}


def _extension(extension: Json) -> Json:
    if extension["url"] != _STUDY + "associatedParty":
        return extension
    parts = [_party_part(part) for part in extension["extension"]]
    return {"url": extension["url"], "extension": parts}


def _party_part(part: Json) -> Json:
    """Roles and types of organisation in ECLAIRE's code systems, together with the registry's codes."""
    if part["url"] not in {"role", "classifier"}:
        return part
    value = part["valueCodeableConcept"]
    own: list[Json] = []
    for one in value.get("coding", ()):
        if one["system"] == _ROLE and one["code"] in profiles.ROLES:
            own.append(one | {"system": eclaire.code_system("study-party-role")})
        elif one["system"] == _AGENCY and (kind := profiles.ORGANIZATION_TYPES.get(one["code"])):
            own.append(coding(eclaire.code_system("study-party-organization-type"), kind))
    kept = [one for one in value.get("coding", ()) if one["system"].startswith(REGISTRY)]
    return {"url": part["url"], "valueCodeableConcept": concept(value.get("text"), *own, *kept)}


def _labels(making: Making) -> list[Json]:
    identification = making.trial.identification
    titles = {"short-title": identification.brief_title if identification.official_title else None}
    titles["acronym"] = identification.acronym
    system = eclaire.code_system("study-title-type")
    return [
        {
            "url": _STUDY + "label",
            "extension": [
                {"url": "type", "valueCodeableConcept": concept(None, coding(system, profiles.TITLES[kind]))},
                {"url": "value", "valueString": words},
            ],
        }
        for kind, title in titles.items()
        if (words := text(title))
    ]


def _recruitment(making: Making) -> list[Json]:
    code = profiles.RECRUITMENT.get(making.trial.status.overall_status or "")
    if code is None:
        return []
    value = concept(None, coding(eclaire.code_system("status-recruitment"), code))
    return [{"url": eclaire.structure("recruitment-status"), "valueCodeableConcept": value}]


def _phase(study: Json) -> None:
    """Add ECLAIRE's code for phases 3 and 4 together, which HL7 does not have."""
    phases = {one["code"] for one in study.get("phase", {}).get("coding", ())}
    if phases == {"PHASE3", "PHASE4"}:
        own = coding(eclaire.PHASE, profiles.PHASE_3_4)
        study["phase"] = {**study["phase"], "coding": [own, *study["phase"]["coding"]]}


def _arm(arm: Json, plan: Json) -> Json:
    """The arm with its interventions, taken from the plan's action of the same id."""
    link_id = arm["extension"][0]["valueId"]
    actions: list[Any] = [arm for root in plan["action"] for arm in root.get("action", ()) if arm["id"] == link_id]
    given = [
        {
            "url": eclaire.structure("arm-intervention"),
            "extension": [
                {"url": name, "valueString": one[element]}
                for name, element in (("name", "title"), ("description", "description"))
                if element in one
            ],
        }
        for action in actions
        for one in action.get("action", ())
        if "title" in one or "description" in one
    ]
    return {**arm, "extension": [*arm["extension"], *given]}


def _contact(contact: Json) -> Json:
    """A central contact as a contact for the public, with its name as a HumanName."""
    kind = concept(None, coding(eclaire.code_system("type-contact"), profiles.PUBLIC_CONTACT))
    extensions: list[Json] = [{"url": eclaire.structure("contact-type"), "valueCodeableConcept": kind}]
    if name := contact.get("name"):
        extensions.append({"url": eclaire.structure("contact-name"), "valueHumanName": {"text": name}})
    return {"extension": extensions, **contact}


def _site_contacts(site: Json, roles: Sequence[Json]) -> None:
    """Add the name of a site's contact to this contact's telephone number and e-mail address."""
    place = f"Location/{site['id']}"
    for role in roles:
        name = role.get("practitioner", {}).get("display")
        if name and any(one["reference"] == place for one in role.get("location", ())):
            value = {"url": eclaire.structure("site-contact-name"), "valueHumanName": {"text": name}}
            for telecom in site.get("telecom", ()):
                if telecom in role.get("telecom", ()):
                    telecom["extension"] = [value]

"""Turns a study of ECLAIRE, the French register of trials (FHIR R4), into a Trial. Known faults are repaired first.

Input: one ResearchStudy, or a Bundle with one ResearchStudy and the Group, Location and Organization resources that the
study refers to. The Trial's number is the number that ECLAIRE assigned (the official identifier); numbers of other
registries become secondary identifiers. The FHIR status is less precise than the status of a registry, so the FHIR
status and the recruitment status are translated together. If the two do not determine one status of the Trial, the
Trial's status is unknown and the two codes are kept.
"""

from __future__ import annotations

from typing import Any

from pydantic import ValidationError

from trialwire.schemas.errors import HoldError
from trialwire.schemas.fhir import eclaire
from trialwire.schemas.fhir.code_systems import MESH
from trialwire.schemas.held import Finding, Reason
from trialwire.schemas.trial import Trial
from trialwire.transforms.element import present
from trialwire.transforms.read.eclaire import element
from trialwire.transforms.read.eclaire.group import eligibility
from trialwire.transforms.read.eclaire.repair import R5_EXTENSION, Json, objects, repaired

_RECRUITMENT = eclaire.structure("recruitment-status")
_ARM_INTERVENTION = eclaire.structure("arm-intervention")
_PHASES = {
    "n-a": ("NA",), "early-phase-1": ("EARLY_PHASE1",), "phase-1": ("PHASE1",), "phase-2": ("PHASE2",),
    "phase-3": ("PHASE3",), "phase-4": ("PHASE4",), "phase-1-phase-2": ("PHASE1", "PHASE2"),
    "phase-2-phase-3": ("PHASE2", "PHASE3"), "phase-3-phase-4": ("PHASE3", "PHASE4"),
}  # fmt: skip
_PURPOSES = {
    "treatment": "TREATMENT", "prevention": "PREVENTION", "diagnostic": "DIAGNOSTIC", "screening": "SCREENING",
    "supportive-care": "SUPPORTIVE_CARE", "health-services-research": "HEALTH_SERVICES_RESEARCH",
    "basic-science": "BASIC_SCIENCE", "device-feasibility": "DEVICE_FEASIBILITY",
}  # fmt: skip
_STATUSES: dict[tuple[str, str | None], str] = {
    ("active", "recruiting"): "RECRUITING", ("active", "completed-recruiting"): "ACTIVE_NOT_RECRUITING",
    ("active", "upcoming"): "NOT_YET_RECRUITING", ("approved", "recruiting"): "RECRUITING",
    ("approved", "upcoming"): "NOT_YET_RECRUITING", ("approved", "completed-recruiting"): "ACTIVE_NOT_RECRUITING",
}  # fmt: skip
_STATUSES_ALONE = {
    "closed-to-accrual": "ACTIVE_NOT_RECRUITING", "closed-to-accrual-and-intervention": "ACTIVE_NOT_RECRUITING",
    "temporarily-closed-to-accrual": "SUSPENDED", "temporarily-closed-to-accrual-and-intervention": "SUSPENDED",
    "completed": "COMPLETED", "administratively-completed": "TERMINATED", "withdrawn": "WITHDRAWN",
}  # fmt: skip
_MAPPED = frozenset({
    "resourceType", "id", "meta", "text", "contained", "identifier", "title", "status", "phase", "primaryPurposeType",
    "description", "condition", "keyword", "arm", "contact", "site", "period", "enrollment", "reasonStopped",
})  # fmt: skip


def from_eclaire(document: Json) -> tuple[Trial, list[Finding]]:
    """Convert a FHIR document to (Trial, findings).

    Raises HoldError (the record is stored and not published) if the document has no study or several studies, or if a
    resource is not valid after the repairs.
    """
    study, beside = _parts(document)
    findings = [finding for resource in (study, *beside) for finding in repaired(resource)]
    contained = _resources(study.pop("contained", None))
    findings += [finding for resource in contained for finding in repaired(resource)]
    beside += contained
    _demand_valid([study, *(one for one in beside if one.get("resourceType") in {"Group", "Location"})])
    reader = _Study(study, {_key(one): one for one in beside}, findings)
    return reader.trial(), findings


def _parts(document: Json) -> tuple[Json, list[Json]]:
    if document.get("resourceType") == "ResearchStudy":
        return document, []
    inside = _resources([entry.get("resource") for entry in objects(document.get("entry"))])
    studies = [one for one in inside if one.get("resourceType") == "ResearchStudy"]
    if len(studies) != 1:
        message = (
            f"The Bundle holds {len(studies)} ResearchStudy resources; one with what it refers to belongs in a record."
        )
        raise HoldError(
            [Reason(code="unknown-layout", message=message, cure="Give the file itself: it is read study by study.")]
        )
    return studies[0], [one for one in inside if one is not studies[0]]


def _resources(found: object) -> list[Json]:
    """The objects in a list that have a `resourceType`."""
    return [one for one in objects(found) if isinstance(one.get("resourceType"), str)]


def _key(resource: Json) -> str:
    return f"{resource.get('resourceType')}/{resource.get('id')}"


def _demand_valid(resources: list[Json]) -> None:
    """Raises HoldError if a resource is not valid R4. The code after this call relies on the structure."""
    from fhir.resources.R4B.group import Group
    from fhir.resources.R4B.location import Location
    from fhir.resources.R4B.researchstudy import ResearchStudy

    models = {"ResearchStudy": ResearchStudy, "Group": Group, "Location": Location}
    reasons: list[Reason] = []
    for resource in resources:
        kind = str(resource["resourceType"])
        try:
            models[kind].model_validate(resource)
        except ValidationError as error:
            for fault in error.errors():
                path = ".".join([kind, *(str(step) for step in fault["loc"])])
                message = f"{path} is not valid FHIR R4: {fault['msg']}."
                reasons.append(
                    Reason(code="invalid-fhir", path=path, message=message, cure="Report it to the publisher.")
                )
    if reasons:
        raise HoldError(reasons)


def _valid(parts: Json) -> Trial:
    """The Trial of these parts. Raises HoldError for a value that a Trial cannot have, such as a malformed number."""
    try:
        return Trial.model_validate(parts)
    except ValidationError as error:
        raise HoldError(
            [
                Reason(
                    code="bad-value",
                    path=".".join(map(str, fault["loc"])),
                    message=f"{'.'.join(map(str, fault['loc']))} cannot be read: {fault['msg']}.",
                    cure="Report it to the publisher.",
                )
                for fault in error.errors(include_url=False)
            ]
        ) from None


class _Study:
    """Converts one valid study, and the resources it refers to, into a Trial's document keyed by alias."""

    def __init__(self, study: Json, beside: dict[str, Json], findings: list[Finding]) -> None:
        self.study, self.beside, self.findings = study, beside, findings

    def trial(self) -> Trial:
        study = self.study
        parts: dict[str, Any] = {
            "source": "eclaire", "registry": "eclaire", "layout": "eclaire-r4",
            "identification": self.identification(), "status": self.status(), "sponsors": self.sponsors(),
            "description": present(
                briefSummary=self.extension(R5_EXTENSION + "descriptionSummary", "valueMarkdown"),
                detailedDescription=study.get("description"),
            ),
            "conditions": self.conditions(), "design": self.design(), "armsInterventions": self.arms(),
            "contactsLocations": self.contacts_locations(), "derived": self.derived(),
        }  # fmt: skip
        group = self.beside.get(self.referred("enrollment", "Group"))
        found = eligibility(group or {})
        self.findings += found.findings
        parts["eligibility"] = found.part | ({"groupCharacteristics": found.rest} if found.rest else {})
        if group and isinstance(group.get("quantity"), int):
            parts["design"]["enrollmentInfo"] = {"count": group["quantity"]}
        parts["outcomes"] = self.outcomes(found.outcomes)
        parts["eclaire"] = self.rest()
        return _valid({name: value for name, value in parts.items() if value not in ({}, [])})

    def referred(self, name: str, kind: str) -> str:
        references = [str(one.get("reference", "")) for one in objects(self.study.get(name))]
        return next((f"{kind}/{text.rsplit('/', 1)[-1].lstrip('#')}" for text in references if text), "")

    def extensions(self, url: str) -> list[Json]:
        return [one for one in objects(self.study.get("extension")) if one.get("url") == url]

    def extension(self, url: str, value: str) -> Any:
        return next((one[value] for one in self.extensions(url) if value in one), None)

    def identification(self) -> Json:
        identifiers = objects(self.study.get("identifier"))
        official = next((one.get("value") for one in identifiers if one.get("use") == "official"), None)
        others = [str(one["value"]) for one in identifiers if one.get("value") and one.get("value") != official]
        if official is None and self.study.get("id") in others:
            official = self.study["id"]
            others.remove(official)
        titles = {
            kind: text for kind, text in map(element.label, self.extensions(R5_EXTENSION + "label")) if kind and text
        }
        return present(
            registryNumber=official,
            secondaryIdInfos=[element.secondary_id(value) for value in others],
            officialTitle=self.study.get("title"),
            briefTitle=titles.pop("short-title", None) or titles.pop("primary", None),
            acronym=titles.pop("acronym", None),
            labels=titles,
        )

    def status(self) -> Json:
        code = str(self.study.get("status", ""))
        recruitment = element.code(self.extension(_RECRUITMENT, "valueCodeableConcept"))
        status = _STATUSES.get((code, recruitment)) or _STATUSES_ALONE.get(code)
        if status is None:
            message = f"FHIR status {code or 'absent'} with recruitment status {recruitment or 'absent'} does not determine one status."
            self.findings.append(Finding(code="eclaire-status", path="ResearchStudy.status", message=message))
        elif code in {"completed", "administratively-completed", "withdrawn"} and recruitment == "recruiting":
            message = f"The study is {code} but its recruitment status is recruiting; it is read as {status}."
            self.findings.append(Finding(code="eclaire-status", path="ResearchStudy.status", message=message))
        period = self.study.get("period") or {}
        reason = self.study.get("reasonStopped")
        return present(
            overallStatus=status, fhirStatus=code or None, recruitmentStatus=recruitment,
            whyStopped=element.words(reason) if reason else None,
            startDateStruct=element.day(period.get("start")), completionDateStruct=element.day(period.get("end")),
        )  # fmt: skip

    def sponsors(self) -> Json:
        parties = [element.party(one) for one in self.extensions(R5_EXTENSION + "associatedParty")]
        if name := (self.study.get("sponsor") or {}).get("reference"):
            sponsor = self.beside.get("Organization/" + str(name).rsplit("/", 1)[-1].lstrip("#"), {})
            parties.append(("lead-sponsor", present(name=sponsor.get("name"))))
        lead = [party for role, party in parties if role in {"lead-sponsor", "sponsor"} and party]
        others = [party for role, party in parties if role in {"collaborator", "funding-source"} and party]
        return present(leadSponsor=lead[0] if lead else None, collaborators=[*lead[1:], *others])

    def conditions(self) -> Json:
        """Return the Trial's conditions: texts and MedDRA codes. The Trial keeps other codes; its FHIR omits them."""
        concepts = objects(self.study.get("condition"))
        names = [element.words(one) or element.codes_in_words(one) for one in concepts]
        keywords = [word for one in objects(self.study.get("keyword")) if (word := element.words(one))]
        medical = [
            present(code=one["code"], display=one.get("display")) for one in self.codings() if element.is_meddra(one)
        ]
        others = [one for one in self.codings() if not element.is_meddra(one) and one.get("system") != MESH]
        if others:
            message = "Some codes of the conditions are neither MedDRA nor MeSH codes; only their text is written."
            self.findings.append(
                Finding(code="eclaire-coding", path="ResearchStudy.condition", message=message, severity="info")
            )
        return present(
            conditions=list(dict.fromkeys(filter(None, names))), keywords=keywords, medDra=medical, codings=others
        )

    def derived(self) -> Json:
        """Return the Trial's section `derived`, which holds the MeSH codes of the conditions as MeSH terms."""
        meshes = [
            present(id=one["code"], term=one.get("display")) for one in self.codings() if one.get("system") == MESH
        ]
        return {"conditionBrowseModule": {"meshes": meshes}} if meshes else {}

    def codings(self) -> list[Json]:
        """Return every Coding that has a code, from all conditions of the study."""
        concepts = objects(self.study.get("condition"))
        return [coding for one in concepts for coding in objects(one.get("coding")) if coding.get("code")]

    def design(self) -> Json:
        phase = element.code(self.study.get("phase"))
        purpose = element.code(self.study.get("primaryPurposeType"))
        if phase and phase not in _PHASES:
            message = f"The phase {phase} has no single counterpart; no phase is stated."
            self.findings.append(Finding(code="eclaire-phase", path="ResearchStudy.phase", message=message))
        return present(
            phases=_PHASES.get(phase or "", ()), phaseCode=None if phase in _PHASES else phase,
            primaryPurposeCode=None if purpose in _PURPOSES else purpose,
            designInfo=present(primaryPurpose=_PURPOSES.get(purpose or "")),
        )  # fmt: skip

    def arms(self) -> Json:
        arms: list[Json] = []
        interventions: dict[str, Json] = {}
        for arm in objects(self.study.get("arm")):
            given = [
                element.parts_of(one) for one in objects(arm.get("extension")) if one.get("url") == _ARM_INTERVENTION
            ]
            for one in given:
                if name := one.get("name"):
                    entry = interventions.setdefault(name, present(name=name, description=one.get("description")))
                    entry.setdefault("armGroupLabels", []).append(arm.get("name"))
            names = [str(one["name"]) for one in given if one.get("name")]
            arms.append(present(label=arm.get("name"), description=arm.get("description"), interventionNames=names))
        return present(armGroups=arms, interventions=list(interventions.values()))

    def outcomes(self, among_criteria: dict[str, list[Json]]) -> Json:
        found = {level: list(items) for level, items in among_criteria.items()}
        for one in self.extensions(R5_EXTENSION + "outcomeMeasure"):
            fields = element.parts_of(one)
            kind = element.code(fields.get("type"))
            level = f"{kind}Outcomes" if kind in {"primary", "secondary"} else "unleveledOutcomes"
            measure = fields.get("value") or fields.get("name")
            found.setdefault(level, []).append(present(measure=measure, description=fields.get("description")))
        return found

    def contacts_locations(self) -> Json:
        contacts = [contact for one in objects(self.study.get("contact")) if (contact := element.contact(one))]
        countries = [name for one in objects(self.study.get("location")) if (name := element.country(one))]
        sites = []
        for one in objects(self.study.get("site")):
            key = "Location/" + str(one.get("reference", "")).rsplit("/", 1)[-1].lstrip("#")
            if key in self.beside:
                sites.append(element.site(self.beside[key]))
        unlisted = len(objects(self.study.get("site"))) - len(sites)
        return present(
            centralContacts=contacts, locations=sites, unlistedLocations=unlisted or None, countries=countries
        )

    def rest(self) -> Json:
        """Return the elements and extensions of the study that no method above reads, unchanged."""
        read = (R5_EXTENSION, _RECRUITMENT)
        kept = {
            name: value
            for name, value in self.study.items()
            if name not in _MAPPED | {"extension", "location", "sponsor"}
        }
        extensions = [one for one in objects(self.study.get("extension")) if not str(one.get("url")).startswith(read)]
        return kept | ({"extension": extensions} if extensions else {})

"""A good transaction Bundle of a fictional study, in both FHIR versions, with every construct that defects are planted in."""

from __future__ import annotations

from copy import deepcopy
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from trialwire.schemas.event import FhirVersion

XHTML = 'xmlns="http://www.w3.org/1999/xhtml"'
HL7 = "http://hl7.org/fhir/"
THO = "http://terminology.hl7.org/CodeSystem/"
CTG = "https://clinicaltrials.gov/data-about-studies/study-data-structure#enum-"
XR = HL7 + "5.0/StructureDefinition/extension-ResearchStudy."
REGISTRATION = HL7 + "StructureDefinition/researchStudy-studyRegistration"
UCUM = "http://unitsofmeasure.org"

NCT = {
    "use": "official",
    "system": "http://clinicaltrials.gov",
    "value": "NCT99990001",
    "assigner": {"display": "ClinicalTrials.gov"},
}


def good(version: FhirVersion) -> dict[str, Any]:
    """A fresh copy of the good Bundle."""
    resources = deepcopy(_R4 if version == "R4" else _R5)
    return {
        "resourceType": "Bundle",
        "type": "transaction",
        "entry": [
            {
                "fullUrl": f"https://fhir.example.org/{resource['resourceType']}/{resource['id']}",
                "resource": resource,
                "request": {"method": "PUT", "url": f"{resource['resourceType']}/{resource['id']}"},
            }
            for resource in resources
        ],
    }


def _concept(system: str, code: str, text: str | None = None) -> dict[str, Any]:
    return {"coding": [{"system": system, "code": code}], **({"text": text} if text else {})}


def _narrative(text: str) -> dict[str, str]:
    return {"status": "generated", "div": f"<div {XHTML}><p>{text}</p></div>"}


def _registered(activity: str, day: str) -> dict[str, Any]:
    return {
        "url": REGISTRATION,
        "extension": [
            {
                "url": "activity",
                "valueCodeableConcept": _concept(HL7 + "research-study-registration-activity", activity),
            },
            {"url": "actual", "valueBoolean": True},
            {"url": "period", "valuePeriod": {"start": day}},
        ],
    }


_AGE = {
    "coding": [
        {"system": "http://snomed.info/sct", "code": "397669002", "display": "Age"},
        {"system": "http://loinc.org", "code": "30525-0", "display": "Age"},
    ],
    "text": "Age",
}


def _years(value: int) -> dict[str, Any]:
    return {"value": value, "unit": "years", "system": UCUM, "code": "a"}


_CHARACTERISTICS = [
    {"id": "age", "code": _AGE, "valueRange": {"low": _years(18), "high": _years(65)}, "exclude": False},
    {
        "id": "sex",
        "code": _concept("http://snomed.info/sct", "263495000", "Sex"),
        "valueCodeableConcept": _concept(HL7 + "administrative-gender", "female", "Female"),
        "exclude": False,
    },
    {
        "id": "exc-1",
        "extension": [
            {
                "url": HL7 + "6.0/StructureDefinition/extension-Group.characteristic.description",
                "valueMarkdown": "No known hypersensitivity to placebin.",
            }
        ],
        "code": {"text": "Eligibility criterion"},
        "valueCodeableConcept": {"text": "Known hypersensitivity to placebin"},
        "exclude": True,
    },
    {
        "id": "exc-2",
        "code": {"text": "Body weight"},
        "valueQuantity": {"value": 40, "comparator": "<", "unit": "kg", "system": UCUM, "code": "kg"},
        "exclude": True,
    },
]


def _group(version: FhirVersion) -> dict[str, Any]:
    own = {"actual": False} if version == "R4" else {"membership": "definitional", "description": "Adults."}
    return {
        "resourceType": "Group",
        "id": "NCT99990001-eligibility",
        "text": _narrative("Who may take part in NCT99990001."),
        "identifier": [NCT],
        "type": "person",
        "name": "Eligibility of NCT99990001",
        **own,
        "characteristic": _CHARACTERISTICS,
    }


def _plan(version: FhirVersion) -> dict[str, Any]:
    code: Any = _concept(CTG + "InterventionType", "DRUG", "Drug")
    target = "actionId" if version == "R4" else "targetId"
    return {
        "resourceType": "PlanDefinition",
        "id": "NCT99990001-protocol",
        "text": _narrative("The arms of NCT99990001."),
        "url": "https://fhir.example.org/PlanDefinition/NCT99990001-protocol",
        "identifier": [NCT],
        "name": "NCT99990001Protocol",
        "title": "A study of placebin",
        "type": _concept(THO + "plan-definition-type", "clinical-protocol"),
        "status": "active",
        "subjectReference": {"reference": "Group/NCT99990001-eligibility"},
        "goal": [{"id": "goal-1", "description": {"text": "Change in itch score"}}],
        "action": [
            {
                "id": "root",
                "title": "Arms",
                "groupingBehavior": "logical-group",
                "selectionBehavior": "exactly-one",
                "goalId": ["goal-1"],
                "action": [
                    {
                        "id": "arm-1",
                        "title": "Placebin",
                        "selectionBehavior": "all",
                        "action": [
                            {
                                "id": "arm-1-drug",
                                "title": "placebin",
                                "code": [code] if version == "R4" else code,
                                "timingDuration": {"value": 12, "unit": "weeks", "system": UCUM, "code": "wk"},
                            }
                        ],
                    },
                    {
                        "id": "arm-2",
                        "title": "Placebo",
                        "relatedAction": [{target: "arm-1", "relationship": "concurrent"}],
                    },
                ],
            }
        ],
    }


def _sponsor(version: FhirVersion) -> dict[str, Any]:
    return {
        "resourceType": "Organization",
        "id": "org-0123456789abcdef",
        "text": _narrative("Example University Hospital"),
        "type": [_concept(THO + "organization-type", "crs")],
        "name": "Example University Hospital",
    }


def _site(version: FhirVersion) -> dict[str, Any]:
    return {
        "resourceType": "Location",
        "id": "site-0123456789abcdef",
        "text": _narrative("Example Clinic, Springfield"),
        "status": "active",
        "name": "Example Clinic",
        "mode": "instance",
        "address": {"city": "Springfield", "postalCode": "00000", "country": "United States"},
        "position": {"longitude": -93.29, "latitude": 37.22},
    }


_COMMON = {
    "resourceType": "ResearchStudy",
    "id": "NCT99990001",
    "meta": {"source": "https://clinicaltrials.gov/study/NCT99990001"},
    "text": _narrative("A study of placebin in itching. Recruiting."),
    "identifier": [NCT, {"use": "secondary", "type": {"text": "Sponsor's number"}, "value": "PLA-01"}],
    "title": "A Study of Placebin in Itching",
    "protocol": [{"reference": "PlanDefinition/NCT99990001-protocol"}],
    "condition": [_concept("https://www.nlm.nih.gov/mesh", "D011537", "Pruritus")],
    "keyword": [{"text": "itch"}],
    "period": {"start": "2025-01-15", "end": "2027-06"},
    "site": [{"reference": "Location/site-0123456789abcdef"}],
    "note": [{"text": "Masking description: matched capsules"}],
    "description": "Placebin is compared with placebo.",
}

_R4 = [
    {
        **_COMMON,
        "extension": [
            _registered("registration-submission", "2024-11-02"),
            {"url": XR + "descriptionSummary", "valueMarkdown": "Does placebin ease itching?"},
            {"url": XR + "studyDesign", "valueCodeableConcept": _concept(CTG + "DesignAllocation", "RANDOMIZED")},
            {"url": XR + "recruitment.targetNumber", "valueUnsignedInt": 120},
            {
                "url": XR + "progressStatus",
                "extension": [
                    {"url": "state", "valueCodeableConcept": _concept(CTG + "Status", "RECRUITING")},
                    {"url": "actual", "valueBoolean": True},
                ],
            },
            {
                "url": XR + "associatedParty",
                "extension": [
                    {"url": "name", "valueString": "Example University Hospital"},
                    {
                        "url": "role",
                        "valueCodeableConcept": _concept(HL7 + "research-study-party-role", "lead-sponsor"),
                    },
                    {"url": "party", "valueReference": {"reference": "Organization/org-0123456789abcdef"}},
                ],
            },
            {
                "url": XR + "outcomeMeasure",
                "extension": [
                    {"url": "name", "valueString": "Change in itch score"},
                    {
                        "url": "type",
                        "valueCodeableConcept": _concept(THO + "research-study-objective-type", "primary"),
                    },
                ],
            },
        ],
        "relatedArtifact": [
            {"type": "documentation", "display": "Study page", "url": "https://trials.example.org/placebin"}
        ],
        "status": "active",
        "primaryPurposeType": _concept(THO + "research-study-prim-purp-type", "treatment"),
        "phase": _concept(THO + "research-study-phase", "phase-2"),
        "location": [_concept("urn:iso:std:iso:3166", "US", "United States")],
        "enrollment": [{"reference": "Group/NCT99990001-eligibility"}],
        "sponsor": {"reference": "Organization/org-0123456789abcdef"},
        "contact": [{"name": "Study line", "telecom": [{"system": "phone", "value": "555-0100"}]}],
        "arm": [
            {"name": "Placebin", "type": _concept(HL7 + "research-study-arm-type", "experimental")},
            {"name": "Placebo", "type": _concept(HL7 + "research-study-arm-type", "placebo-comparator")},
        ],
    },
    _plan("R4"),
    _group("R4"),
    _sponsor("R4"),
    _site("R4"),
]

_R5 = [
    {
        **_COMMON,
        "extension": [_registered("registration-submission", "2024-11-02")],
        "url": "https://clinicaltrials.gov/study/NCT99990001",
        "version": "2025-03-01",
        "date": "2025-03-01",
        "status": "active",
        "label": [{"type": _concept(HL7 + "title-type", "official"), "value": "A Randomised Study of Placebin"}],
        "relatedArtifact": [
            {
                "type": "documentation",
                "display": "Study page",
                "document": {"url": "https://trials.example.org/placebin"},
            }
        ],
        "primaryPurposeType": _concept(HL7 + "research-study-prim-purp-type", "treatment"),
        "phase": _concept(HL7 + "research-study-phase", "phase-2"),
        "studyDesign": [
            {
                "coding": [
                    {"system": CTG + "DesignAllocation", "code": "RANDOMIZED"},
                    {"system": HL7 + "study-design", "code": "SEVCO:01003"},
                ]
            }
        ],
        "region": [_concept("urn:iso:std:iso:3166", "US", "United States")],
        "descriptionSummary": "Does placebin ease itching?",
        "associatedParty": [
            {
                "name": "Example University Hospital",
                "role": _concept(HL7 + "research-study-party-role", "lead-sponsor"),
                "party": {"reference": "Organization/org-0123456789abcdef"},
            }
        ],
        "progressStatus": [
            {
                "state": {
                    "coding": [
                        {"system": HL7 + "research-study-status", "code": "recruiting"},
                        {"system": CTG + "Status", "code": "RECRUITING"},
                    ]
                },
                "actual": True,
            }
        ],
        "recruitment": {"targetNumber": 120, "eligibility": {"reference": "Group/NCT99990001-eligibility"}},
        "comparisonGroup": [
            {
                "linkId": "arm-1",
                "name": "Placebin",
                "type": _concept(HL7 + "research-study-arm-type", "experimental"),
            },
            {
                "linkId": "arm-2",
                "name": "Placebo",
                "type": _concept(HL7 + "research-study-arm-type", "placebo-comparator"),
            },
        ],
        "outcomeMeasure": [
            {
                "name": "Change in itch score",
                "type": [_concept(HL7 + "research-study-objective-type", "primary")],
            }
        ],
    },
    _plan("R5"),
    _group("R5"),
    _sponsor("R5"),
    _site("R5"),
]

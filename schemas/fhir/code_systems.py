"""The code systems that our FHIR resources may use, each with its list of codes or with a pattern for them.

HL7's systems are as the specification publishes them (R4 4.0.1 and R4B 4.3.0 agree; R5 5.0.0); a test compares them
with the definitions. The registry's systems hold the values of its API (schemas/vocabulary.py), under the addresses
that HL7's mapping guide gives them. Codes of large systems are checked by a pattern; for SNOMED CT and LOINC also the
check digit is verified, which finds mistyped codes.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, get_args

from trialwire.schemas import vocabulary as v
from trialwire.schemas.fhir import eclaire
from trialwire.schemas.fhir.versions import FHIR_VERSIONS

if TYPE_CHECKING:
    from collections.abc import Callable

    from trialwire.schemas.event import FhirVersion

HL7 = "http://hl7.org/fhir/"
TERMINOLOGY = "http://terminology.hl7.org/CodeSystem/"
REGISTRY = "https://clinicaltrials.gov/data-about-studies/study-data-structure#enum-"
UCUM = "http://unitsofmeasure.org"
SNOMED = "http://snomed.info/sct"
LOINC = "http://loinc.org"
MESH = "https://www.nlm.nih.gov/mesh"
MEDDRA = "https://www.meddra.org"
"""The address of MedDRA that ECLAIRE, the French register of trials, uses."""
COUNTRIES = "urn:iso:std:iso:3166"


@dataclass(frozen=True, slots=True)
class CodeSystem:
    """One code system: the set of its codes, or the pattern that its codes match."""

    url: str
    codes: frozenset[str] = frozenset()
    form: re.Pattern[str] | None = None
    check: Callable[[str], bool] | None = None
    versions: tuple[FhirVersion, ...] = FHIR_VERSIONS

    def has(self, code: str) -> bool:
        """Return whether a code belongs to the system. A code of a large system is checked only by its form."""
        if self.form is None:
            return code in self.codes
        return self.form.fullmatch(code) is not None and (self.check is None or self.check(code))


@lru_cache(maxsize=1024)
def _luhn_of_loinc(code: str) -> bool:
    """Return whether LOINC's check digit is right: Luhn, modulus 10, over the digits before the hyphen."""
    number, _, digit = code.partition("-")
    total = 0
    for place, character in enumerate(reversed(number)):
        doubled = int(character) * (2 if place % 2 == 0 else 1)
        total += doubled - 9 if doubled > 9 else doubled
    return (10 - total % 10) % 10 == int(digit)


_VERHOEFF_TURN = (1, 5, 7, 6, 2, 8, 3, 0, 9, 4)


@lru_cache(maxsize=1024)
def _verhoeff_of_snomed(code: str) -> bool:
    """Return whether SNOMED CT's check digit is right: Verhoeff's scheme (SNOMED CT release file specification)."""
    check = 0
    for place, character in enumerate(reversed(code)):
        digit = int(character)
        for _ in range(place % 8):
            digit = _VERHOEFF_TURN[digit]
        check = _dihedral(check, digit)
    return check == 0


def _dihedral(left: int, right: int) -> int:
    """The product of two elements of the dihedral group of the pentagon."""
    turned = (left + right) % 5 if left < 5 else (left - right) % 5
    return turned if (left < 5) == (right < 5) else turned + 5


def _codes(words: str) -> frozenset[str]:
    return frozenset(words.split())


_STATUS_R4 = _codes(
    "active administratively-completed approved closed-to-accrual closed-to-accrual-and-intervention completed "
    "disapproved in-review temporarily-closed-to-accrual temporarily-closed-to-accrual-and-intervention withdrawn"
)
_STATUS_R5 = _STATUS_R4 | _codes(
    "overall-study active-but-not-recruiting enrolling-by-invitation not-yet-recruiting recruiting terminated"
)
_PHASES = _codes("n-a early-phase-1 phase-1 phase-1-phase-2 phase-2 phase-2-phase-3 phase-3 phase-4")
_PURPOSES = _codes(
    "treatment prevention diagnostic supportive-care screening health-services-research basic-science "
    "device-feasibility"
)
_OBJECTIVES = _codes("primary secondary exploratory")
_STOPPED = _codes(
    "accrual-goal-met closed-due-to-toxicity closed-due-to-lack-of-study-progress temporarily-closed-per-study-design"
)
_SEVCO = frozenset(
    f"SEVCO:0{number}"
    for number in (
        *range(1001, 1031), *range(1031, 1047), 1048, 1049, 1050, 1051, 1052, 1053, 1054, *range(1060, 1065),
        *range(1085, 1099),
    )
)  # fmt: skip

_HL7_SYSTEMS = (
    CodeSystem(HL7 + "research-study-status", _STATUS_R4, versions=("R4",)),
    CodeSystem(HL7 + "research-study-status", _STATUS_R5, versions=("R5",)),
    CodeSystem(TERMINOLOGY + "research-study-phase", _PHASES, versions=("R4",)),
    CodeSystem(HL7 + "research-study-phase", _PHASES, versions=("R5",)),
    CodeSystem(TERMINOLOGY + "research-study-prim-purp-type", _PURPOSES, versions=("R4",)),
    CodeSystem(HL7 + "research-study-prim-purp-type", _PURPOSES, versions=("R5",)),
    CodeSystem(TERMINOLOGY + "research-study-objective-type", _OBJECTIVES, versions=("R4",)),
    CodeSystem(HL7 + "research-study-objective-type", _OBJECTIVES, versions=("R5",)),
    CodeSystem(TERMINOLOGY + "research-study-reason-stopped", _STOPPED, versions=("R4",)),
    CodeSystem(HL7 + "research-study-reason-stopped", _STOPPED, versions=("R5",)),
    CodeSystem(HL7 + "study-design", _SEVCO),
    CodeSystem(HL7 + "research-study-classifiers", _codes("fda-regulated-drug fda-regulated-device mpg-paragraph-23b irb-exempt")),
    CodeSystem(HL7 + "research-study-party-role", _codes(
        "sponsor lead-sponsor sponsor-investigator primary-investigator collaborator funding-source general-contact "
        "recruitment-contact sub-investigator study-director study-chair irb")),
    CodeSystem(HL7 + "research-study-party-organization-type", _codes("nih fda government nonprofit academic industry")),
    CodeSystem(HL7 + "research-study-arm-type", _codes(
        "active-comparator placebo-comparator sham-comparator no-intervention experimental other-arm-type")),
    CodeSystem(HL7 + "research-study-focus-type", _codes("medication device intervention factor")),
    CodeSystem(HL7 + "title-type", _codes(
        "primary official scientific plain-language subtitle short-title acronym earlier-title language autotranslated "
        "human-use machine-use duplicate-uid")),
    CodeSystem(HL7 + "research-study-registration-activity", _codes(
        "record-verification primary-outcome-data-collection registration-submission registration-submission-qc "
        "registration-posting results-submission results-submission-qc results-posting disposition-submission "
        "disposition-submission-qc disposition-posting update-submission update-posting")),
    CodeSystem(HL7 + "administrative-gender", _codes("male female other unknown")),
    CodeSystem(HL7 + "publication-status", _codes("draft active retired unknown")),
    CodeSystem(TERMINOLOGY + "plan-definition-type", _codes("order-set clinical-protocol eca-rule workflow-definition")),
    CodeSystem(TERMINOLOGY + "organization-type", _codes("prov dept team govt ins pay edu reli crs cg bus other")),
    CodeSystem(TERMINOLOGY + "contactentity-type", _codes("BILL ADMIN HR PAYOR PATINF PRESS")),
    CodeSystem(TERMINOLOGY + "action-type", _codes("create update remove fire-event")),
    CodeSystem(TERMINOLOGY + "data-absent-reason", _codes(
        "unknown asked-unknown temp-unknown not-asked asked-declined masked not-applicable unsupported as-text error "
        "not-a-number negative-infinity positive-infinity not-performed not-permitted")),
)  # fmt: skip

_REGISTRY_WORDS: dict[str, Any] = {
    "AgencyClass": v.AgencyClass,
    "ArmGroupType": v.ArmType,
    "BioSpecRetention": v.BioSpecRetention,
    "ContactRole": v.ContactRole,
    "DateType": v.DateType,
    "DesignAllocation": v.Allocation,
    "DesignMasking": v.Masking,
    "DesignTimePerspective": v.TimePerspective,
    "EnrollmentType": v.EnrollmentType,
    "ExpandedAccessStatus": v.ExpandedAccessStatus,
    "InterventionType": v.InterventionType,
    "InterventionalAssignment": v.InterventionModel,
    "IpdSharing": v.IpdSharing,
    "IpdSharingInfoType": v.IpdSharingInfoType,
    "ObservationalModel": v.ObservationalModel,
    "OfficialRole": v.OfficialRole,
    "OrgStudyIdType": v.OrgStudyIdType,
    "Phase": v.Phase,
    "PrimaryPurpose": v.PrimaryPurpose,
    "RecruitmentStatus": v.SiteStatus,
    "ReferenceType": v.ReferenceType,
    "ResponsiblePartyType": v.ResponsiblePartyType,
    "SamplingMethod": v.SamplingMethod,
    "SecondaryIdType": v.SecondaryIdType,
    "Sex": v.Sex,
    "StandardAge": v.StandardAge,
    "Status": v.OverallStatus,
    "StudyType": v.StudyType,
    "WhoMasked": v.WhoMasked,
}
"""Name of an enum of the registry (API v2, `/studies/enums`) → its values."""

# From the French guide ECLAIRE: kinds of criteria and of populations, used in every Group.
_CRITERIA_SYSTEMS = (
    CodeSystem(
        eclaire.CRITERION_KIND,
        _codes("grp-gender grp-studypop grp-category grp-age grp-other"),
    ),
    CodeSystem(
        eclaire.POPULATION,
        _codes(
            "incap-pop minors nursing other pregnant emergency-situation incap-consent no-using-contraception "
            "using-contraception"
        ),
    ),
)

_OPEN_SYSTEMS = (
    CodeSystem(SNOMED, form=re.compile(r"[1-9]\d{5,17}"), check=_verhoeff_of_snomed),
    CodeSystem(LOINC, form=re.compile(r"\d{1,7}-\d"), check=_luhn_of_loinc),
    CodeSystem(MESH, form=re.compile(r"[CD]\d{6,9}")),
    CodeSystem(MEDDRA, form=re.compile(r"\d{8}")),
    CodeSystem(COUNTRIES, form=re.compile(r"[A-Z]{2}")),
)

SYSTEMS: dict[FhirVersion, dict[str, CodeSystem]] = {
    version: {
        system.url: system
        for system in (
            *_HL7_SYSTEMS,
            *(CodeSystem(REGISTRY + name, frozenset(get_args(words))) for name, words in _REGISTRY_WORDS.items()),
            *_CRITERIA_SYSTEMS,
            *_OPEN_SYSTEMS,
        )
        if version in system.versions
    }
    for version in FHIR_VERSIONS
}
"""FHIR version → address of a code system → the code system."""

"""The table from values of the registry to FHIR codes: one row per value, used for R4, R5 and the documentation.

A value without a row has no FHIR code of the same meaning. It is written as the registry's own code (system: REGISTRY
in `trialwire.schemas.fhir.code_systems` + name of the enum) and as text. Source of the codes: FHIR R4 4.0.1 and R5
5.0.0; for study designs SEVCO, as R5 publishes it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from trialwire.schemas.fhir.code_systems import HL7, TERMINOLOGY

if TYPE_CHECKING:
    from trialwire.schemas.event import FhirVersion

CANONICAL = "https://trialwire.org/fhir/"
"""The base address of our own definitions and canonical resources."""


def research_study_system(name: str, version: FhirVersion) -> str:
    """Return the address of a code system of ResearchStudy. The addresses differ between R4 and R5.

    `name`: the last part of the address, for phases, purposes, objectives or stop reasons.
    """
    return (TERMINOLOGY if version == "R4" else HL7) + "research-study-" + name


@dataclass(frozen=True, slots=True)
class Code:
    """A code and its display text in the code system."""

    code: str
    display: str


@dataclass(frozen=True, slots=True)
class StatusRow:
    """The FHIR codes of one overall status of the registry. `title`: the status as text for a person.

    `r4`: the code for R4, where a status is required. None: no code of R4 is true, so the element has a
    data-absent-reason instead. `progress`: the R5 code of the recruitment state. None: only the registry's own code is
    written. `record`: the R5 publication status of the record.
    """

    r4: str | None
    progress: Code | None
    title: str
    record: str = "active"


STATUSES: dict[str, StatusRow] = {
    "NOT_YET_RECRUITING": StatusRow("approved", Code("not-yet-recruiting", "Not yet recruiting"), "Not yet recruiting"),
    "RECRUITING": StatusRow("active", Code("recruiting", "Recruiting"), "Recruiting"),
    "ENROLLING_BY_INVITATION": StatusRow(
        "active", Code("enrolling-by-invitation", "Enrolling by invitation"), "Enrolling by invitation"
    ),
    "ACTIVE_NOT_RECRUITING": StatusRow(
        "closed-to-accrual", Code("active-but-not-recruiting", "Active, not recruiting"), "Active, not recruiting"
    ),
    "SUSPENDED": StatusRow(
        "temporarily-closed-to-accrual",
        Code("temporarily-closed-to-accrual", "Temporarily Closed to Accrual"),
        "Suspended",
    ),
    "TERMINATED": StatusRow("administratively-completed", Code("terminated", "Terminated"), "Terminated"),
    "COMPLETED": StatusRow("completed", Code("completed", "Completed"), "Completed"),
    "WITHDRAWN": StatusRow("withdrawn", Code("withdrawn", "Withdrawn"), "Withdrawn"),
    "UNKNOWN": StatusRow(None, None, "Unknown status", record="unknown"),
    "WITHHELD": StatusRow("in-review", None, "Withheld", record="unknown"),
    "AVAILABLE": StatusRow("active", Code("active", "Active"), "Available"),
    "TEMPORARILY_NOT_AVAILABLE": StatusRow(
        "temporarily-closed-to-accrual",
        Code("temporarily-closed-to-accrual", "Temporarily Closed to Accrual"),
        "Temporarily not available",
    ),
    "NO_LONGER_AVAILABLE": StatusRow(
        "closed-to-accrual", Code("closed-to-accrual", "Closed to Accrual"), "No longer available"
    ),
    "APPROVED_FOR_MARKETING": StatusRow("completed", Code("completed", "Completed"), "Approved for marketing"),
}
R4_DISPLAYS = {
    "active": "Active",
    "administratively-completed": "Administratively Completed",
    "approved": "Approved",
    "closed-to-accrual": "Closed to Accrual",
    "completed": "Completed",
    "in-review": "In Review",
    "temporarily-closed-to-accrual": "Temporarily Closed to Accrual",
    "withdrawn": "Withdrawn",
}
NO_STATUS = StatusRow(None, None, "Status not stated", record="unknown")
"""The row for a record without a status. No status is assumed."""

PHASES: dict[tuple[str, ...], Code] = {
    ("NA",): Code("n-a", "N/A"),
    ("EARLY_PHASE1",): Code("early-phase-1", "Early Phase 1"),
    ("PHASE1",): Code("phase-1", "Phase 1"),
    ("PHASE1", "PHASE2"): Code("phase-1-phase-2", "Phase 1/Phase 2"),
    ("PHASE2",): Code("phase-2", "Phase 2"),
    ("PHASE2", "PHASE3"): Code("phase-2-phase-3", "Phase 2/Phase 3"),
    ("PHASE3",): Code("phase-3", "Phase 3"),
    ("PHASE4",): Code("phase-4", "Phase 4"),
}
"""Phases of a record in rising order → code. Any other pair of phases is written as the registry's two codes and a
text."""
PHASE_TITLES = {
    "NA": "Not applicable", "EARLY_PHASE1": "Early phase 1", "PHASE1": "Phase 1", "PHASE2": "Phase 2",
    "PHASE3": "Phase 3", "PHASE4": "Phase 4",
}  # fmt: skip

PURPOSES: dict[str, Code] = {
    "TREATMENT": Code("treatment", "Treatment"),
    "PREVENTION": Code("prevention", "Prevention"),
    "DIAGNOSTIC": Code("diagnostic", "Diagnostic"),
    "SUPPORTIVE_CARE": Code("supportive-care", "Supportive Care"),
    "SCREENING": Code("screening", "Screening"),
    "HEALTH_SERVICES_RESEARCH": Code("health-services-research", "Health Services Research"),
    "BASIC_SCIENCE": Code("basic-science", "Basic Science"),
    "DEVICE_FEASIBILITY": Code("device-feasibility", "Device Feasibility"),
}

DESIGNS: dict[tuple[str, str], Code] = {
    ("StudyType", "INTERVENTIONAL"): Code("SEVCO:01001", "Interventional research"),
    ("StudyType", "OBSERVATIONAL"): Code("SEVCO:01002", "Observational research"),
    ("StudyType", "EXPANDED_ACCESS"): Code("SEVCO:01038", "Expanded Access study"),
    ("DesignAllocation", "RANDOMIZED"): Code("SEVCO:01003", "randomized assignment"),
    ("DesignAllocation", "NON_RANDOMIZED"): Code("SEVCO:01005", "Non-randomized assignment"),
    ("InterventionalAssignment", "PARALLEL"): Code("SEVCO:01011", "Parallel cohort design"),
    ("InterventionalAssignment", "CROSSOVER"): Code("SEVCO:01012", "Crossover cohort design"),
    ("InterventionalAssignment", "SINGLE_GROUP"): Code("SEVCO:01016", "Uncontrolled cohort design"),
    ("ObservationalModel", "CASE_CONTROL"): Code("SEVCO:01013", "Case control design"),
    ("ObservationalModel", "FAMILY_BASED"): Code("SEVCO:01020", "Family study design"),
    ("ObservationalModel", "DEFINED_POPULATION"): Code("SEVCO:01022", "Population-based design"),
    ("ObservationalModel", "ECOLOGIC_OR_COMMUNITY"): Code("SEVCO:01044", "Ecological design"),
    ("DesignTimePerspective", "CROSS_SECTIONAL"): Code("SEVCO:01027", "Cross sectional data collection"),
    ("WhoMasked", "PARTICIPANT"): Code("SEVCO:01060", "Blinding of study participants"),
    ("WhoMasked", "CARE_PROVIDER"): Code("SEVCO:01061", "Blinding of intervention providers"),
    ("WhoMasked", "OUTCOMES_ASSESSOR"): Code("SEVCO:01062", "Blinding of outcome assessors"),
    ("WhoMasked", "INVESTIGATOR"): Code("SEVCO:01063", "Blinding of data analysts"),
}
"""(enum, value) of the registry → code in http://hl7.org/fhir/study-design. The code includes its prefix."""

ARM_TYPES: dict[str, Code] = {
    "EXPERIMENTAL": Code("experimental", "Experimental"),
    "ACTIVE_COMPARATOR": Code("active-comparator", "Active Comparator"),
    "PLACEBO_COMPARATOR": Code("placebo-comparator", "Placebo Comparator"),
    "SHAM_COMPARATOR": Code("sham-comparator", "Sham Comparator"),
    "NO_INTERVENTION": Code("no-intervention", "No Intervention"),
    "OTHER": Code("other-arm-type", "Other Arm Type"),
}

PARTY_ROLES: dict[str, Code] = {
    "lead-sponsor": Code("lead-sponsor", "lead-sponsor"),
    "collaborator": Code("collaborator", "collaborator"),
    "general-contact": Code("general-contact", "general-contact"),
    "SPONSOR": Code("sponsor", "sponsor"),
    "SPONSOR_INVESTIGATOR": Code("sponsor-investigator", "sponsor-investigator"),
    "PRINCIPAL_INVESTIGATOR": Code("primary-investigator", "primary-investigator"),
    "SUB_INVESTIGATOR": Code("sub-investigator", "sub-investigator"),
    "STUDY_DIRECTOR": Code("study-director", "study-director"),
    "STUDY_CHAIR": Code("study-chair", "study-chair"),
}
"""The registry's value for a responsible party or an official, or the field that names the party → role."""

ORGANIZATION_TYPES: dict[str, Code] = {
    "NIH": Code("nih", "NIH"),
    "FED": Code("government", "Government"),
    "OTHER_GOV": Code("government", "Government"),
    "INDUSTRY": Code("industry", "Industry"),
}
"""Agency class → type of organisation. OTHER has no row: it may be a university, a hospital or a foundation."""

OBJECTIVES: dict[str, Code] = {
    "primary_outcomes": Code("primary", "Primary"),
    "secondary_outcomes": Code("secondary", "Secondary"),
    "other_outcomes": Code("exploratory", "Exploratory"),
}
"""The Trial's list of outcomes → the level of its outcomes."""

REGISTRATIONS: tuple[tuple[str, str], ...] = (
    ("status_verified_date", "record-verification"),
    ("primary_completion_date_struct", "primary-outcome-data-collection"),
    ("study_first_submit_date", "registration-submission"),
    ("study_first_submit_qc_date", "registration-submission-qc"),
    ("study_first_post_date_struct", "registration-posting"),
    ("results_first_submit_date", "results-submission"),
    ("results_first_submit_qc_date", "results-submission-qc"),
    ("results_first_post_date_struct", "results-posting"),
    ("disp_first_submit_date", "disposition-submission"),
    ("disp_first_submit_qc_date", "disposition-submission-qc"),
    ("disp_first_post_date_struct", "disposition-posting"),
    ("last_update_submit_date", "update-submission"),
    ("last_update_post_date_struct", "update-posting"),
)
"""(date field of the Trial's status, code of the registration activity on that date)."""

AGE_UNITS: dict[str, tuple[str, str]] = {
    "Year": ("a", "years"),
    "Month": ("mo", "months"),
    "Week": ("wk", "weeks"),
    "Day": ("d", "days"),
    "Hour": ("h", "hours"),
    "Minute": ("min", "minutes"),
}
"""Unit of an age limit → (UCUM code, word for a person)."""
UNIT_STEPS: dict[tuple[str, str], int] = {
    ("Year", "Month"): 12,
    ("Week", "Day"): 7, ("Week", "Hour"): 168, ("Week", "Minute"): 10080,
    ("Day", "Hour"): 24, ("Day", "Minute"): 1440,
    ("Hour", "Minute"): 60,
}  # fmt: skip
"""(coarser unit, finer unit) → factor, only where it is exact. Years and months do not convert exactly to days."""

SEXES: dict[str, tuple[Code, Code]] = {
    "FEMALE": (Code("female", "Female"), Code("248152002", "Female")),
    "MALE": (Code("male", "Male"), Code("248153007", "Male")),
}
"""Sex → (administrative gender, SNOMED CT code). ALL has no row: it excludes no participant."""

INTERVENTION_PREFIXES: dict[str, str] = {
    "BEHAVIORAL": "Behavioral", "BIOLOGICAL": "Biological", "COMBINATION_PRODUCT": "Combination Product",
    "DEVICE": "Device", "DIAGNOSTIC_TEST": "Diagnostic Test", "DIETARY_SUPPLEMENT": "Dietary Supplement",
    "DRUG": "Drug", "GENETIC": "Genetic", "PROCEDURE": "Procedure", "RADIATION": "Radiation", "OTHER": "Other",
}  # fmt: skip
"""Type of an intervention → the prefix in an arm's list of interventions: "Drug: name"."""


_SPELT_OUT = {
    "NA": "Not applicable", "NIH": "NIH", "FED": "U.S. federal agency", "INDIV": "Individual", "AMBIG": "Ambiguous",
    "ECT": "Educational/counseling/training",
}  # fmt: skip


def title(word: str) -> str:
    """Take a value of the registry; return it as text: "NON_RANDOMIZED" → "Non randomized".

    Abbreviations are spelt out.
    """
    if found := _SPELT_OUT.get(word):
        return found
    return word.replace("_", " ").capitalize() if word.isupper() or "_" in word else word

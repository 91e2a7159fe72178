"""Writes the values of a study that have no FHIR element, as classifiers or as notes.

A classifier is a CodeableConcept in ResearchStudy.classifier: a text ("Has Results: true") and sometimes a code. A note
is a text in ResearchStudy.note. Tables list the values.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from trialwire.schemas.fhir.code_systems import HL7
from trialwire.schemas.fhir.codes import Code, title
from trialwire.transforms.element import coding, concept, line, registry_coding, text
from trialwire.transforms.write.study.design import countable
from trialwire.transforms.write.study.status import last_known

if TYPE_CHECKING:
    from trialwire.schemas.trial import Enrollment
    from trialwire.transforms.element import Json
    from trialwire.transforms.write.making import Making

_CLASSIFIERS = HL7 + "research-study-classifiers"

FLAGS: tuple[tuple[str, str], ...] = (
    ("has_results", "Has Results"),
    ("status.delayed_posting", "Delayed posting"),
    ("status.results_waived", "Results waived"),
    ("status.expanded_access_info.has_expanded_access", "Has expanded access"),
    ("design.expanded_access_types.individual", "Expanded access: individual patients"),
    ("design.expanded_access_types.intermediate", "Expanded access: intermediate-size population"),
    ("design.expanded_access_types.treatment", "Expanded access: treatment IND or protocol"),
    ("design.n_ptrs_to_this_exp_acc_nct_id", "Studies that point to this expanded access record"),
    ("design.patient_registry", "Patient registry"),
    ("oversight.oversight_has_dmc", "Oversight: has a data monitoring committee"),
    ("oversight.is_fda_regulated_drug", "Oversight: FDA-regulated drug"),
    ("oversight.is_fda_regulated_device", "Oversight: FDA-regulated device"),
    ("oversight.is_unapproved_device", "Oversight: unapproved device"),
    ("oversight.is_ppsd", "Oversight: pediatric postmarket surveillance of a device"),
    ("oversight.is_us_export", "Oversight: exported from the United States"),
    ("oversight.fdaaa801_violation", "Oversight: FDAAA 801 violation"),
    ("documents.no_sap", "No statistical analysis plan"),
)
"""(path in the Trial, text). The classifier is "text: value"."""

_FLAG_CODES: dict[tuple[str, Any], Code] = {
    ("oversight.is_fda_regulated_drug", True): Code("fda-regulated-drug", "FDA regulated drug"),
    ("oversight.is_fda_regulated_device", True): Code("fda-regulated-device", "FDA regulated device"),
}

SOURCE_STATUSES: tuple[tuple[str, str], ...] = (
    ("fhirStatus", "Status at the source"),
    ("recruitmentStatus", "Recruitment status at the source"),
)
"""The original status codes of a FHIR source (ECLAIRE), because the Trial's status is our translation of them."""

NOTES: tuple[tuple[str, str], ...] = (
    ("design.design_info.intervention_model_description", "Intervention model description"),
    ("design.design_info.masking_info.masking_description", "Masking description"),
    ("design.bio_spec.description", "Biospecimen description"),
    ("design.target_duration", "Target follow-up duration"),
    ("ipd_sharing_statement.description", "IPD sharing plan"),
    ("ipd_sharing_statement.time_frame", "IPD sharing time frame"),
    ("ipd_sharing_statement.access_criteria", "IPD access criteria"),
)
"""(path in the Trial, text). The note is "text: value"."""


def at(trial: Any, path: str) -> Any:
    """Return the value at a dotted path of the Trial, or None if the path does not exist."""
    for name in path.split("."):
        if trial is None:
            return None
        trial = getattr(trial, name)
    return trial


def classifiers(making: Making) -> list[Json]:
    """Return the classifiers of a study as CodeableConcepts, in the order of the tables."""
    trial = making.trial
    found = [last_known(making)]
    for path, words in FLAGS:
        value = at(trial, path)
        if value is not None:
            code = _FLAG_CODES.get((path, value))
            shown = str(value).lower() if isinstance(value, bool) else str(value)
            found.append(concept(f"{words}: {shown}", coding(_CLASSIFIERS, code) if code else None))
    found.extend(
        concept(f"Standard age: {title(word)}", registry_coding("StandardAge", word))
        for word in trial.eligibility.std_ages
    )
    found += _enrollment(trial.design.enrollment_info)
    sharing = trial.ipd_sharing_statement
    if sharing.ipd_sharing:
        found.append(
            concept(f"IPD sharing: {title(sharing.ipd_sharing)}", registry_coding("IpdSharing", sharing.ipd_sharing))
        )
    found += [
        concept(f"IPD sharing information: {word}", registry_coding("IpdSharingInfoType", word))
        for word in sharing.info_types
    ]
    found += [
        concept(f"{words}: {value}")
        for name, words in SOURCE_STATUSES
        if (value := (trial.status.model_extra or {}).get(name))
    ]
    if trial.partial:
        found.append(concept("Partial record, read from a saved page: what it lacks is unknown, not absent"))
    return [one for one in found if one]


def _enrollment(enrolled: Enrollment | None) -> list[Json]:
    """Classifiers for what `recruitment` cannot express: a missing type, a missing number, or an invalid number."""
    if enrolled is None:
        return []
    found = []
    if enrolled.count is not None:
        if not countable(enrolled.count):
            found.append(concept(f"Enrollment count: {enrolled.count}"))
        if enrolled.type is None:
            found.append(concept("Enrollment type: not stated"))
    if enrolled.type and (enrolled.count is None or not countable(enrolled.count)):
        coded = registry_coding("EnrollmentType", enrolled.type)
        found.append(concept(f"Enrollment type: {title(enrolled.type)}", coded))
    return found


def notes(making: Making) -> list[Json]:
    """Return the notes of a study: texts with a label, in the order of the table."""
    trial = making.trial
    found = [f"{words}: {value}" for path, words in NOTES if (value := text(at(trial, path)))]
    misc = trial.derived.misc_info_module
    if misc and misc.removed_countries:
        found += [f"Country removed: {country}" for country in map(line, misc.removed_countries) if country]
    if trial.contacts_locations.unlisted_locations:
        found.append(f"Sites that exist and are not named: {trial.contacts_locations.unlisted_locations}")
    return [{"text": words} for words in found]

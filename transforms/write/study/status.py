"""Writes the status and the dates of a study. The registry's own code is written beside every translated code.

The FHIR element `status` has two meanings: in R4 the state of recruitment, in R5 the publication status of the record.
R5 has `progressStatus` for the state of recruitment. An unknown status is never written as a code of another meaning.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from trialwire.schemas.fhir.code_systems import HL7
from trialwire.schemas.fhir.codes import NO_STATUS, R4_DISPLAYS, REGISTRATIONS, STATUSES, Code
from trialwire.schemas.held import Finding
from trialwire.schemas.trial import TypedDate
from trialwire.transforms.element import coding, concept, present, registry_coding

if TYPE_CHECKING:
    from trialwire.schemas.fhir.codes import StatusRow
    from trialwire.transforms.element import Json
    from trialwire.transforms.write.making import Making

_SYSTEM = HL7 + "research-study-status"
_ACTIVITY = HL7 + "research-study-registration-activity"
_REGISTRATION_URL = HL7 + "StructureDefinition/researchStudy-studyRegistration"
_ABSENT_URL = HL7 + "StructureDefinition/data-absent-reason"
_OVERALL = Code("overall-study", "Overall study")


def row_of(making: Making) -> StatusRow:
    """Return the row of the status table for the trial's overall status."""
    status = making.trial.status.overall_status
    return STATUSES[status] if status else NO_STATUS


def status_elements(making: Making) -> Json:
    """Return the element `status`. If no R4 code fits, return `_status` with a data-absent-reason instead."""
    row = row_of(making)
    if making.version == "R5":
        return {"status": row.record}
    if row.r4 is not None:
        return {"status": row.r4}
    if making.how.unknown_status != "absent":
        return {"status": making.how.unknown_status}
    return {"_status": {"extension": [{"url": _ABSENT_URL, "valueCode": "unknown"}]}}


def progress(making: Making) -> list[Json]:
    """Return the `progressStatus` entries: the state of recruitment, then start and completion with their dates."""
    status, row = making.trial.status, row_of(making)
    found: list[Json] = []
    if status.overall_status:
        state = concept(row.title, _state_coding(making, row), registry_coding("Status", status.overall_status))
        found.append({"state": state, "actual": True})
    for date, element, words in (
        (status.start_date_struct, "start", "Start of the study"),
        (status.completion_date_struct, "end", "Completion of the study"),
    ):
        if date and (date.date or date.type):
            state = concept(words, coding(_SYSTEM, _OVERALL) if making.version == "R5" else None)
            found.append(present(state=state, actual=_actual(date.type), period=present(**{element: date.date})))
    return found


def _state_coding(making: Making, row: StatusRow) -> Json | None:
    if making.version == "R5":
        return coding(_SYSTEM, row.progress) if row.progress else None
    return coding(_SYSTEM, Code(row.r4, R4_DISPLAYS[row.r4])) if row.r4 else None


def _actual(kind: str | None) -> bool | None:
    return None if kind is None else kind == "ACTUAL"


def registrations(making: Making) -> list[Json]:
    """Return the dates of registration (first posted, last updated …), each as an extension with its activity."""
    found = []
    for name, activity in REGISTRATIONS:
        value = getattr(making.trial.status, name)
        if not value:
            continue
        day, kind = (value.date, value.type) if isinstance(value, TypedDate) else (value, "ACTUAL")
        parts: list[Json] = [
            {
                "url": "activity",
                "valueCodeableConcept": {"coding": [{"system": _ACTIVITY, "code": activity}]},
            }
        ]
        if kind:
            parts.append({"url": "actual", "valueBoolean": kind == "ACTUAL"})
        if day:
            parts.append({"url": "period", "valuePeriod": {"start": day}})
        found.append({"url": _REGISTRATION_URL, "extension": parts})
    return found


def period(making: Making) -> Json:
    """Return the element `period`, from the start to the completion of the study.

    If the dates differ only in precision ("2025-06" and "2025-06-30"), both get the lower precision, so that they can
    be compared. A completion before the start is left out, with a finding. `progressStatus` always has both dates in
    full.
    """
    status = making.trial.status
    start = status.start_date_struct.date if status.start_date_struct else None
    end = status.completion_date_struct.date if status.completion_date_struct else None
    if start and end:
        known = min(len(start), len(end))
        if start[:known] > end[:known]:
            making.findings.append(
                Finding(
                    code="end-before-start",
                    path="protocolSection.statusModule.completionDateStruct.date",
                    message="The completion date is before the start date; the period has no end.",
                )
            )
            end = None
        elif start[:known] == end[:known]:
            start, end = start[:known], end[:known]
    return present(start=start, end=end)


def last_known(making: Making) -> Json:
    """Return the last known status as a classifier, because `progressStatus` would show it as the present status."""
    word = making.trial.status.last_known_status
    if not word:
        return {}
    return concept(f"Last known status: {STATUSES[word].title}", registry_coding("Status", word))


def dated(making: Making) -> str | None:
    """Return the date of the last update: the day it was posted or, if this is missing, the day it was submitted."""
    status = making.trial.status
    posted = status.last_update_post_date_struct
    return (posted.date if posted else None) or status.last_update_submit_date

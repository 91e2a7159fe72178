"""Turns a Trial into one flat row, a dict of plain values. The row rules and the batch suite check flat rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from trialwire.schemas import age as registry_age

if TYPE_CHECKING:
    from collections.abc import Sequence

    from trialwire.schemas.event import FieldChange
    from trialwire.schemas.trial import Outcomes, Site, Trial, TypedDate

_NOTHING: tuple[object, ...] = (None, "", [], (), {})
UNREADABLE = -1
"""Stands for an age text that cannot be parsed; no real age has this value."""

OPEN_STATUSES = frozenset({"RECRUITING", "ENROLLING_BY_INVITATION", "NOT_YET_RECRUITING", "AVAILABLE"})
"""Patients can enter the study, now or later."""


def flat(trial: Trial) -> dict[str, Any]:
    """Return the flat row of a Trial: column → text, whole number, boolean or None.

    Ages are in minutes. Dates are texts as the source gives them.
    """
    status, design, eligibility = trial.status, trial.design, trial.eligibility
    arms, places = trial.arms_interventions, trial.contacts_locations
    enrollment = design.enrollment_info
    sponsor = trial.sponsors.lead_sponsor
    start, start_type = _dated(status.start_date_struct)
    primary, primary_type = _dated(status.primary_completion_date_struct)
    completion, completion_type = _dated(status.completion_date_struct)
    return {
        "trial_id": trial.trial_id,
        "source": trial.source,
        "partial": trial.partial,
        "brief_title": trial.identification.brief_title or None,
        "official_title": trial.identification.official_title or None,
        "lead_sponsor": (sponsor.name if sponsor else None) or None,
        "brief_summary": trial.description.brief_summary or None,
        "condition_count": len(trial.conditions.conditions),
        "study_type": design.study_type,
        "phase_count": len(design.phases),
        "overall_status": status.overall_status,
        "last_known_status": status.last_known_status,
        "why_stopped": status.why_stopped or None,
        "verified_date": status.status_verified_date,
        "start_date": start,
        "start_type": start_type,
        "primary_completion_date": primary,
        "primary_completion_type": primary_type,
        "completion_date": completion,
        "completion_type": completion_type,
        "first_submit_date": status.study_first_submit_date,
        "last_update_date": status.last_update_submit_date,
        "enrollment_count": enrollment.count if enrollment else None,
        "enrollment_type": enrollment.type if enrollment else None,
        "arm_count": len(arms.arm_groups),
        "intervention_count": len(arms.interventions),
        "outcome_count": _outcomes(trial.outcomes),
        "criteria": (eligibility.criteria or "").strip() or None,
        "sex": eligibility.sex,
        "minimum_age": minutes(eligibility.minimum_age),
        "maximum_age": minutes(eligibility.maximum_age),
        "standard_ages": " ".join(eligibility.std_ages) or None,
        "healthy_volunteers": eligibility.healthy_volunteers,
        "site_count": len(places.locations),
        "open_site_count": sum(site.status in OPEN_STATUSES for site in places.locations),
        "misplaced_site_count": sum(_misplaced(site) for site in places.locations),
    }


def lost(changes: Sequence[FieldChange]) -> dict[str, object]:
    """Return the column `lost` of a flat row: the change codes of all values that the trial had and no longer has.

    `changes`: the changes since the last stored version of the trial.
    """
    codes = {change.code for change in changes if change.old not in _NOTHING and change.new in _NOTHING}
    return {"lost": " ".join(sorted(codes))}


def minutes(age: str | None) -> int | None:
    """Return an age limit in minutes, None if there is no limit ("N/A"), or UNREADABLE if the text is not an age."""
    if registry_age.is_no_limit(age):
        return None
    found = registry_age.parsed(age)
    return found.minutes if found else UNREADABLE


def _dated(found: TypedDate | None) -> tuple[str | None, str | None]:
    return (found.date, found.type) if found else (None, None)


def _outcomes(found: Outcomes) -> int:
    lists = (found.primary_outcomes, found.secondary_outcomes, found.other_outcomes, found.unleveled_outcomes)
    return sum(len(outcomes) for outcomes in lists)


def _misplaced(site: Site) -> bool:
    point = site.geo_point
    return point is not None and (abs(point.lat or 0) > 90 or abs(point.lon or 0) > 180)

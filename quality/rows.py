"""Row rules find contradictions and impossible values in a Trial.

The rules check the flat row of the Trial, a dict of plain values (quality.flat_row). A holding rule (`holds=True`) is
about who may take part in a study and whether the study still takes patients. A contradiction in these values could
send a patient to the wrong trial, so the record is held: it is stored, but it is not written as a version until an
operator releases it. Every other rule only gives a finding, a warning that is stored with the record. The command
`trialwire map` holds no records, so its holding rules give findings too.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from trialwire.quality.flat_row import OPEN_STATUSES, UNREADABLE, flat, lost
from trialwire.schemas.held import Finding, Reason

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date


__all__ = ["RULES", "RowRule", "check", "flat", "holds", "lost"]

Row = dict[str, Any]
_CLOSED = frozenset({"COMPLETED", "TERMINATED", "WITHDRAWN", "NO_LONGER_AVAILABLE"})
_EXPANDED_ACCESS = frozenset(
    {"AVAILABLE", "NO_LONGER_AVAILABLE", "TEMPORARILY_NOT_AVAILABLE", "APPROVED_FOR_MARKETING"}
)
_ASK = "Compare with the registry's page of the study."


@dataclass(frozen=True, slots=True)
class RowRule:
    """One rule. `broken(row, today)` returns whether a row breaks it. If `today` is None, no date counts as past."""

    code: str
    path: str
    broken: Callable[[Row, str | None], bool]
    message: str
    cure: str = _ASK
    holds: bool = False


def _after(row: Row, earlier: str, later: str) -> bool:
    """Whether the first date is after the second, compared at the coarser precision of the two."""
    first, second = row[earlier], row[later]
    if first is None or second is None:
        return False
    known = min(len(first), len(second))
    return bool(first[:known] > second[:known])


def _contradict(lowest: int | None, highest: int | None) -> bool:
    """Whether the minimum age is above the maximum age. False if one is missing or could not be parsed."""
    return lowest is not None and highest is not None and lowest > highest and UNREADABLE not in {lowest, highest}


def _past(date_text: str | None, today: str | None) -> bool:
    """Whether a date is before today, compared at the precision of the date."""
    return date_text is not None and today is not None and date_text < today[: len(date_text)]


RULES: tuple[RowRule, ...] = (
    RowRule(
        code="ages-contradict",
        path="protocolSection.eligibilityModule.minimumAge",
        broken=lambda row, _: _contradict(row["minimum_age"], row["maximum_age"]),
        message="The minimum age is above the maximum age, so no person could take part.",
        cure="Compare with the registry's page of the study; release the record if its text makes the ages clear.",
        holds=True,
    ),
    RowRule(
        code="unreadable-age",
        path="protocolSection.eligibilityModule.minimumAge",
        broken=lambda row, _: UNREADABLE in {row["minimum_age"], row["maximum_age"]},
        message="An age limit is not a number and a unit ('18 Years'), so it could not be applied.",
        holds=True,
    ),
    RowRule(
        code="open-after-end",
        path="protocolSection.statusModule.overallStatus",
        broken=lambda row, today: (
            row["overall_status"] in OPEN_STATUSES
            and row["completion_type"] == "ACTUAL"
            and _past(row["completion_date"], today)
        ),
        message="The status says that patients may still enter, but the actual completion date is in the past.",
        holds=True,
    ),
    RowRule(
        code="misplaced-site",
        path="protocolSection.contactsLocationsModule.locations",
        broken=lambda row, _: row["misplaced_site_count"] > 0,
        message="A site has impossible coordinates: latitude is -90 to 90, longitude -180 to 180.",
    ),
    RowRule(
        code="closed-with-open-sites",
        path="protocolSection.contactsLocationsModule.locations",
        broken=lambda row, _: row["overall_status"] in _CLOSED and row["open_site_count"] > 0,
        message="The study is closed, but one of its sites is still recruiting.",
    ),
    RowRule(
        code="status-of-other-study-type",
        path="protocolSection.statusModule.overallStatus",
        broken=lambda row, _: (
            row["overall_status"] in _EXPANDED_ACCESS and row["study_type"] in {"INTERVENTIONAL", "OBSERVATIONAL"}
        ),
        message="The status belongs to expanded access, but the study is of another type.",
    ),
    RowRule(
        code="last-known-status-beside-status",
        path="protocolSection.statusModule.lastKnownStatus",
        broken=lambda row, _: row["last_known_status"] is not None and row["overall_status"] != "UNKNOWN",
        message="A last known status is given, although the status is not UNKNOWN.",
    ),
    RowRule(
        code="no-status",
        path="protocolSection.statusModule.overallStatus",
        broken=lambda row, _: row["overall_status"] is None,
        message="The record has no status: it is published as unknown.",
    ),
    RowRule(
        code="no-title",
        path="protocolSection.identificationModule.briefTitle",
        broken=lambda row, _: row["brief_title"] is None and row["official_title"] is None,
        message="The record has no title.",
    ),
    RowRule(
        code="no-criteria",
        path="protocolSection.eligibilityModule.eligibilityCriteria",
        broken=lambda row, _: row["criteria"] is None,
        message="The record has no eligibility criteria, so it does not say who may take part.",
    ),
    RowRule(
        code="starts-after-end",
        path="protocolSection.statusModule.startDateStruct.date",
        broken=lambda row, _: _after(row, "start_date", "completion_date"),
        message="The start date is after the completion date.",
    ),
    RowRule(
        code="primary-completion-after-completion",
        path="protocolSection.statusModule.primaryCompletionDateStruct.date",
        broken=lambda row, _: _after(row, "primary_completion_date", "completion_date"),
        message="The primary completion date is after the completion date.",
    ),
    RowRule(
        code="updated-before-submitted",
        path="protocolSection.statusModule.lastUpdateSubmitDate",
        broken=lambda row, _: _after(row, "first_submit_date", "last_update_date"),
        message="The record was last updated before it was first submitted.",
    ),
    RowRule(
        code="actual-date-in-future",
        path="protocolSection.statusModule.startDateStruct",
        broken=lambda row, today: today is not None and any(
            row[f"{name}_type"] == "ACTUAL" and row[f"{name}_date"] is not None
            and row[f"{name}_date"] > today[: len(row[f"{name}_date"])]
            for name in ("start", "primary_completion", "completion")
        ),
        message="A date of type ACTUAL is in the future.",
    ),
    RowRule(
        code="recruiting-before-start",
        path="protocolSection.statusModule.overallStatus",
        broken=lambda row, today: (
            row["overall_status"] == "NOT_YET_RECRUITING"
            and row["start_type"] == "ACTUAL"
            and _past(row["start_date"], today)
        ),
        message="The study is not yet recruiting, but its actual start date is in the past.",
    ),
    RowRule(
        code="withdrawn-with-participants",
        path="protocolSection.designModule.enrollmentInfo.count",
        broken=lambda row, _: row["overall_status"] == "WITHDRAWN" and (row["enrollment_count"] or 0) > 0,
        message="The study was withdrawn, which means before its first participant, but it counts participants.",
    ),
    RowRule(
        code="impossible-enrollment",
        path="protocolSection.designModule.enrollmentInfo.count",
        broken=lambda row, _: not 0 <= (row["enrollment_count"] or 0) < 2**31,
        message="The number of participants is negative or too large.",
    ),
    RowRule(
        code="trial-without-arms",
        path="protocolSection.armsInterventionsModule.armGroups",
        broken=lambda row, _: (
            row["study_type"] == "INTERVENTIONAL" and not row["partial"] and not row["arm_count"]
            and not row["intervention_count"]
        ),
        message="The study is interventional, but has neither arms nor interventions.",
    ),
)  # fmt: skip
"""Every row rule. Adding one is adding a row."""


def holds(row: Row, *, today: date | None = None) -> list[Reason]:
    """Check a flat row with the holding rules. Returns the reasons to hold the record; the list is empty if none."""
    return [
        Reason(code=rule.code, path=rule.path, message=rule.message, cure=rule.cure)
        for rule in _broken(row, today)
        if rule.holds
    ]


def check(row: Row, *, today: date | None = None) -> list[Finding]:
    """Check a flat row with all rules, including the holding rules. Returns one warning per broken rule.

    If `today` is None, no date counts as past.
    """
    return [
        Finding(code=rule.code, path=rule.path, message=rule.message, cure=rule.cure) for rule in _broken(row, today)
    ]


def _broken(row: Row, today: date | None) -> list[RowRule]:
    day = today.isoformat() if today else None
    return [rule for rule in RULES if rule.broken(row, day)]

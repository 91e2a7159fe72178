"""Compares single facts of a study: status, dates with their type, enrolment, registry dates, and all other values.

Criteria, sites and lists of named entries, such as arms, are compared in other modules.
"""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

from trialwire.changes.change_code import SITES
from trialwire.changes.difference import differences
from trialwire.changes.semantic.criteria import PATH as CRITERIA
from trialwire.changes.semantic.entries import at, field_change
from trialwire.changes.semantic.rows import LISTS, fact_of
from trialwire.changes.semantic.values import readable, typed_date
from trialwire.changes.semantic.wording import cut
from trialwire.schemas.contact_data import masked, masked_document
from trialwire.schemas.semantic_change import SemanticChange

if TYPE_CHECKING:
    from collections.abc import Iterator

    from trialwire.changes.normal_form import Document
    from trialwire.schemas.semantic_change import SemanticCode

_DATES: dict[str, tuple[SemanticCode, str]] = {
    "status.startDateStruct": ("dates.start", "Start date"),
    "status.primaryCompletionDateStruct": ("dates.primary-completion", "Primary completion date"),
    "status.completionDateStruct": ("dates.completion", "Completion date"),
}
_STATUS = ("status.overallStatus", "status.lastKnownStatus", "status.whyStopped")
_REGISTRY_DAYS = {
    "status.statusVerifiedDate": "verified", "status.lastUpdateSubmitDate": "last update sent",
    "status.lastUpdatePostDateStruct": "last update posted", "status.studyFirstSubmitDate": "first sent",
    "status.studyFirstSubmitQcDate": "first accepted", "status.studyFirstPostDateStruct": "first posted",
    "status.dispFirstSubmitDate": "delay of results asked for", "status.dispFirstSubmitQcDate": "delay accepted",
    "status.dispFirstPostDateStruct": "delay posted",
}  # fmt: skip
_ENROLMENT = "design.enrollmentInfo"
_DERIVED = ("derived.conditionBrowseModule", "derived.interventionBrowseModule")
_ITEMS = frozenset({"conditions.conditions", "conditions.keywords", "identification.secondaryIdInfos"})
_SPECIAL = (*_DATES, *_STATUS, *_REGISTRY_DAYS, _ENROLMENT, *_DERIVED, SITES, CRITERIA, *LISTS)


def fact_changes(old: Document, new: Document) -> list[SemanticChange]:
    """Compare two versions of a trial, given as JSON values, and return one change for each fact that differs.

    Criteria, sites and named lists are compared elsewhere. A fact without a change code of its own gets the code `other`.
    """
    found = [*_status(old, new), *_dates(old, new), *_enrolment(old, new)]
    found += _registry_days(old, new)
    found += _derived(old, new)
    rest = [_without(document, _SPECIAL) for document in (old, new)]
    if rest[0] != rest[1]:
        for change in differences(rest[0], rest[1], masked_document):
            found += _rest(change.path, change.old, change.new)
    return found


def _status(old: Document, new: Document) -> Iterator[SemanticChange]:
    was, became = at(old, _STATUS[0]), at(new, _STATUS[0])
    why_was, why = (at(document, _STATUS[2]) for document in (old, new))
    if was != became:
        last = at(new, _STATUS[1])
        known = f", last known as {readable(last).lower()}" if last else ""
        reason = f" Why stopped: {cut(masked(why), 300)}" if why and why != why_was else ""
        sentence = f"Status: {readable(was)} → {readable(became)}{known}.{reason}"
        yield SemanticChange("status", "changed", _STATUS[0], was, became, sentence)
    for path, name in ((_STATUS[1], "Last known status"), (_STATUS[2], "Why stopped")):
        before, after = at(old, path), at(new, path)
        if before != after and (was == became or after is None):
            yield field_change("status", name, before, after, path)


def _dates(old: Document, new: Document) -> Iterator[SemanticChange]:
    for path, (code, name) in _DATES.items():
        before, after = typed_date(at(old, path)), typed_date(at(new, path))
        if before != after:
            sentence = f"{name}: {before or 'not stated'} → {after or 'not stated'}."
            yield SemanticChange(code, "changed", path, before, after, sentence)
        elif at(old, path) != at(new, path):
            yield SemanticChange(
                code,
                "changed",
                path,
                masked_document(at(old, path)),
                masked_document(at(new, path)),
                f"{name} changed.",
            )


def _enrolment(old: Document, new: Document) -> Iterator[SemanticChange]:
    before, after = at(old, _ENROLMENT), at(new, _ENROLMENT)
    if before != after:
        was, became = _participants(before), _participants(after)
        yield SemanticChange("enrollment", "changed", _ENROLMENT, was, became, f"Enrolment: {was} → {became}.")


def _participants(value: dict[str, Any] | None) -> str:
    if not value:
        return "not stated"
    kind = f" ({value['type'].lower()})" if value.get("type") else ""
    return f"{value.get('count', 'no number')}{kind}"


def _registry_days(old: Document, new: Document) -> Iterator[SemanticChange]:
    """Yield one change for all dates of the registry, because every update of a record changes several of them."""
    days = [{path: _day(at(document, path)) for path in _REGISTRY_DAYS} for document in (old, new)]
    changed = [path for path in _REGISTRY_DAYS if days[0][path] != days[1][path]]
    if changed:
        parts = [f"{_REGISTRY_DAYS[path]} {days[0][path] or '-'} → {days[1][path] or '-'}" for path in changed]
        was, became = ({path.rpartition(".")[2]: side[path] for path in changed} for side in days)
        sentence = f"Days of the registry: {', '.join(parts)}."
        yield SemanticChange("registry-dates", "changed", "status", was, became, sentence)


def _day(value: Any) -> str | None:
    return typed_date(value) if isinstance(value, dict) else value


def _derived(old: Document, new: Document) -> Iterator[SemanticChange]:
    for path in _DERIVED:
        before, after = at(old, path) or {}, at(new, path) or {}
        of = "conditions" if "condition" in path else "interventions"
        for part in sorted(before.keys() | after.keys()):
            if before.get(part) != after.get(part):
                was, became = masked_document(before.get(part)), masked_document(after.get(part))
                come, gone = _terms(became, was), _terms(was, became)
                said = ", ".join([*(f"+ {one}" for one in come), *(f"- {one}" for one in gone)]) or "changed"
                sentence = f"Terms that the registry derived ({of}, {part}): {cut(said, 200)}."
                yield SemanticChange("derived", "changed", f"{path}.{part}", was, became, sentence)


def _terms(side: Any, other: Any) -> list[str]:
    names = [
        [str(one.get("term") or one.get("name") or one.get("id")) for one in entries or () if isinstance(one, dict)]
        for entries in (side, other)
    ]
    return [name for name in names[0] if name not in names[1]]


def _rest(path: str, old: Any, new: Any) -> Iterator[SemanticChange]:
    fact = fact_of(path)
    if path in _ITEMS and all(isinstance(side, list | None) for side in (old, new)):
        before, after = old or [], new or []
        for item in [one for one in after if one not in before]:
            yield SemanticChange(fact.code, "added", path, None, item, f"{fact.name} added: {readable(item)}.")
        for item in [one for one in before if one not in after]:
            yield SemanticChange(fact.code, "removed", path, item, None, f"{fact.name} removed: {readable(item)}.")
        return
    yield field_change(fact.code, fact.name, old, new, path)


def _without(document: Document, paths: tuple[str, ...]) -> Document:
    """Return a copy of a normal form without the values at some paths. Only the objects on these paths are copied."""
    made = copy.copy(document)
    for path in paths:
        *steps, last = path.split(".")
        place = made
        for step in steps:
            if not isinstance(place.get(step), dict):
                break
            place[step] = copy.copy(place[step])
            place = place[step]
        else:
            place.pop(last, None)
            continue
    return {key: value for key, value in made.items() if value != {}}

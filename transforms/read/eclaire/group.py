"""Converts the Group of an ECLAIRE study to the eligibility part of a Trial: sex, ages, population, criteria as text.

ECLAIRE is the French register of trials, published as FHIR R4. Input: a Group in the profile eclaire-group, after
repair. ECLAIRE gives ages as bands ("18-64 years"). Adjoining bands become one age range. If there is a gap between two
bands, no single range is right, so only their words are kept.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from trialwire.schemas.held import Finding
from trialwire.transforms.read.eclaire.repair import Json, objects

_BAND = re.compile(r"(\d{1,3})\s*(?:-|to|à)\s*(\d{1,3})|(\d{1,3})\s*\+")
_YEARS = frozenset({"years", "year", "ans", "an", "a", ""})
_SEXES = {frozenset({"male"}): "MALE", frozenset({"female"}): "FEMALE", frozenset({"male", "female"}): "ALL"}
_OUTCOMES = (
    ("primaryOutcomes", re.compile(r"primary|principal", re.IGNORECASE)),
    ("secondaryOutcomes", re.compile(r"second", re.IGNORECASE)),
)
_LABELS = re.compile(
    r"(?:study )?(?:inclusion|exclusion) criteria|genders?|age range|study population|study size", re.IGNORECASE
)


@dataclass
class Eligibility:
    """The content of one Group. `part`: the eligibility, keyed by the Trial's aliases (its JSON names).

    `outcomes`: outcomes by level, for example {"primaryOutcomes": [{"measure": "Survival"}]}, because ECLAIRE writes
    outcomes as characteristics too. `rest`: characteristics of an unknown kind, unchanged.
    """

    part: dict[str, Any] = field(default_factory=dict)
    outcomes: dict[str, list[Json]] = field(default_factory=dict)
    rest: list[Json] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)


def eligibility(group: Json) -> Eligibility:
    """Convert a Group to an Eligibility. A characteristic of an unknown kind is kept in `rest`, with a finding."""
    found = Eligibility()
    sexes: set[str] = set()
    bands: list[tuple[int, int | None]] = []
    criteria: dict[bool, list[str]] = {False: [], True: []}
    for number, characteristic in enumerate(objects(group.get("characteristic"))):
        kind = _kind(characteristic)
        words = _words(characteristic)
        if kind == "grp-gender" and not characteristic.get("exclude"):
            sexes |= set(_codes(characteristic)) or {word.casefold() for word in words}
        elif kind == "grp-age" and (read := _bands(characteristic, words)):
            bands += read
        elif kind == "grp-studypop" and words:
            found.part["studyPopulation"] = "; ".join(filter(None, [found.part.get("studyPopulation"), *words]))
        elif kind == "grp-other" and words:
            level = _outcome_level(characteristic)
            if level:
                found.outcomes.setdefault(level, []).extend({"measure": word} for word in words)
            else:
                criteria[characteristic.get("exclude") is True] += words
        else:
            found.rest.append(characteristic)
            _note(found, number, "is of an unknown kind; it is kept unchanged", "info")
    _sex(found, sexes)
    _ages(found, bands)
    if text := _text(criteria):
        found.part["eligibilityCriteria"] = text
    return found


def _kind(characteristic: Json) -> str:
    code = characteristic.get("code") or {}
    return next((str(coding.get("code")) for coding in objects(code.get("coding")) if coding.get("code")), "grp-other")


def _codes(characteristic: Json) -> list[str]:
    concept = characteristic.get("valueCodeableConcept") or {}
    return [str(coding["code"]) for coding in objects(concept.get("coding")) if coding.get("code")]


def _words(characteristic: Json) -> list[str]:
    """The words of the value: its text, or the displays of its codings if the text is only the name of a field."""
    concept = characteristic.get("valueCodeableConcept") or {}
    text = concept.get("text")
    if isinstance(text, str) and text.strip() and not _LABELS.fullmatch(text.strip()):
        return [text.strip()]
    shown = (coding.get("display") or coding.get("code") for coding in objects(concept.get("coding")))
    return [str(word).strip() for word in shown if word]


def _outcome_level(characteristic: Json) -> str | None:
    """The Trial's list for a characteristic that is an outcome (the server writes them here too), else None."""
    code = characteristic.get("code") or {}
    value = characteristic.get("valueCodeableConcept") or {}
    labels = " ".join(str(text) for text in (code.get("text"), value.get("text")) if text)
    if len(labels) > 80 or not re.search(r"jug[e]?ment|outcome", labels, re.IGNORECASE):
        return None
    return next((level for level, words in _OUTCOMES if words.search(labels)), "unleveledOutcomes")


def _bands(characteristic: Json, words: list[str]) -> list[tuple[int, int | None]]:
    """Age bands as (lowest, highest) in whole years, both inclusive. Empty if any band cannot be parsed."""
    span = characteristic.get("valueRange")
    if isinstance(span, dict):
        low, high = (_years(span.get(end)) for end in ("low", "high"))
        return [(low or 0, high)] if (low, high) != (None, None) else []
    read = [_BAND.search(word) for word in words]
    if not read or None in read:
        return []
    return [(int(m[1]), int(m[2])) if m[1] else (int(m[3]), None) for m in read if m]


def _years(quantity: object) -> int | None:
    if not isinstance(quantity, dict) or str(quantity.get("unit") or quantity.get("code") or "") not in _YEARS:
        return None
    value = quantity.get("value")
    return int(value) if isinstance(value, int | float) and float(value).is_integer() else None


def _sex(found: Eligibility, sexes: set[str]) -> None:
    if sex := _SEXES.get(frozenset(sexes)):
        found.part["sex"] = sex
    elif sexes:
        listed = ", ".join(sorted(sexes))
        message = f"The group names the genders {listed}: neither a single sex nor both, so no sex is stated."
        found.findings.append(Finding(code="eclaire-gender", path="Group.characteristic", message=message))


def _ages(found: Eligibility, bands: list[tuple[int, int | None]]) -> None:
    if not bands:
        return
    ordered = sorted(bands, key=lambda band: band[0])
    low, high = ordered[0]
    for start, end in ordered[1:]:
        if high is not None and start > high + 1:
            listed = ", ".join(f"{a}-{b}" if b is not None else f"{a}+" for a, b in ordered)
            found.part["ageBands"] = listed
            message = f"The age bands {listed} leave a gap: a minimum and a maximum cannot express them."
            found.findings.append(Finding(code="eclaire-age-gap", path="Group.characteristic", message=message))
            return
        high = None if high is None or end is None else max(high, end)
    if low:
        found.part["minimumAge"] = f"{low} Years"
    if high is not None:
        found.part["maximumAge"] = f"{high} Years"


def _text(criteria: dict[bool, list[str]]) -> str:
    """The criteria in the registry's form: two headings, a list marker per criterion, further lines indented."""
    sections = [("Inclusion Criteria:", criteria[False]), ("Exclusion Criteria:", criteria[True])]
    return "\n\n".join(
        "\n\n".join([heading, *("* " + "\n  ".join(item.splitlines()) for item in items)])
        for heading, items in sections
        if items
    )


def _note(found: Eligibility, number: int, says: str, severity: str) -> None:
    path = f"Group.characteristic[{number}]"
    found.findings.append(
        Finding.model_validate(
            {"code": "eclaire-kept", "path": path, "message": f"{path} {says}.", "severity": severity}
        )
    )

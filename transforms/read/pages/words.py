"""Translates words of aggregator pages to values of the registry's vocabularies.

Each table holds the registry's values ("NON_RANDOMIZED", "non-randomized") and further words of the pages ("enrolling").
A word that is in no table is a fault and is not guessed: the readers raise ValueError and say what was expected.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any, get_args

from trialwire.schemas import vocabulary as v
from trialwire.schemas.age import Age


def _plain(text: str) -> str:
    return " ".join(re.sub(r"[_,\-]", " ", text).casefold().split())


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """A closed vocabulary: the registry's values, and the words that pages use for each value."""

    name: str
    literal: Any
    synonyms: dict[str, str] = field(default_factory=dict)

    def code(self, text: str) -> str:
        """Return the registry's value for a word of a page. Raises ValueError if the word is unknown."""
        words: dict[str, str] = {_plain(value): value for value in get_args(self.literal)} | self.synonyms
        code = words.get(_plain(text))
        if code is None:
            msg = f"is not a known {self.name}"
            raise ValueError(msg)
        return code


STATUS = Vocabulary(
    "status",
    v.OverallStatus,
    {
        "enrolling": "RECRUITING",
        "not yet enrolling": "NOT_YET_RECRUITING",
        "active not enrolling": "ACTIVE_NOT_RECRUITING",
        "unknown status": "UNKNOWN",
    },
)
STUDY_TYPE = Vocabulary("study type", v.StudyType)
PHASE = Vocabulary(
    "phase",
    v.Phase,
    {"n/a": "NA", "not applicable": "NA", "early phase 1": "EARLY_PHASE1"}
    | {f"phase {number}": f"PHASE{number}" for number in range(1, 5)}
    | {f"phase {roman}": f"PHASE{number}" for number, roman in enumerate(("i", "ii", "iii", "iv"), start=1)},
)
FUNDER = Vocabulary(
    "kind of funder",
    v.AgencyClass,
    {
        "other government": "OTHER_GOV",
        "u.s. fed": "FED",
        "u.s. federal agency": "FED",
        "other u.s. federal agency": "FED",
        "individual": "INDIV",
    },
)
ALLOCATION = Vocabulary(
    "allocation", v.Allocation, {"n/a": "NA", "not applicable": "NA", "nonrandomized": "NON_RANDOMIZED"}
)
MODEL = Vocabulary(
    "interventional model",
    v.InterventionModel,
    {f"{_plain(value)} assignment": value for value in get_args(v.InterventionModel)} | {"cross over": "CROSSOVER"},
)
PURPOSE = Vocabulary("purpose", v.PrimaryPurpose, {"educational/counseling/training": "ECT"})
OBSERVATIONAL_MODEL = Vocabulary(
    "observational model", v.ObservationalModel, {"ecologic or community studies": "ECOLOGIC_OR_COMMUNITY"}
)
TIME_PERSPECTIVE = Vocabulary("time perspective", v.TimePerspective)
MASKING = Vocabulary(
    "masking",
    v.Masking,
    {f"{_plain(value)} blind": value for value in get_args(v.Masking)}
    | {"none (open label)": "NONE", "open label": "NONE"},
)
SEX = Vocabulary("sex", v.Sex, {"both": "ALL"})
ARM_TYPE = Vocabulary("type of group", v.ArmType)
INTERVENTION_TYPE = Vocabulary("type of intervention", v.InterventionType)

_VOLUNTEERS = {
    "no healthy volunteers": False,
    "no": False,
    "accepts healthy volunteers": True,
    "healthy volunteers": True,
    "yes": True,
}
_MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
    "december",
)  # fmt: skip
_DATES = (
    re.compile(r"(?P<year>[0-9]{4})(?:-(?P<month>[0-9][0-9])(?:-(?P<day>[0-9][0-9]))?)?"),
    re.compile(r"(?P<name>[A-Za-z]+)\.? (?:(?P<day>[0-9]{1,2}), ?)?(?P<year>[0-9]{4})"),
    re.compile(r"(?P<day>[0-9]{1,2}) (?P<name>[A-Za-z]+)\.?,? (?P<year>[0-9]{4})"),
)
_UNIT = r"(years?|months?|weeks?|days?|hours?|minutes?)"
_AGES = (
    re.compile(
        rf"(?P<low>[0-9]{{1,6}}) (?P<low_unit>{_UNIT}) to (?P<high>[0-9]{{1,6}}) (?P<unit>{_UNIT})(?: old)?",
        re.IGNORECASE,
    ),
    re.compile(rf"(?P<low>[0-9]{{1,6}}) to (?P<high>[0-9]{{1,6}}) (?P<unit>{_UNIT})(?: old)?", re.IGNORECASE),
    re.compile(rf"(?P<low>[0-9]{{1,6}})\+ (?P<unit>{_UNIT})(?: old)?", re.IGNORECASE),
    re.compile(rf"up to (?P<high>[0-9]{{1,6}}) (?P<unit>{_UNIT})(?: old)?", re.IGNORECASE),
    re.compile(r"(?:all|any) ages?", re.IGNORECASE),
)
COUNT = r"[0-9][0-9,]{0,11}"
"""A count as pages write it: "1,148", at most 12 characters."""
_ENROLLMENT = re.compile(rf"({COUNT})(?: (estimated|actual))?(?: (?:patients?|participants?|people))?", re.IGNORECASE)


def volunteers(text: str) -> bool:
    """Return whether a text says that healthy volunteers are accepted. Raises ValueError if the text is unknown."""
    if (said := _VOLUNTEERS.get(_plain(text))) is None:
        msg = "does not say whether healthy volunteers are accepted"
        raise ValueError(msg)
    return said


def date(text: str) -> str:
    """Parse a date, with the precision of the page: "December 28, 2021" → 2021-12-28, "June 2025" → 2025-06."""
    for form in _DATES:
        if found := form.fullmatch(" ".join(text.split())):
            parts = found.groupdict()
            month = parts.get("month") or _month(parts.get("name"))
            day = parts.get("day")
            return "-".join(
                [parts["year"], *([f"{int(month):02}"] if month else []), *([f"{int(day):02}"] if day else [])]
            )
    msg = "is not a date"
    raise ValueError(msg)


def _month(name: str | None) -> str | None:
    if name is None:
        return None
    for number, month in enumerate(_MONTHS, start=1):
        if month == name.casefold() or (len(name) >= 3 and month.startswith(name.casefold())):
            return str(number)
    msg = "is not a date"
    raise ValueError(msg)


def ages(text: str) -> dict[str, str]:
    """Parse age limits: "18 to 60 years old" → minimumAge "18 Years", maximumAge "60 Years".

    A limit that the text does not have is left out.
    """
    for form in _AGES:
        if found := form.fullmatch(" ".join(text.split())):
            parts = found.groupdict()
            limits = {
                "minimumAge": (parts.get("low"), parts.get("low_unit") or parts.get("unit")),
                "maximumAge": (parts.get("high"), parts.get("unit")),
            }
            return {key: _age(number, unit) for key, (number, unit) in limits.items() if number and unit}
    msg = "is not a range of ages"
    raise ValueError(msg)


def _age(number: str, unit: str) -> str:
    return str(Age(int(number), unit.rstrip("sS").capitalize()))


def phases(text: str) -> list[str]:
    """Parse phases ("Phase 2/Phase 3", "Phase 1/2", "N/A"). Returns the registry's codes in the order of the page."""
    if _plain(text) in PHASE.synonyms or "/" not in text:
        return [PHASE.code(text)]
    parts = [part.strip() for part in text.split("/")]
    return [PHASE.code(f"phase {part}" if len(part) < 4 else part) for part in parts]


def enrollment(text: str) -> tuple[int, str | None]:
    """Parse a number of participants to (count, type): "75 estimated patients" → (75, "ESTIMATED").

    If the text is only a number, the type is None.
    """
    if (found := _ENROLLMENT.fullmatch(" ".join(text.split()))) is None:
        msg = "is not a number of participants"
        raise ValueError(msg)
    return count(found[1]), found[2].upper() if found[2] else None


def count(text: str) -> int:
    """Parse a count with separators: "1,148" → 1148."""
    if not re.fullmatch(COUNT, text):
        msg = "is not a count"
        raise ValueError(msg)
    return int(text.replace(",", ""))

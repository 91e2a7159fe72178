"""What a layout is: how its pages are recognised, where a whole page ends, and how each label is read."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from trialwire.schemas.registry_number import is_nct_number
from trialwire.transforms.read.pages import words

if TYPE_CHECKING:
    from collections.abc import Callable

    from trialwire.transforms.read.pages.draft import Draft

    Take = Callable[[Draft, str], None]


@dataclass(frozen=True, slots=True)
class Layout:
    """One layout of one site. A page belongs to the layout with the most marks found.

    `whole` are the places that every whole page has, from its beginning to its end, each with its name; one that is
    missing shows that the page was cut.
    """

    name: str
    marks: tuple[re.Pattern[str], ...]
    whole: tuple[tuple[re.Pattern[str], str], ...]
    read: Callable[[str], Draft]


def line(pattern: str) -> re.Pattern[str]:
    """A pattern for one whole line, blanks at its ends aside."""
    return re.compile(rf"^[ \t]*{pattern}[ \t]*$", re.MULTILINE)


def text(path: str) -> Take:
    """A label whose value is a text."""
    return lambda draft, value: draft.text(path, value)


def code(path: str, vocabulary: words.Vocabulary) -> Take:
    """A label whose value is a word of a closed vocabulary."""
    return lambda draft, value: draft.read(path, value, vocabulary.code)


def date(path: str) -> Take:
    """A label whose value is a date; pages do not say whether it is actual or estimated."""
    return lambda draft, value: draft.read(path, value, words.date)


def several(path: str) -> Take:
    """A label whose value is one text per line, bullets aside."""
    return lambda draft, value: draft.put(path, [one for raw in value.split("\n") if (one := raw.strip(" \t•*-"))])


def volunteers(draft: Draft, value: str) -> None:
    """Whether healthy volunteers are taken."""
    draft.read("eligibility.healthyVolunteers", value, words.volunteers)


def phases(draft: Draft, value: str) -> None:
    """Phases in the page's order."""
    draft.read("design.phases", value, words.phases)


def ages(draft: Draft, value: str) -> None:
    """Both limits of age. A range in other words is kept as the page says it: a limit is not guessed."""
    try:
        for key, age in words.ages(value).items():
            draft.put(f"eligibility.{key}", age)
    except ValueError:
        draft.keep_value("Ages", value, "eligibility.minimumAge", "no range in words that are known")


def number(draft: Draft, value: str) -> None:
    """The registry number, where the layout has a place for it."""
    draft.read("identification.nctId", value, _number)


def _number(value: str) -> str:
    if not is_nct_number(value):
        msg = "is not NCT and eight digits"
        raise ValueError(msg)
    return value


DESIGN_LABELS: dict[str, Take] = {
    "allocation": code("design.designInfo.allocation", words.ALLOCATION),
    "interventional model": code("design.designInfo.interventionModel", words.MODEL),
    "intervention model": code("design.designInfo.interventionModel", words.MODEL),
    "observational model": code("design.designInfo.observationalModel", words.OBSERVATIONAL_MODEL),
    "time perspective": code("design.designInfo.timePerspective", words.TIME_PERSPECTIVE),
    "masking": code("design.designInfo.maskingInfo.masking", words.MASKING),
    "primary purpose": code("design.designInfo.primaryPurpose", words.PURPOSE),
    "purpose": code("design.designInfo.primaryPurpose", words.PURPOSE),
}
"""Labels of the study's design, which every layout has in much the same words (compared without case)."""

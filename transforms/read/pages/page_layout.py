"""Defines the class of page layouts, and the functions that read the value below one label of a page.

A layout is the form that the pages of one site share. A label reader (`Take`) is a function (draft, value): it reads
the value below one label and sets it in the draft of the Trial.
"""

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
    """One layout. A page belongs to the layout whose `marks` (typical lines) occur most often in the page.

    `whole`: (pattern, name) of each part that every complete page has, from start to end. If a part is missing, the
    page was cut off. `read`: turns the text of a page into a draft.
    """

    name: str
    marks: tuple[re.Pattern[str], ...]
    whole: tuple[tuple[re.Pattern[str], str], ...]
    read: Callable[[str], Draft]


def line(pattern: str) -> re.Pattern[str]:
    """Return a regular expression that matches one whole line. Spaces at the ends of the line are ignored."""
    return re.compile(rf"^[ \t]*{pattern}[ \t]*$", re.MULTILINE)


def text(path: str) -> Take:
    """Return a label reader for a text: it sets the text at `path` of the Trial."""
    return lambda draft, value: draft.text(path, value)


def code(path: str, vocabulary: words.Vocabulary) -> Take:
    """Return a function that looks the value below a label up in the vocabulary and sets its code at `path` of the Trial."""
    return lambda draft, value: draft.read(path, value, vocabulary.code)


def date(path: str) -> Take:
    """Return a label reader for a date. It sets no type, because pages do not say if a date is actual or estimated."""
    return lambda draft, value: draft.read(path, value, words.date)


def several(path: str) -> Take:
    """Return a label reader for one text per line: it sets the list of texts, without bullets, at `path`."""
    return lambda draft, value: draft.put(path, [one for raw in value.split("\n") if (one := raw.strip(" \t•*-"))])


def volunteers(draft: Draft, value: str) -> None:
    """Read the value of a label that says if healthy volunteers are accepted, and set it in the draft."""
    draft.read("eligibility.healthyVolunteers", value, words.volunteers)


def phases(draft: Draft, value: str) -> None:
    """Read the phases from the value of a label, and set them in the draft in the order of the page."""
    draft.read("design.phases", value, words.phases)


def ages(draft: Draft, value: str) -> None:
    """Read the minimum and maximum age, and set them in the draft. An age range in an unknown form is kept as text."""
    try:
        for key, age in words.ages(value).items():
            draft.put(f"eligibility.{key}", age)
    except ValueError:
        draft.keep_value("Ages", value, "eligibility.minimumAge", "the range has an unknown form")


def number(draft: Draft, value: str) -> None:
    """Read the registry number from the value of a label, and set it in the draft."""
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
"""Labels of the study's design, which are almost the same in all layouts (compared without case)."""

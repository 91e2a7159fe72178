"""Reads pages in the layout "bare-lines": no blank lines, codes in capitals, sites and outcomes without headings.

Only the form of a line shows its meaning: a site is a line followed by a line "City, Country", an outcome ends with
"Time frame: …". The page does not say which outcomes are primary, so the outcomes get no level.
"""

from __future__ import annotations

import re

from trialwire.schemas.registry_number import is_nct_number
from trialwire.transforms.read.markup import unescape
from trialwire.transforms.read.pages import page_layout as p
from trialwire.transforms.read.pages import words
from trialwire.transforms.read.pages.draft import Draft

NAME = "bare-lines"
_DISCLAIMER = "This platform is for informational purposes only"
_MORE = re.compile(rf"\.{{3}}\s?and ({words.COUNT}) more locations?")
_STUDY_TYPE = re.compile(r"^[ \t]*Study Type[ \t]*\n\s*[A-Z_]+[ \t]*$", re.MULTILINE)
_TIME_FRAME = re.compile(r"Time frame:\s*(.*)", re.IGNORECASE)
_PLACE = re.compile(r"[^\W\d_][^,:;()]{0,40}(, [^\W\d_][^,:;()]{1,40}){1,2}")


def _enrollment(draft: Draft, value: str) -> None:
    draft.read("design.enrollmentInfo.count", value, lambda text: words.enrollment(text)[0])


_LABELS = p.DESIGN_LABELS | {
    "study type": p.code("design.studyType", words.STUDY_TYPE),
    "phase": p.phases,
    "status": p.code("status.overallStatus", words.STATUS),
    "enrollment": _enrollment,
}


def read(text: str) -> Draft:
    """Read the text of a page in the layout "bare-lines" and return the draft of its Trial."""
    draft = Draft(NAME)
    lines = [unescape(line) for raw in text.split("\n") if (line := raw.strip())]
    end = next((place for place, line in enumerate(lines) if line.startswith(_DISCLAIMER)), len(lines))
    lines = lines[:end]
    labels = [place for place, line in enumerate(lines[:-1]) if line.casefold() in _LABELS]
    first = next((place for place in labels if lines[place].casefold() == "study type"), len(lines))
    _opening(draft, lines[:first])
    place = first
    body: list[str] = []
    while place < len(lines):
        take = _LABELS.get(lines[place].casefold())
        # All labels are in one block; the same word further down is text.
        if take and place + 1 < len(lines) and not body:
            take(draft, lines[place + 1])
            place += 2
        else:
            body.append(lines[place])
            place += 1
    _body(draft, body)
    return draft


def _opening(draft: Draft, lines: list[str]) -> None:
    """Read the paragraphs before the labels. The page does not mark where its summary ends."""
    numbers = [line for line in lines if is_nct_number(line)]
    if numbers:
        draft.put("identification.nctId", numbers[0])
    draft.text("description.briefSummary", "\n\n".join(line for line in lines if line not in numbers[:1]))


def _body(draft: Draft, lines: list[str]) -> None:
    """Read the sites, the number of further sites, and the outcomes. Other lines are kept without a label."""
    more = next((place for place, line in enumerate(lines) if _MORE.fullmatch(line)), None)
    framed = next((place for place, line in enumerate(lines) if _TIME_FRAME.fullmatch(line)), len(lines))
    if more is None:
        # Without the number of further sites, the sites end at the last place before the first outcome.
        last = max((place for place in range(framed) if _PLACE.fullmatch(lines[place])), default=-1)
        before, after = lines[: last + 1], lines[last + 1 :]
    else:
        before, after = lines[:more], lines[more + 1 :]
        found = _MORE.fullmatch(lines[more])
        draft.put("contactsLocations.unlistedLocations", words.count(found[1]) if found else None)
    sites = []
    while len(before) > 1 and _PLACE.fullmatch(before[-1]):
        *before, facility, place = before
        city, *state, country = place.split(", ")
        sites.append({"facility": facility, "city": city, "country": country} | ({"state": state[0]} if state else {}))
    if sites:
        draft.put("contactsLocations.locations", sites[::-1])
    for line in before:
        draft.keep_text(line)
    _outcomes(draft, after)


def _outcomes(draft: Draft, lines: list[str]) -> None:
    outcomes = []
    said: list[str] = []
    for line in lines:
        frame = _TIME_FRAME.fullmatch(line)
        if frame is None or not said:
            said.append(line)
            continue
        outcome = {"measure": said[0], "timeFrame": frame[1]}
        if said[1:]:
            outcome["description"] = "\n".join(said[1:])
        outcomes.append(outcome)
        said = []
    if outcomes:
        draft.put("outcomes.unleveledOutcomes", outcomes)
    for line in said:
        draft.keep_text(line)


LAYOUT = p.Layout(
    name=NAME,
    marks=(
        _STUDY_TYPE,
        re.compile(r"^(Purpose|Allocation|Masking)\n[A-Z_]+$", re.MULTILINE),
        p.line(r"\.{3}\s?and [\d,]+ more locations?"),
        re.compile(rf"^{_DISCLAIMER}", re.MULTILINE),
    ),
    whole=(
        (_STUDY_TYPE, 'the label "Study Type"'),
        (re.compile(rf"^[ \t]*{_DISCLAIMER}", re.MULTILINE), "the disclaimer that ends it"),
    ),
    read=read,
)

"""Reads pages in the layout "summary-sheet": texts under headings, then lines "Label value"."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from trialwire.transforms.read.pages import page_layout as p
from trialwire.transforms.read.pages import words
from trialwire.transforms.read.pages.draft import Draft

if TYPE_CHECKING:
    from trialwire.transforms.read.pages.page_layout import Take

NAME = "summary-sheet"
_ORNAMENT = frozenset({"Clinical Trials Logo"})
_HEADINGS = ("Clinical Trial Summary", "Clinical Trial Description", "Study Design", "Related Conditions & MeSH terms")
_CONTACT = {"Contact": "name", "Phone": "phone", "Email": "email"}


def _contact(key: str) -> Take:
    """A line of a contact. If the last contact already has this field, a new contact starts."""

    def take(draft: Draft, value: str) -> None:
        contacts = draft.get("contactsLocations.centralContacts") or []
        if not contacts or key in contacts[-1]:
            contacts.append({})
        contacts[-1][key] = value
        draft.put("contactsLocations.centralContacts", contacts)

    return take


_SHEET: dict[str, Take] = {
    "NCT number": p.number,
    "Study type": p.code("design.studyType", words.STUDY_TYPE),
    "Source": p.text("sponsors.leadSponsor.name"),
    "Status": p.code("status.overallStatus", words.STATUS),
    "Phase": p.phases,
    "Start date": p.date("status.startDateStruct.date"),
    "Completion date": p.date("status.completionDateStruct.date"),
    **{label: _contact(key) for label, key in _CONTACT.items()},
}
_LABEL = re.compile(rf"({'|'.join(_SHEET)})[ \t]+(\S.*)")


def read(text: str) -> Draft:
    """Read the text of a page in the layout "summary-sheet" and return the draft of its Trial."""
    draft = Draft(NAME)
    start = p.line(r"NCT number\b.*").search(text)
    head, sheet = (text[: start.start()], text[start.start() :]) if start else (text, "")
    sections: dict[str, list[str]] = {"": []}
    heading = ""
    for raw in head.split("\n"):
        if raw.strip() in _HEADINGS and raw.strip() not in sections:
            heading = raw.strip()
            sections[heading] = []
        elif raw.strip() not in _ORNAMENT:
            sections[heading].append(raw)
    texts = {name: "\n".join(lines).strip() for name, lines in sections.items()}
    draft.text("description.briefSummary", texts.get("Clinical Trial Summary", ""))
    draft.text("description.detailedDescription", texts.get("Clinical Trial Description", ""))
    if related := texts.get("Related Conditions & MeSH terms"):
        p.several("conditions.conditions")(draft, related)
    _design(draft, texts.get("Study Design", ""))
    if texts[""]:
        draft.keep_text(texts[""])
    for row in filter(None, map(str.strip, sheet.split("\n"))):
        if found := _LABEL.fullmatch(row):
            _SHEET[found[1]](draft, found[2].strip())
        elif row not in _SHEET:  # a label without a value is ignored
            draft.keep_label(row.split()[0], row)
    return draft


def _design(draft: Draft, text: str) -> None:
    """Read the lines "Label: value" of the study's design. Other lines are kept unchanged."""
    for row in filter(None, map(str.strip, text.split("\n"))):
        label, _, value = row.partition(":")
        if (take := p.DESIGN_LABELS.get(label.strip().casefold())) and value.strip():
            take(draft, value.strip())
        else:
            draft.keep_label(label.strip(), value.strip() or row)


LAYOUT = p.Layout(
    name=NAME,
    marks=(
        p.line("Clinical Trials Logo"),
        p.line("Clinical Trial Summary"),
        p.line("Clinical Trial Description"),
        p.line(r"Related Conditions & MeSH terms"),
        p.line(r"NCT number\b.*"),
    ),
    whole=(
        (p.line("Clinical Trial Summary"), 'the heading "Clinical Trial Summary", with which it begins'),
        (p.line(r"Completion date[ \t]+\S.*"), "the line with the completion date, which ends its sheet"),
    ),
    read=read,
)

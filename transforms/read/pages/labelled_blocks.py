"""Reads pages in the layout "labelled-blocks": a label on its own line, a blank line, then the value of the label.

Blank lines separate the blocks. The labels of this layout have a fixed order; only the labels of the trial design may
have any order. If a block equals a label ("Sex"), but the page already had a label that comes later in the order, the
block is part of a text and not a label.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from trialwire.schemas.registry_number import is_nct_number
from trialwire.transforms.read.pages import page_layout as p
from trialwire.transforms.read.pages import words
from trialwire.transforms.read.pages.arms import ARMS_LINE, arms
from trialwire.transforms.read.pages.draft import Draft

if TYPE_CHECKING:
    from trialwire.transforms.read.pages.page_layout import Take

NAME = "labelled-blocks"
_SOURCE_LINE = "Data sourced from clinicaltrials.gov"
_CLOSING = p.line(re.escape(_SOURCE_LINE))
_ORNAMENTS = frozenset({"ClinicalTrials.Veeva", "Menu", "Loading..."})
_ACRONYM = re.compile(r".*\(([^()\s]{2,20})\)")


def _status_and_phase(draft: Draft, value: str) -> None:
    status, *phases = value.split("\n")
    draft.read("status.overallStatus", status, words.STATUS.code)
    if phases:
        draft.read("design.phases", "\n".join(phases), lambda text: [words.PHASE.code(one) for one in text.split("\n")])


def _treatments(draft: Draft, value: str) -> None:
    treatments = []
    for one in value.split("\n"):
        kind, parted, name = one.partition(": ")
        try:
            code = words.INTERVENTION_TYPE.code(kind)
        except ValueError:
            parted = ""
        treatments.append({"type": code, "name": name} if parted else {"name": one})
    draft.put("armsInterventions.interventions", treatments)


def _funders(draft: Draft, value: str) -> None:
    """A single type is the sponsor's. Several types are only kept: the page does not say which party has which."""
    if "\n" in value:
        draft.keep_value("Funder types", value, "sponsors.leadSponsor.class", "it does not say whose each is")
    else:
        draft.read("sponsors.leadSponsor.class", value, words.FUNDER.code)


def _identifiers(draft: Draft, value: str) -> None:
    others = value.split("\n")
    if own := next((one for one in others if is_nct_number(one)), None):
        draft.put("identification.nctId", own)
        others.remove(own)
    if others:
        draft.put("identification.orgStudyIdInfo.id", others[0])
    if others[1:]:
        draft.put("identification.secondaryIdInfos", [{"id": one} for one in others[1:]])


def _enrollment(draft: Draft, value: str) -> None:
    """Read the number of participants. Without the word "estimated" this layout gives the actual number."""

    def told(text: str) -> dict[str, object]:
        count, kind = words.enrollment(text)
        return {"count": count, "type": kind or "ACTUAL"}

    draft.read("design.enrollmentInfo", value, told)


def _places(draft: Draft, value: str) -> None:
    """Read the number of sites. The site loads their names later, so a saved page does not have them."""
    count, *others = value.split("\n")
    if re.fullmatch(words.COUNT, count):
        draft.put("contactsLocations.unlistedLocations", words.count(count))
    else:
        others.insert(0, count)
    for other in others:
        draft.keep_text(other)


def _contacts(draft: Draft, value: str) -> None:
    contacts: list[dict[str, str]] = []
    for part in filter(None, map(str.strip, re.split(r"[;\n]", value))):
        key = "email" if "@" in part else "phone" if re.fullmatch(r"[+(\d][\d\s().+/x-]{5,}", part) else "name"
        if key == "name" or not contacts:
            contacts.append({})
        contacts[-1][key] = part
    draft.put("contactsLocations.centralContacts", contacts)


Form = Literal["block", "text", "heading"]


@dataclass(frozen=True, slots=True)
class _Label:
    """A label. Its value is the one block below it, the text up to the next label, or nothing."""

    text: str
    form: Form
    take: Take = lambda _draft, _value: None


_LABELS = (
    _Label("Status", "block", _status_and_phase),
    _Label("Status and phase", "block", _status_and_phase),
    _Label("Conditions", "block", p.several("conditions.conditions")),
    _Label("Treatments", "block", _treatments),
    _Label("Study type", "block", p.code("design.studyType", words.STUDY_TYPE)),
    _Label("Funder types", "block", _funders),
    _Label("Identifiers", "block", _identifiers),
    _Label("Details and patient eligibility", "heading"),
    _Label("About", "text", p.text("description.briefSummary")),
    _Label("Full description", "text", p.text("description.detailedDescription")),
    _Label("Enrollment", "block", _enrollment),
    _Label("Sex", "block", p.code("eligibility.sex", words.SEX)),
    _Label("Ages", "block", p.ages),
    _Label("Volunteers", "block", p.volunteers),
    _Label("Inclusion criteria", "text"),
    _Label("Exclusion criteria", "text"),
    _Label("Trial design", "heading"),
    *(_Label(name.capitalize(), "block", take) for name, take in p.DESIGN_LABELS.items()),
    _Label("Trial contacts and locations", "block", _places),
    _Label("Central trial contact", "block", _contacts),
)
_FIRST_DESIGN = next(rank for rank, label in enumerate(_LABELS) if label.text == "Trial design")
_CRITERIA = frozenset({"Inclusion criteria", "Exclusion criteria"})


@dataclass(frozen=True, slots=True)
class _Block:
    """Lines without a blank line between them, and their offsets in the page."""

    text: str
    start: int
    end: int


def read(text: str) -> Draft:
    """Read the text of a page in the layout "labelled-blocks" and return the draft of its Trial."""
    draft = Draft(NAME)
    closing = _CLOSING.search(text)
    page = text[: closing.start()] if closing else text
    blocks = [
        _Block("\n".join(map(str.strip, found[0].strip().split("\n"))), found.start(), found.end())
        for found in re.finditer(r"(?:^[ \t]*\S.*(?:\n|\Z))+", page, re.MULTILINE)
    ]
    blocks = [block for block in blocks if block.text not in _ORNAMENTS]
    labels = _labels(blocks)
    opening = labels[0][0] if labels else len(blocks)
    _opening(draft, [line for block in blocks[:opening] for line in block.text.split("\n")])
    for here, (place, label) in enumerate(labels):
        after = labels[here + 1][0] if here + 1 < len(labels) else len(blocks)
        _take(draft, label, blocks[place + 1 : after], page)
    _criteria(draft, labels, blocks, page)
    return draft


def _labels(blocks: list[_Block]) -> list[tuple[int, _Label]]:
    """(index of the block, label) of each block that is a label. Only design labels may be out of order."""
    ranks = {label.text: rank for rank, label in reversed(list(enumerate(_LABELS)))}
    found: list[tuple[int, _Label]] = []
    reached = -1
    for place, block in enumerate(blocks):
        rank = ranks.get(block.text, -1)
        design = block.text.casefold() in p.DESIGN_LABELS
        if rank > reached or (rank >= 0 and design and reached >= _FIRST_DESIGN):
            found.append((place, _LABELS[rank]))
            reached = max(reached, rank)
    return found


def _opening(draft: Draft, lines: list[str]) -> None:
    """Read the title, the initial in place of a logo, and the sponsor."""
    if not lines:
        return
    title, *rest = lines
    draft.text("identification.briefTitle", title)
    if (found := _ACRONYM.fullmatch(title)) and any(c.isupper() or c.isdigit() for c in found[1]):
        draft.put("identification.acronym", found[1])
    if len(rest) > 1 and len(rest[0]) == 1:
        rest = rest[1:]
    if rest:
        draft.text("sponsors.leadSponsor.name", rest[0])
    for line in rest[1:]:
        draft.keep_text(line)


def _take(draft: Draft, label: _Label, blocks: list[_Block], page: str) -> None:
    """Read the value of a label. Further blocks that belong to no known label are kept under their own label."""
    if label.text in _CRITERIA:
        return
    if label.form == "text":
        label.take(draft, page[blocks[0].start : blocks[-1].end].strip() if blocks else "")
        return
    if label.form == "block" and blocks and not ARMS_LINE.fullmatch(blocks[0].text.split("\n")[0]):
        label.take(draft, blocks[0].text)
        blocks = blocks[1:]
    for place, block in enumerate(blocks):
        if ARMS_LINE.fullmatch(block.text.split("\n")[0]):
            arms(draft, block.text.split("\n")[0], page[block.start : blocks[-1].end].split("\n", 1)[-1])
            return
        if place % 2 == 0 and place + 1 < len(blocks):
            draft.keep_label(block.text, blocks[place + 1].text)
        elif place % 2 == 0:
            draft.keep_text(block.text)


def _criteria(draft: Draft, labels: list[tuple[int, _Label]], blocks: list[_Block], page: str) -> None:
    """Read the criteria verbatim, with both headings, up to the next label."""
    places = [here for here, (_, label) in enumerate(labels) if label.text in _CRITERIA]
    if places:
        start = blocks[labels[places[0]][0]].start
        after = labels[places[-1] + 1][0] if places[-1] + 1 < len(labels) else len(blocks)
        draft.text("eligibility.eligibilityCriteria", page[start : blocks[after - 1].end].strip())


LAYOUT = p.Layout(
    name=NAME,
    marks=(
        p.line(r"ClinicalTrials\.Veeva"),
        p.line("Status(?: and phase)?"),
        p.line("Funder types"),
        p.line("Identifiers"),
        p.line("Details and patient eligibility"),
        p.line("Trial contacts and locations"),
    ),
    whole=(
        # Without the site's first lines the title may be missing too, and another line would be read as the title.
        (p.line(r"(?:ClinicalTrials\.Veeva|Menu)"), 'the line "Menu", with which it begins'),
        (p.line("Status(?: and phase)?"), 'the label "Status"'),
        (p.line("Identifiers"), 'the label "Identifiers"'),
        (p.line("Trial design"), 'the label "Trial design"'),
        (_CLOSING, f"the line {_SOURCE_LINE!r}, which ends it"),
    ),
    read=read,
)

"""Turns the text of a saved page of an aggregator site into a partial Trial. Nothing is guessed.

An aggregator site copies trials from registries, so its data are second-hand and incomplete. A layout is the form that
the pages of one site share. The content of the page decides its layout. If the page lacks a part that every complete
page of the layout has, the page was cut off. Such a page is held (stored, not published), because otherwise the missing
part would look like a fact about the trial.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from trialwire.schemas.errors import HoldError
from trialwire.schemas.held import Finding, Reason
from trialwire.transforms.read.pages import bare_lines, labelled_blocks, summary_sheet

if TYPE_CHECKING:
    from trialwire.schemas.trial import Trial
    from trialwire.transforms.read.pages.page_layout import Layout

LAYOUTS: tuple[Layout, ...] = (summary_sheet.LAYOUT, labelled_blocks.LAYOUT, bare_lines.LAYOUT)


def from_pages(text: str) -> tuple[Trial, list[Finding]]:
    """Convert the text of a page to (partial Trial, findings).

    Raises HoldError if the layout is unknown, if a coded value is unknown, or if the page was cut off.
    """
    page = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u00a0", " ")
    layout = recognised(page)
    if layout is None:
        message = f"The text is not a page of a known layout ({', '.join(one.name for one in LAYOUTS)})."
        cure = "Give the page's text as the site shows it, or the registry's own record of the trial."
        raise HoldError([Reason(code="unknown-layout", message=message, cure=cure)])
    if missing := [says for mark, says in layout.whole if mark.search(page) is None]:
        message = f"The page was cut (layout {layout.name}): it lacks {', and '.join(missing)}."
        raise HoldError([Reason(code="truncated", message=message, cure="Save the page again, whole.")])
    return layout.read(page).finish()


def recognised(page: str) -> Layout | None:
    """Return the layout with the most marks (typical lines) in the page, or None if the page has no mark."""
    found = [(sum(mark.search(page) is not None for mark in layout.marks), layout) for layout in LAYOUTS]
    most, best = max(found, key=lambda pair: pair[0])
    return best if most >= min(2, len(best.marks)) else None

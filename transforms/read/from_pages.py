"""Text of a saved page of an aggregator site → partial Trial (second-hand data). Nothing is guessed.

The content decides the layout. A page without a part that every complete page of its layout has was cut off, and is
held: otherwise the missing part would look as if the trial did not have it.
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
    """Page text → (partial Trial, findings). Raises HoldError for an unknown layout or word, or a page cut off."""
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
    """The layout with the most marks in the page; None if the page has no mark of any layout."""
    found = [(sum(mark.search(page) is not None for mark in layout.marks), layout) for layout in LAYOUTS]
    most, best = max(found, key=lambda pair: pair[0])
    return best if most >= min(2, len(best.marks)) else None

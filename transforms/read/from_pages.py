"""Text of a saved page of an aggregator site → Trial: partial, second-hand, and nothing in it guessed.

The layout is told by the content. A page that lacks what every whole page of its layout has was cut and is held: what it
lacks would otherwise look like something the trial does not have.
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
    """Make a partial Trial of a page's text. Raises HoldError for an unknown layout, a cut page, an unknown word."""
    page = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u00a0", " ")
    layout = recognised(page)
    if layout is None:
        message = f"The text is no page of a layout that is known ({', '.join(one.name for one in LAYOUTS)})."
        cure = "Give the page's text as the site shows it, or the registry's own record of the trial."
        raise HoldError([Reason(code="unknown-layout", message=message, cure=cure)])
    if missing := [says for mark, says in layout.whole if mark.search(page) is None]:
        message = f"The page was cut (layout {layout.name}): it lacks {', and '.join(missing)}."
        raise HoldError([Reason(code="truncated", message=message, cure="Save the page again, whole.")])
    return layout.read(page).finish()


def recognised(page: str) -> Layout | None:
    """The layout with the most of its marks in the page; None when no layout has any."""
    found = [(sum(mark.search(page) is not None for mark in layout.marks), layout) for layout in LAYOUTS]
    most, best = max(found, key=lambda pair: pair[0])
    return best if most >= min(2, len(best.marks)) else None

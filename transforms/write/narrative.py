"""Generates the Narrative of a resource: a short text that FHIR servers show to users, as safe XHTML."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trialwire.transforms.element import line

if TYPE_CHECKING:
    from collections.abc import Iterable

    from trialwire.transforms.element import Json

_LONGEST = 300
_NOTHING = "The registry says nothing in words."


def narrative(rows: Iterable[tuple[str, str | None]]) -> Json:
    """Return a Narrative with one line per (label, text). A row without a text is left out; a long text is shortened.

    If no row has a text, the Narrative says so. This happens, for example, if a site has only a position on the map.
    """
    lines = [f"<b>{_escaped(label)}:</b> {_escaped(_short(words))}" for label, value in rows if (words := line(value))]
    return {
        "status": "generated",
        "div": f'<div xmlns="http://www.w3.org/1999/xhtml"><p>{"<br/>".join(lines or [_NOTHING])}</p></div>',
    }


def _escaped(words: str) -> str:
    """The text escaped for XHTML. Quotes too, because a HAPI server returns them so: it then returns the same bytes."""
    return words.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")


def _short(words: str) -> str:
    return words if len(words) <= _LONGEST else words[:_LONGEST].rsplit(" ", 1)[0] + " …"

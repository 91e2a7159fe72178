"""The short generated text of a resource (Narrative): what a person sees first on a FHIR server. Safe XHTML."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trialwire.transforms.element import line

if TYPE_CHECKING:
    from collections.abc import Iterable

    from trialwire.transforms.element import Json

_LONGEST = 300
_NOTHING = "The registry says nothing in words."


def narrative(rows: Iterable[tuple[str, str | None]]) -> Json:
    """A Narrative of labelled lines; a row without words is left out, long words are cut at a word's end.

    Without a row that has words it says so: a site may be a position and nothing else.
    """
    lines = [f"<b>{_escaped(label)}:</b> {_escaped(_short(words))}" for label, value in rows if (words := line(value))]
    return {
        "status": "generated",
        "div": f'<div xmlns="http://www.w3.org/1999/xhtml"><p>{"<br/>".join(lines or [_NOTHING])}</p></div>',
    }


def _escaped(words: str) -> str:
    """Quotes too, as a HAPI server gives them back: what is read is then what was sent, to the byte."""
    return words.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")


def _short(words: str) -> str:
    return words if len(words) <= _LONGEST else words[:_LONGEST].rsplit(" ", 1)[0] + " …"

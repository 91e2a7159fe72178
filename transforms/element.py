"""The data types of FHIR as plain dicts. What says nothing is left out, so no element is ever empty (ele-1)."""

from __future__ import annotations

import re
from hashlib import sha256
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from trialwire.schemas.fhir.code_systems import REGISTRY
from trialwire.schemas.fhir.text import FORBIDDEN

if TYPE_CHECKING:
    from collections.abc import Iterable

    from trialwire.schemas.fhir.codes import Code

Json = dict[str, Any]

_ADDRESS = re.compile(r"(?:https?|ftp)://\S+|mailto:\S+", re.IGNORECASE)
_WITHOUT_SCHEME = re.compile(r"[\w\-]+(?:\.[\w\-]+)*\.[A-Za-z]{2,}(?::\d+)?(?:[/?#].*)?")
_SAFE_IN_ADDRESS = "/:?#[]@!$&'()*+,;=%~-._"


def present(**fields: Any) -> Json:
    """The fields that say something: not None, not "", not an empty list or dict."""
    return {name: value for name, value in fields.items() if value or value is False or value == 0}


def allowed(value: str) -> str:
    """The text with a space in place of each character that FHIR forbids: places in it stay what they were."""
    return value if value.isprintable() else FORBIDDEN.sub(" ", value)


def text(value: str | None) -> str | None:
    """A text as FHIR allows it: no control characters, no white space around it; None when nothing is left."""
    return None if value is None else allowed(value).strip() or None


def line(value: str | None) -> str | None:
    """A text in one line, as a code's display or an id's source: every run of white space is one space."""
    return None if value is None else " ".join(allowed(value).split()) or None


def coding(system: str, code: Code) -> Json:
    """A Coding of a code with its display."""
    return {"system": system, "code": code.code, "display": code.display}


def registry_coding(enum: str, word: str) -> Json:
    """A Coding of the registry's own word, under the address of its enum."""
    return {"system": REGISTRY + enum, "code": word}


def concept(words: str | None = None, *codings: Json | None) -> Json:
    """A CodeableConcept of text and codings; an empty dict when there is neither."""
    found: Json = {}
    if kept := [one for one in codings if one]:
        found["coding"] = kept
    if words := text(words):
        found["text"] = words
    return found


def reference(resource: Json, display: str | None = None) -> Json:
    """A Reference to a resource of the same Bundle."""
    return present(reference=f"{resource['resourceType']}/{resource['id']}", display=display)


def address(url: str | None) -> str | None:
    """An absolute address without white space, or None for what is none. One written without its scheme gets "https"."""
    cleaned = line(url)
    if cleaned is None:
        return None
    if _WITHOUT_SCHEME.fullmatch(cleaned):
        cleaned = f"https://{cleaned}"
    if " " in cleaned or not cleaned.isascii():
        cleaned = quote(cleaned, safe=_SAFE_IN_ADDRESS)
    return cleaned if _ADDRESS.fullmatch(cleaned) else None


def digest(parts: Iterable[str | None], digits: int = 16) -> str:
    """Hex digits of a hash of content: the same words give the same id on any machine, wherever they stand."""
    return sha256("\x1f".join(part or "" for part in parts).encode("utf-8", "surrogatepass")).hexdigest()[:digits]


class Names:
    """Ids unique within one record. A repeat of the same content gets "-2": it disturbs no other id."""

    def __init__(self) -> None:
        self._seen: dict[str, int] = {}

    def unique(self, name: str) -> str:
        """The name, or the name with the count of its repeat."""
        count = self._seen[name] = self._seen.get(name, 0) + 1
        return name if count == 1 else f"{name}-{count}"

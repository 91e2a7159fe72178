"""Builds FHIR data types as plain dicts. Empty values are left out, so no element is empty (ele-1)."""

from __future__ import annotations

import re
from hashlib import sha256
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from trialwire.schemas.fhir.code_systems import REGISTRY
from trialwire.schemas.fhir.text import FORBIDDEN, OTHER_BLANKS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from trialwire.schemas.fhir.codes import Code

Json = dict[str, Any]

_ADDRESS = re.compile(r"(?:https?|ftp)://\S+|mailto:\S+", re.IGNORECASE)
_WITHOUT_SCHEME = re.compile(r"[\w\-]+(?:\.[\w\-]+)*\.[A-Za-z]{2,}(?::\d+)?(?:[/?#].*)?")
_SAFE_IN_ADDRESS = "/:?#[]@!$&'()*+,;=%~-._"


def present(**fields: Any) -> Json:
    """The fields with a value: not None, not "", not an empty list or dict."""
    return {name: value for name, value in fields.items() if value or value is False or value == 0}


def allowed(value: str) -> str:
    """The text with each character that FHIR forbids, and each other white space, replaced by a blank.

    A blank takes the place of one character, so all offsets in the text stay valid.
    """
    return value if value.isprintable() else OTHER_BLANKS.sub(" ", FORBIDDEN.sub(" ", value))


def text(value: str | None) -> str | None:
    """A text that FHIR allows: no control characters, no white space at its ends. None if nothing is left."""
    return None if value is None else allowed(value).strip() or None


def line(value: str | None) -> str | None:
    """A text on one line, for a display or for the source of an id: each run of white space becomes one space."""
    return None if value is None else " ".join(allowed(value).split()) or None


def coding(system: str, code: Code) -> Json:
    """A Coding of a code with its display."""
    return {"system": system, "code": code.code, "display": code.display}


def registry_coding(enum: str, word: str) -> Json:
    """A Coding of a value of the registry; its system is the address of the registry's enum."""
    return {"system": REGISTRY + enum, "code": word}


def concept(words: str | None = None, *codings: Json | None) -> Json:
    """A CodeableConcept of text and codings; an empty dict if there is neither."""
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
    """An absolute address without white space, or None if the text is not one. Without a scheme it gets "https"."""
    cleaned = line(url)
    if cleaned is None:
        return None
    if _WITHOUT_SCHEME.fullmatch(cleaned):
        cleaned = f"https://{cleaned}"
    if " " in cleaned or not cleaned.isascii():
        cleaned = quote(cleaned, safe=_SAFE_IN_ADDRESS)
    return cleaned if _ADDRESS.fullmatch(cleaned) else None


def digest(parts: Iterable[str | None], digits: int = 16) -> str:
    """The first hex digits of a hash of the parts: the same content gives the same id, in any position and process."""
    return sha256("\x1f".join(part or "" for part in parts).encode("utf-8", "surrogatepass")).hexdigest()[:digits]


class Names:
    """Makes ids unique within one record: a second use of a name gets "-2". Other ids do not change."""

    def __init__(self) -> None:
        self._seen: dict[str, int] = {}

    def unique(self, name: str) -> str:
        """The name, or for its n-th use the name with "-n"."""
        count = self._seen[name] = self._seen.get(name, 0) + 1
        return name if count == 1 else f"{name}-{count}"

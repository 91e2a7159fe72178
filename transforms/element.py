"""Builds FHIR data types as plain dicts. Empty values are left out, because FHIR forbids empty elements (ele-1)."""

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
    """Return the fields that have a value. None, "", an empty list and an empty dict are not values."""
    return {name: value for name, value in fields.items() if value or value is False or value == 0}


def allowed(value: str) -> str:
    """Return a text in which a blank replaces each character that FHIR forbids and each white space character.

    The text keeps its length, so all offsets into the text stay valid.
    """
    return value if value.isprintable() else OTHER_BLANKS.sub(" ", FORBIDDEN.sub(" ", value))


def text(value: str | None) -> str | None:
    """Return a text without control characters and without white space at its ends, or None if nothing is left."""
    return None if value is None else allowed(value).strip() or None


def line(value: str | None) -> str | None:
    """Return a text on one line: each run of white space becomes one space. Used for displays and before hashing."""
    return None if value is None else " ".join(allowed(value).split()) or None


def coding(system: str, code: Code) -> Json:
    """Return a Coding with this system, code and display."""
    return {"system": system, "code": code.code, "display": code.display}


def registry_coding(enum: str, word: str) -> Json:
    """Return the Coding of a registry value such as "RECRUITING". Its system is the address of the registry's enum."""
    return {"system": REGISTRY + enum, "code": word}


def concept(words: str | None = None, *codings: Json | None) -> Json:
    """Return a CodeableConcept with a text and codings, or an empty dict if there is neither."""
    found: Json = {}
    if kept := [one for one in codings if one]:
        found["coding"] = kept
    if words := text(words):
        found["text"] = words
    return found


def reference(resource: Json, display: str | None = None) -> Json:
    """Return a Reference to a resource of the same Bundle."""
    return present(reference=f"{resource['resourceType']}/{resource['id']}", display=display)


def address(url: str | None) -> str | None:
    """Return a URL from the record as an absolute URL, or None if it is not valid. The default scheme is "https"."""
    cleaned = line(url)
    if cleaned is None:
        return None
    if _WITHOUT_SCHEME.fullmatch(cleaned):
        cleaned = f"https://{cleaned}"
    if " " in cleaned or not cleaned.isascii():
        cleaned = quote(cleaned, safe=_SAFE_IN_ADDRESS)
    return cleaned if _ADDRESS.fullmatch(cleaned) else None


def digest(parts: Iterable[str | None], digits: int = 16) -> str:
    """Return an id: the first hex digits of a hash of the parts. The same parts give the same id in every process."""
    return sha256("\x1f".join(part or "" for part in parts).encode("utf-8", "surrogatepass")).hexdigest()[:digits]


class Names:
    """Makes the ids of one record unique: if a name is used again, its second id is the name with "-2" at the end."""

    def __init__(self) -> None:
        self._seen: dict[str, int] = {}

    def unique(self, name: str) -> str:
        """Return the name at its first use, and the name with "-n" at its n-th use."""
        count = self._seen[name] = self._seen.get(name, 0) + 1
        return name if count == 1 else f"{name}-{count}"

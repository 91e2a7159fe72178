"""Decodes the bytes of a record to text, and parses text as JSON. Each kind of failure has its own message.

A failure raises HoldError. The record is then held: it is stored with its reasons and not published.
"""

from __future__ import annotations

import codecs
import json
from collections import Counter
from typing import Any

import orjson

from trialwire.schemas.contact_data import quoted
from trialwire.schemas.errors import HoldError
from trialwire.schemas.held import Finding, Reason
from trialwire.schemas.nesting import TOO_DEEP, too_deep

_BINARY_KINDS = (
    (b"%PDF-", "a PDF"),
    (b"\x89PNG", "a PNG picture"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"PK\x03\x04", "a zip archive or office document"),
    (b"\x1f\x8b", "a gzip file"),
    (b"\xd0\xcf\x11\xe0", "an old office document"),
)
_WIDE_MARKS = ((codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_GIVE = "Give registry records as JSON or pages saved as UTF-8 text."
_AGAIN = "Get the record again, or correct the file, and ingest it again."


def decoded(content: bytes) -> tuple[str, list[Finding]]:
    """Decode the bytes of a record. Returns (text, findings).

    Raises HoldError if the bytes are empty, binary or wrongly encoded.
    """
    if not content.strip():
        raise _held("empty", "The record is empty.", _GIVE)
    for mark, name in _WIDE_MARKS:
        if content.startswith(mark):
            return _wide(content, name)
    for magic, kind in _BINARY_KINDS:
        if content.startswith(magic):
            raise _held("binary", f"The record is {kind}, not text.", _GIVE)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        if b"\x00" in content:
            raise _held("binary", "The record is binary data, not text.", _GIVE) from None
        at = f"byte {error.start + 1} of {len(content)}"
        message = f"The record is not valid UTF-8: {at} cannot be read."
        raise _held("bad-encoding", message, "Save it as UTF-8 and ingest it again.") from None
    if "\x00" in text:
        raise _held("binary", "The record is binary data, not text.", _GIVE)
    return text, []


def parsed(text: str) -> Any:
    """Parse a text as JSON and return the value. Raises HoldError for invalid JSON or an object with a repeated key."""
    try:
        value = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise _broken(text, error) from None
    if too_deep(value):
        raise _held("too-deep", f"The JSON cannot be read. {TOO_DEEP}", _AGAIN)
    compact = orjson.dumps(value)
    # A key given twice leaves fewer quotes after a round trip, so equal counts prove that there is none (unless a quote
    # was written \u0022, which the round trip adds). In all other cases the slow parser decides.
    if text.count('"') != compact.count(b'"') or "\\u0022" in text:
        _look_for_doubles(text)
    return value


def _broken(text: str, error: orjson.JSONDecodeError) -> HoldError:
    if "depth limit" in error.msg or "recursion" in error.msg.lower():
        return _held("too-deep", f"The JSON cannot be read. {TOO_DEEP}", _AGAIN)
    if not text[error.pos :].strip():
        message = f"The JSON ends in the middle, after {len(text)} characters: it was cut off."
        return _held("truncated", message, _AGAIN)
    said = error.msg.split(": line ")[0]
    message = f"The JSON is broken at line {error.lineno}, column {error.colno}: {said}."
    return _held("bad-json", message, _AGAIN)


def _look_for_doubles(text: str) -> None:
    doubles: dict[str, None] = {}

    def note(pairs: list[tuple[str, object]]) -> None:
        if len(dict(pairs)) != len(pairs):
            counts = Counter(key for key, _ in pairs)
            doubles.update(dict.fromkeys(key for key, count in counts.items() if count > 1))

    json.loads(text, object_pairs_hook=note)
    if doubles:
        names = ", ".join(quoted(key) for key in list(doubles)[:5])
        message = f"The JSON gives a key twice in one object, so it has two values: {names}."
        raise _held("duplicate-key", message, _AGAIN)


def _wide(content: bytes, name: str) -> tuple[str, list[Finding]]:
    try:
        text = content.decode(name)
    except UnicodeDecodeError:
        message = "The record says it is UTF-16 and cannot be read as such."
        raise _held("bad-encoding", message, "Save it as UTF-8 and ingest it again.") from None
    finding = Finding(code="encoding", message="The record is UTF-16; it was read as such.", severity="info")
    return text, [finding]


def _held(code: str, message: str, cure: str) -> HoldError:
    return HoldError([Reason(code=code, message=message, cure=cure)])

"""Detects the kind of a file (zip, gzip, JSON list, JSON lines, …) from its first bytes, never from its name."""

from __future__ import annotations

import codecs
import re
from typing import Literal

import orjson

Kind = Literal["empty", "zip", "gzip", "binary", "array", "page-of-records", "lines", "single"]

STUDIES = re.compile(rb'"studies"\s*:\s*\[')
"""The start of the list of studies in an answer of the registry."""
NEXT_PAGE = re.compile(rb'"nextPageToken"\s*:\s*"')
"""The key that shows that more pages of an answer follow."""

_SPACE = b" \t\r\n"
_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_BINARY = (b"%PDF-", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"\xd0\xcf\x11\xe0", b"BZh", b"\xfd7zXZ", b"7z\xbc\xaf")
_WIDE = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def kind_of(window: bytes) -> Kind:
    """Take the first bytes of a file (at most the largest size of one record); return the kind of the file."""
    if window.startswith(_ZIP):
        return "zip"
    if window.startswith(b"\x1f\x8b"):
        return "gzip"
    if window.startswith(_WIDE):
        return "single"
    if window.startswith(_BINARY) or b"\x00" in window[:8192]:
        return "binary"
    text = window.removeprefix(codecs.BOM_UTF8).lstrip(_SPACE)
    if not text:
        return "empty"
    if text.startswith(b"["):
        return "array"
    if text.startswith(b"{") and _is_page_of_records(text):
        return "page-of-records"
    return "lines" if _is_lines(text) else "single"


def _is_page_of_records(text: bytes) -> bool:
    """Return whether this is `{"studies": […]}`, one answer of the registry's API with a list of studies.

    Other keys may come first. A record that has such a key inside does not count.
    """
    studies = STUDIES.search(text)
    first_record = text.find(b'"protocolSection"')
    return studies is not None and (first_record < 0 or studies.start() < first_record)


def _is_lines(text: bytes) -> bool:
    """Return whether this is one JSON object per line.

    True if two lines begin with "{", or if one complete object is on a line and more text follows. A page (a text saved
    from another site) has neither. A JSON document with indents has its first brace alone on a line.
    """
    lines = [line for line in text[: 1 << 24].split(b"\n", 64)[:64] if line.strip()]
    if len(lines) < 2:
        return False
    starts = [line for line in lines if line.startswith(b"{") and len(line.strip()) > 2]
    return len(starts) > 1 or any(_is_object(line) for line in starts)


def _is_object(line: bytes) -> bool:
    try:
        return isinstance(orjson.loads(line), dict)
    except orjson.JSONDecodeError:
        return False

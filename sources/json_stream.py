"""Many JSON records in one stream: lines, and the elements of a list. Streamed; each record's own bytes are kept.

A list is cut at its elements' borders by the standard library's scanner, so an element arrives byte for byte as it
stood: a key given twice or a byte that is not UTF-8 is seen by the reader of that record, and its neighbours go on.
"""

from __future__ import annotations

import codecs
import json
import re
from typing import TYPE_CHECKING, BinaryIO

from schemas.record import RawRecord, UnreadableRecord
from sources.faults import faulty, too_large

if TYPE_CHECKING:
    from collections.abc import Iterator

_CHUNK = 1 << 20
_BETWEEN = re.compile(r"[ \t\r\n]*(,?)[ \t\r\n]*")
_SCANNER = json.JSONDecoder(parse_int=str, parse_float=str, strict=False)


def lines(stream: BinaryIO, origin: str, max_bytes: int) -> Iterator[RawRecord | UnreadableRecord]:
    """One record per line that is not blank; origin is "name:17", counted from 1 as an editor does."""
    number = 0
    while line := stream.readline(max_bytes + 1):
        number += 1
        place = f"{origin}:{number}"
        if len(line) > max_bytes and not line.endswith(b"\n"):
            while line and not line.endswith(b"\n"):
                line = stream.readline(_CHUNK)
            yield too_large(place, max_bytes)
        elif line.strip():
            yield RawRecord(place, line.rstrip(b"\r\n"))


def elements(stream: BinaryIO, origin: str, max_bytes: int) -> Iterator[RawRecord | UnreadableRecord]:
    """One record per element of the list whose "[" was just read; origin is "name[17]", counted from 0.

    Where the list breaks, what follows cannot be told apart: it is one unreadable place.
    """
    decode = codecs.getincrementaldecoder("utf-8")("surrogateescape").decode
    text, number, ended, size = "", 0, False, _CHUNK
    while True:
        start = _BETWEEN.match(text).end()  # type: ignore[union-attr]  # it matches the empty text
        if text.startswith("]", start):
            if number == 0:
                yield faulty(origin, "empty", "The file holds an empty list.", "Give a file with records.")
            return
        end = _end(text, start)
        if end is not None and (ended or end < len(text)):
            yield RawRecord(f"{origin}[{number}]", text[start:end].encode("utf-8", "surrogateescape"))
            text, number, size = text[end:], number + 1, _CHUNK
            continue
        if ended or len(text) - start > max_bytes:
            yield _rest(f"{origin}[{number}]", max_bytes, ended=ended)
            return
        chunk = stream.read(size)
        ended, size = not chunk, size * 2
        text += decode(chunk, ended)


def _end(text: str, start: int) -> int | None:
    """Where the value that begins here ends, or None when it does not (yet)."""
    try:
        return _SCANNER.raw_decode(text, start)[1]
    except (ValueError, RecursionError):
        return None


def _rest(place: str, max_bytes: int, *, ended: bool) -> UnreadableRecord:
    if not ended:
        return too_large(place, max_bytes, "This element, or a fault in it, makes the list unreadable from here on. ")
    message = "The list breaks here: it is cut off or not valid JSON. What follows cannot be read."
    return faulty(place, "truncated", message, "Get the file again; the records before this place went on.")

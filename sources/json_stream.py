"""Many JSON records in one stream: lines, and the elements of a list. Streamed; each record's own bytes are kept.

A list is cut at its elements' borders by the standard library's scanner, so an element arrives byte for byte as it
stood: a key given twice or a byte that is not UTF-8 is seen by the reader of that record, and its neighbours go on.
"""

from __future__ import annotations

import codecs
import json
import re
from typing import TYPE_CHECKING, BinaryIO

from trialwire.schemas.record import RawRecord, UnreadableRecord
from trialwire.sources.unreadable import faulty, too_large

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

_CHUNK = 1 << 20
_BETWEEN = re.compile(r"[ \t\r\n]*(,?)[ \t\r\n]*")
_MARK = re.compile(r'\\.|["{}\[\],]', re.DOTALL)
_BREAKS = "The list breaks here: it is cut off or not valid JSON. What follows cannot be read."
_AGAIN = "Get the file again; the records before this place went on."
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


def elements(stream: BinaryIO, origin: str, max_bytes: int) -> Generator[RawRecord | UnreadableRecord, None, str]:
    """One record per element of the list whose "[" was just read; origin is "name[17]", counted from 0.

    An element that is too large is passed over to its border; one that is not JSON is yielded as it stands, for its
    reader to say why. Where no border can be found, what follows is one unreadable place. Returns what stands behind
    the list, up to a few thousand characters of it.
    """
    window = _Window(stream)
    number = 0
    while True:
        window.drop(_BETWEEN.match(window.text).end())  # type: ignore[union-attr]  # it matches the empty text
        if window.text.startswith("]"):
            if number == 0:
                yield faulty(origin, "empty", "The file holds an empty list.", "Give a file with records.")
            window.more()
            return window.text[1:]
        place = f"{origin}[{number}]"
        end = _end(window.text)
        if end is not None and (window.ended or end < len(window.text)):
            content = window.text[:end].encode("utf-8", "surrogateescape")
            yield RawRecord(place, content) if len(content) <= max_bytes else too_large(place, max_bytes)
            window.drop(end)
        elif len(window.text) > max_bytes:
            yield too_large(place, max_bytes)
            if not window.drop_element():
                yield faulty(place, "truncated", _BREAKS, _AGAIN)
                return ""
        elif window.ended:
            broken = window.text
            if not window.text or not window.drop_element():
                yield faulty(place, "truncated", _BREAKS, _AGAIN)
                return ""
            yield RawRecord(place, broken[: len(broken) - len(window.text)].encode("utf-8", "surrogateescape"))
        else:
            window.more()
            continue
        number += 1


class _Window:
    """The text of a stream from where we are, as much as was needed so far."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._decode = codecs.getincrementaldecoder("utf-8")("surrogateescape").decode
        self._size = _CHUNK
        self.text = ""
        self.ended = False

    def more(self) -> None:
        """Read on; twice as much as the last time, so that a long element is not scanned too often."""
        chunk = self._stream.read(self._size)
        self.ended, self._size = not chunk, self._size * 2
        self.text += self._decode(chunk, self.ended)

    def drop(self, end: int) -> None:
        """Go on behind what was read."""
        if end:
            self.text, self._size = self.text[end:], _CHUNK

    def drop_element(self) -> bool:
        """Go on behind the element that begins here, told by its brackets alone. False where the input ends in it."""
        depth, in_text, position = 0, False, 0
        while True:
            mark = _MARK.search(self.text, position)
            if mark is None:
                if self.ended:
                    return False
                self.drop(len(self.text) - self.text.endswith("\\"))
                self.more()
                position = 0
                continue
            position = mark.end()
            sign = mark[0]
            if in_text or sign == '"':
                in_text = in_text != (sign == '"')
            elif sign in "{[":
                depth += 1
            elif depth == 0 and sign in ",]}":
                self.drop(mark.start())
                return True
            elif sign in "}]":
                depth -= 1


def _end(text: str) -> int | None:
    """Where the value that begins here ends, or None when it does not (yet)."""
    try:
        return _SCANNER.raw_decode(text)[1]
    except (ValueError, RecursionError):
        return None

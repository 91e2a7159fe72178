"""Splits a stream into JSON records: JSON lines, or the elements of a list. The original bytes are kept.

The stream is never in memory as a whole. The JSON scanner of Python's standard library finds where each element of a
list ends, and the original bytes of the element are yielded. This module does not report a repeated key or a byte that
is not UTF-8. The parser of the record reports them later, so that the other records are not affected.
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
_BLANKS = re.compile(r"[ \t\r\n]*")
_MARK = re.compile(r'\\.|["{}\[\],]', re.DOTALL)
_OUTSIDE = (0, False)
_BREAKS = "The list is cut off or not valid JSON here. The rest of it cannot be read."
_AGAIN = "Get the file again; the records before this place were read."
_SCANNER = json.JSONDecoder(parse_int=str, parse_float=str, strict=False)


def lines(
    stream: BinaryIO, origin: str, max_bytes: int, *, first: bytes = b""
) -> Iterator[RawRecord | UnreadableRecord]:
    """Yield one record per line that is not blank. Its origin is "name:17"; the first line is 1.

    `first`: the first line (at most `max_bytes` + 1 bytes), if the caller has already read this line from the stream.
    """
    line, number = first or stream.readline(max_bytes + 1), 0
    while line:
        number += 1
        place = f"{origin}:{number}"
        if len(line) > max_bytes and not line.endswith(b"\n"):
            while line and not line.endswith(b"\n"):
                line = stream.readline(_CHUNK)
            yield too_large(place, max_bytes)
        elif line.strip():
            yield RawRecord(place, line.rstrip(b"\r\n"))
        line = stream.readline(max_bytes + 1)


def elements(stream: BinaryIO, origin: str, max_bytes: int) -> Generator[RawRecord | UnreadableRecord, None, str]:
    """Yield one record per element of a JSON list. Its origin is "name[17]"; the first element is 0.

    The caller has just read the "[" of the list. An element that is too large is skipped and yielded as
    UnreadableRecord. An element that is not JSON is yielded unchanged; its parser reports the error. If the end of an
    element cannot be found, the rest of the stream is one UnreadableRecord. Each step consumes at least one character
    or is the last step. The generator returns the text after the list, up to a few thousand characters.
    """
    window = _Window(stream)
    number = 0
    while True:
        window.skip_blanks_and_comma()
        if window.begins_with("]"):
            if number == 0:
                yield faulty(origin, "empty", "The file holds an empty list.", "Give a file with records.")
            return window.behind()
        place = f"{origin}[{number}]"
        element = None if window.begins_with("}") else window.element(max_bytes)
        if element is None:
            yield faulty(place, "truncated", _BREAKS, _AGAIN)
            return ""
        yield RawRecord(place, element) if len(element) <= max_bytes else too_large(place, max_bytes)
        number += 1


class _Window:
    """A buffer over a stream: it holds the text from the current position on, as far as the stream was read."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._decode = codecs.getincrementaldecoder("utf-8")("surrogateescape").decode
        self._size = _CHUNK
        self._text = ""
        self._start = 0
        self._ended = False

    def begins_with(self, sign: str) -> bool:
        """Return whether the text at the current position begins with this character."""
        return self._text.startswith(sign, self._start)

    def behind(self) -> str:
        """Read the next part of the stream, and return all text in memory after the current character."""
        self._more()
        return self._text[self._start + 1 :]

    def skip_blanks_and_comma(self) -> None:
        """Move past white space, at most one comma, and white space."""
        comma = ","
        while True:
            self._start = _BLANKS.match(self._text, self._start).end()  # type: ignore[union-attr]  # it matches ""
            if self._start == len(self._text) and not self._ended:
                self._size = _CHUNK
                self._more()
            elif comma and self.begins_with(comma):
                self._start, comma = self._start + 1, ""
            else:
                return

    def element(self, max_bytes: int) -> bytes | None:
        """Return the bytes of the element at the current position, and move past the element.

        Returns None if the end of the element cannot be found.

        If an element is larger than `max_bytes`, only a part of it is returned. This part is also longer than
        `max_bytes`.
        """
        self._size = _CHUNK
        while True:
            end = self._end()
            if end is not None:
                break
            if len(self._text) - self._start > max_bytes:
                return self._skipped()
            if self._ended:
                return None
            self._more()
        content = self._text[self._start : end].encode("utf-8", "surrogateescape")
        self._start = end
        return content

    def _end(self) -> int | None:
        """Return the position where the current element ends, or None if it is not known (yet)."""
        end: int | None
        try:
            end = _SCANNER.raw_decode(self._text, self._start)[1]
        except (ValueError, RecursionError):
            end, _ = _border(self._text, self._start, _OUTSIDE)
        return end if end is not None and (self._ended or end < len(self._text)) else None

    def _skipped(self) -> bytes | None:
        """Return the bytes of a large element that were read so far, and skip the rest of the element.

        To skip it, only its brackets are counted.
        """
        known = self._text[self._start :].encode("utf-8", "surrogateescape")
        state = _OUTSIDE
        while True:
            end, state = _border(self._text, self._start, state)
            if end is not None:
                self._start = end
                return known
            if self._ended:
                return None
            backslashes = len(self._text) - len(self._text.rstrip("\\"))
            self._start = len(self._text) - backslashes % 2  # the sign that it escapes is not read yet
            self._size = _CHUNK
            self._more()

    def _more(self) -> None:
        """Read more of the stream: twice as much as the last time, so that a long element is not scanned too often."""
        chunk = self._stream.read(self._size)
        self._ended, self._size = not chunk, self._size * 2
        self._text, self._start = self._text[self._start :] + self._decode(chunk, self._ended), 0


def _border(text: str, start: int, state: tuple[int, bool]) -> tuple[int | None, tuple[int, bool]]:
    """Return (end, state): where the element that begins at `start` ends, found by counting brackets.

    The state is (number of open brackets, whether the position is inside a string), at that end. If the text ends
    before the element, the end is None, and the state is that at the end of the text.
    """
    depth, in_text = state
    for mark in _MARK.finditer(text, start):
        sign = mark[0]
        if in_text or sign == '"':
            in_text = in_text != (sign == '"')
        elif sign in "{[":
            depth += 1
        elif depth == 0 and sign in ",]}":
            return mark.start(), (0, False)
        elif sign in "}]":
            depth -= 1
    return None, (depth, in_text)

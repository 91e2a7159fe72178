"""Folds a text, that is, brings it into one normal form, before it is searched for contact data.

Wide and small characters (Unicode NFKC) become ASCII, every dash becomes "-", every full stop ".", and an entity
("&#64;") becomes its character. Invisible characters are removed. Superscripts and fractions stay: "10⁹" is not 109.
"""

from __future__ import annotations

import html
import re
import unicodedata
from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from functools import lru_cache
from operator import itemgetter

_ENTITIES = "commat|period|hyphen|dash|plus|lpar|rpar|nbsp|shy|ZeroWidthSpace"
_OTHER_SPELLING = re.compile(rf"&(?:#\d{{1,7}}|#[xX][0-9a-fA-F]{{1,6}}|{_ENTITIES});|[^\x00-\x7f]")
_SAME_SIGN = frozenset({"<wide>", "<narrow>", "<small>", "<font>", "<noBreak>"})
"""Kinds of compatibility decompositions that change only how a character looks (UnicodeData.txt, field 5)."""
_SIGNS = {"\u2212": "-", "\u3002": ".", "\uff61": ".", "\u2024": ".", "\u034f": ""}
_Piece = tuple[int, int, int, int]


@dataclass(frozen=True, slots=True)
class Folded:
    """A folded (normalised) text.

    `pieces`: (start, end) of each replaced part, in the folded text and in the original text.
    """

    text: str
    pieces: tuple[_Piece, ...]

    def original(self, start: int, end: int) -> tuple[int, int]:
        """Take (start, end) of a part of the folded text; return its (start, end) in the original text."""
        return self._start(start), self._end(end)

    def _start(self, position: int) -> int:
        number = bisect_right(self.pieces, position, key=itemgetter(0)) - 1
        if number < 0:
            return position
        begin, end, original, after = self.pieces[number]
        return original if begin <= position < end else position - end + after

    def _end(self, position: int) -> int:
        number = bisect_left(self.pieces, position, key=itemgetter(0)) - 1
        if number < 0:
            return position
        _, end, _, after = self.pieces[number]
        return max(position - end, 0) + after


def folded(text: str) -> str:
    """Take a text; return it folded."""
    if text.isascii() and "&" not in text:
        return text
    return _OTHER_SPELLING.sub(lambda found: _plain(found[0]), text)


def folded_with_places(text: str) -> Folded:
    """Take a text; return it folded, with the offsets that lead back to the original."""
    parts: list[str] = []
    pieces: list[_Piece] = []
    length = position = 0
    for found in _OTHER_SPELLING.finditer(text):
        plain = _plain(found[0])
        length += found.start() - position
        parts += (text[position : found.start()], plain)
        pieces.append((length, length + len(plain), found.start(), found.end()))
        length, position = length + len(plain), found.end()
    return Folded("".join((*parts, text[position:])), tuple(pieces))


@lru_cache(maxsize=4096)
def _plain(spelling: str) -> str:
    sign = html.unescape(spelling) if spelling.startswith("&") else spelling
    if sign in _SIGNS:
        return _SIGNS[sign]
    if len(sign) != 1:
        return sign
    category = unicodedata.category(sign)
    if category == "Pd":
        return "-"
    if category == "Cf" or "\ufe00" <= sign <= "\ufe0f":
        return ""
    if unicodedata.decomposition(sign).partition(" ")[0] in _SAME_SIGN:
        return unicodedata.normalize("NFKC", sign)
    return sign

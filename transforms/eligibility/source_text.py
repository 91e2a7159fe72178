"""Makes two forms of a registry's raw text for the parser, and keeps the offsets in the raw text.

The plain text (`plain`) has no markdown escapes and no HTML entities. The folded text (`folded`) is for matching. It
has the same length as the plain text, is in lower case, and each look-alike character (full-width sign, dash,
superscript, comparator) is replaced by one common character. `start_of(i)` and `end_of(j)` give the offsets in the raw
text of a span `[i, j)` of the plain text.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_ESCAPE = re.compile(
    r"\\?&(?:#\d{1,7}|#x[0-9a-f]{1,6}|[a-z]{2,8}\d?);|\\([!-/:-@\[-`{-~])|\r\n?|â‰[¥¤]|Â(?=[±µ°²³·])|<!--.{0,40}?-->",
    re.IGNORECASE,
)
_SPACES = dict.fromkeys(map(ord, "\t\v\f\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b\u202f\u205f\u3000\ufeff\u00ad\u200e\u200f"), " ")  # fmt: skip
_LOOK_ALIKES = {
    **_SPACES,
    **dict.fromkeys(map(ord, "\u2028\u2029\x85"), "\n"),
    **dict.fromkeys(map(ord, "‐‑‒–—―−－﹣"), "-"),
    **dict.fromkeys(map(ord, "≧⩾≽﹥＝"), "≥"),
    **dict.fromkeys(map(ord, "≦⩽≼"), "≤"),
    **dict.fromkeys(map(ord, "×✕✖∗╳"), "x"),
    **dict.fromkeys(map(ord, "‘’`´ʼ′"), "'"),
    **dict.fromkeys(map(ord, "“”„«»″"), '"'),
    **dict.fromkeys(map(ord, "µ"), "μ"),
    **dict.fromkeys(map(ord, "～∼〜"), "~"),
    **dict(zip(map(ord, "⁰¹²³⁴⁵⁶⁷⁸⁹"), "0123456789", strict=True)),
    **dict(zip(range(0xFF01, 0xFF5F), map(chr, range(0x21, 0x7F)), strict=True)),
    **dict(zip(map(ord, "、，；：。（）【】"), ",,;:.()[]", strict=True)),
    **dict(zip(map(ord, "ⅠⅡⅢⅣⅤ"), "12345", strict=True)),
    **dict(zip(map(ord, "àâäáèéêëîïíôöóùûüúç"), "aaaaeeeeiiiooouuuuc", strict=True)),
    **dict(zip(map(ord, "ÀÂÄÁÈÉÊËÎÏÍÔÖÓÙÛÜÚÇ"), "aaaaeeeeiiiooouuuuc", strict=True)),
    ord("˂"): "<", ord("˃"): ">", ord("＜"): "<", ord("＞"): ">", ord("＝"): "=", ord("％"): "%", ord("﹤"): "<", ord("﹥"): ">",
}  # fmt: skip
_MANGLED = {"â‰¥": "≥", "â‰¤": "≤", "Â": ""}
"""UTF-8 that was decoded as Windows-1252 at the registration."""
_RUN = re.compile(r"\s*\n\s*|\s{2,}")
_BLANK = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class SourceText:
    """A raw text, its plain and folded forms (equal length), and the raw offset of each plain character."""

    raw: str
    plain: str
    folded: str
    _starts: list[int] = field(repr=False)
    _ends: list[int] = field(repr=False)

    def start_of(self, position: int) -> int:
        """Return the raw offset at which the plain character at `position` begins, its escape sign included."""
        return self._starts[position] if self._starts else position

    def end_of(self, position: int) -> int:
        """Return the raw offset at which the plain character before `position` ends."""
        return self._ends[position - 1] if self._ends else position

    def words(self, start: int, end: int) -> str:
        """Return the plain text of a span on one line: one space replaces each run of white space."""
        return _BLANK.sub(" ", self.plain[start:end].translate(_SPACES)).strip()

    def joined(self, spans: Sequence[tuple[int, int]]) -> tuple[SourceText, list[tuple[int, int]]]:
        """Return a text in which one space replaces each run of white space inside the spans, and the new spans.

        The input spans are in order and do not overlap. Offsets into the raw text do not change.
        """
        pieces: list[str] = []
        starts: list[int] = []
        ends: list[int] = []
        moved: list[tuple[int, int]] = []
        position = lost = 0
        for start, end in spans:
            begin = start - lost
            for run in _RUN.finditer(self.plain, start, end):
                pieces += (self.plain[position : run.start()], " ")
                starts.extend(map(self.start_of, range(position, run.start() + 1)))
                ends.extend(map(self.end_of, range(position + 1, run.start() + 1)))
                ends.append(self.end_of(run.end()))
                position = run.end()
                lost += len(run.group()) - 1
            moved.append((begin, end - lost))
        if not pieces:
            return self, moved
        starts.extend(map(self.start_of, range(position, len(self.plain))))
        ends.extend(map(self.end_of, range(position + 1, len(self.plain) + 1)))
        plain = "".join((*pieces, self.plain[position:]))
        return SourceText(self.raw, plain, _fold(plain), starts, ends), moved


def read(raw: str) -> SourceText:
    """Make the plain and the folded text of a raw text. The time is linear in the length of the text."""
    pieces: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    position = 0
    escaped = False
    for match in _ESCAPE.finditer(raw):
        replacement = _undone(match.group(), match.group(1))
        if replacement is None:
            continue
        escaped = True
        starts.extend(range(position, match.start()))
        ends.extend(range(position + 1, match.start() + 1))
        pieces += (raw[position : match.start()], replacement)
        starts.extend([match.start()] * len(replacement))
        ends.extend([match.end()] * len(replacement))
        position = match.end()
    if not escaped:
        return SourceText(raw, raw, _fold(raw), [], [])
    starts.extend(range(position, len(raw)))
    ends.extend(range(position + 1, len(raw) + 1))
    plain = "".join((*pieces, raw[position:]))
    return SourceText(raw, plain, _fold(plain), starts, ends)


def _undone(found: str, escaped: str | None) -> str | None:
    if escaped is not None:
        return escaped
    if (entity := found.removeprefix("\\"))[0] == "&":
        character = html.unescape(entity)
        return character if character != entity or entity != found else None
    if found.startswith("<!--"):
        return " "
    return _MANGLED.get(found, "\n")


def _fold(plain: str) -> str:
    folded = plain.translate(_LOOK_ALIKES)
    lowered = folded.lower()
    if len(lowered) == len(folded):
        return lowered
    return "".join(c.lower() if len(c.lower()) == 1 else c for c in folded)

"""Cuts a block into pieces. Each piece is a new block with a part of the text.

A block is one list item or one paragraph. A denial is a word such as "not" or "without".
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from trialwire.transforms.eligibility.lists.layout import Block
    from trialwire.transforms.eligibility.source_text import SourceText

LONGEST_DENIAL = 24
FEW_WORDS = 3
_DENIAL = re.compile(
    r"(?<!/)(?<!/ )(?<!or )(?<!and )(?<!: )\b(?:not|no|without|never|non|cannot|neither|nor|absence of|free of)[\s-]*$"
)
_NOTE = re.compile(r"(?<=[.;])\s\*(?=[A-Z])")
FARTHEST_SIGN = 5000
"""How many characters before a note are searched for the sign that it explains."""
_SIGN = re.compile(r"\w\*(?=[\s.,;)])")
LOOK_BACK = 60
"""How many characters before a position are read to find the end of a sentence."""


def part(text: SourceText, block: Block, start: int, end: int, **changes: object) -> Block:
    """Return the part of a block in `[start, end)`, without white space at its ends, as a new block."""
    while start < end and text.folded[start].isspace():
        start += 1
    while end > start and text.folded[end - 1].isspace():
        end -= 1
    return replace(block, start=start, end=end, folded=text.folded[start:end], **changes)  # type: ignore[arg-type]  # fields of Block


def ends_in_denial(folded: str) -> bool:
    """Whether a folded piece ends with a denial, so that the denied words are in the next piece ("No epilepsy Not")."""
    return _DENIAL.search(folded[-LONGEST_DENIAL:]) is not None


def is_denial(folded: str) -> bool:
    """Whether a folded item consists only of a denial ("Not", "Must not"). Such an item denies the next item."""
    return len(folded.split()) <= FEW_WORDS and ends_in_denial(folded)


def with_denials(text: SourceText, pieces: list[Block]) -> list[Block]:
    """Return the pieces of one line. A piece that ends with a denial is joined with the next piece."""
    kept: list[Block] = []
    for piece in pieces:
        if kept and ends_in_denial(kept[-1].folded) and kept[-1].end <= piece.start:
            kept[-1] = part(text, kept[-1], kept[-1].start, piece.end)
        else:
            kept.append(piece)
    return kept


def with_note(text: SourceText, piece: Block) -> list[Block]:
    """Split a piece before the note at its end, if the note explains an asterisk in earlier text.

    "signed consent. *As reported by the subject." gives two pieces. A piece without such a note is returned unchanged.
    """
    if "*" not in piece.folded or (note := _NOTE.search(text.plain, piece.start, piece.end)) is None:
        return [piece]
    if not _SIGN.search(text.folded, max(0, note.start() - FARTHEST_SIGN), note.start()):
        return [piece]
    return [
        part(text, piece, piece.start, note.start()),
        part(text, piece, note.end(), piece.end, style="*", ordinal=None),
    ]


def cut(text: SourceText, block: Block, marks: list[tuple[int, int]], style: str) -> list[Block]:
    """Cut a block at its marks ("1)", "2)"): return the lead-in before the first mark, then one item per mark.

    `marks` are the spans of the marks, `style` is the marker style of the items. There is no lead-in if no words stand
    before the first mark.
    """
    first = marks[0][0]
    pieces: list[Block] = []
    deeper = 0
    if text.folded[block.start : first].strip(" :;.-"):
        pieces.append(part(text, block, block.start, first))
        deeper = 1
    ends = [start for start, _ in marks[1:]] + [block.end]
    for number, ((_, begin), end) in enumerate(zip(marks, ends, strict=True), 1):
        piece = part(text, block, begin, end, style=style, ordinal=number, indent=block.indent + deeper, gap=False)
        if piece.end > piece.start:
            pieces.append(piece)
    return pieces


def outside(body: str, position: int) -> bool:
    """Whether a position in a text is outside parentheses. Only the 200 characters before the position are read."""
    before = body[max(0, position - 200) : position]
    return before.rfind("(") <= before.rfind(")")

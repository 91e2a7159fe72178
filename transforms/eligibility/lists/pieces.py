"""Pieces of a block: the common output of all functions that cut a line."""

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
    """A span of a block without white space at its ends."""
    while start < end and text.folded[start].isspace():
        start += 1
    while end > start and text.folded[end - 1].isspace():
        end -= 1
    return replace(block, start=start, end=end, folded=text.folded[start:end], **changes)  # type: ignore[arg-type]  # fields of Block


def ends_in_denial(folded: str) -> bool:
    """Whether a folded piece is a denial or ends in one, so its object was cut off ("No epilepsy Not")."""
    return _DENIAL.search(folded[-LONGEST_DENIAL:]) is not None


def is_denial(folded: str) -> bool:
    """Whether an item is only a denial ("Not", "Must not"), so that it denies the next item."""
    return len(folded.split()) <= FEW_WORDS and ends_in_denial(folded)


def with_denials(text: SourceText, pieces: list[Block]) -> list[Block]:
    """The pieces of one line; a piece that ends in a denial is joined with the next one."""
    kept: list[Block] = []
    for piece in pieces:
        if kept and ends_in_denial(kept[-1].folded) and kept[-1].end <= piece.start:
            kept[-1] = part(text, kept[-1], kept[-1].start, piece.end)
        else:
            kept.append(piece)
    return kept


def with_note(text: SourceText, piece: Block) -> list[Block]:
    """A piece and the note at its end that explains an asterisk: "signed consent. *As reported by the subject."."""
    if "*" not in piece.folded or (note := _NOTE.search(text.plain, piece.start, piece.end)) is None:
        return [piece]
    if not _SIGN.search(text.folded, max(0, note.start() - FARTHEST_SIGN), note.start()):
        return [piece]
    return [
        part(text, piece, piece.start, note.start()),
        part(text, piece, note.end(), piece.end, style="*", ordinal=None),
    ]


def cut(text: SourceText, block: Block, marks: list[tuple[int, int]], style: str) -> list[Block]:
    """The lead-in before the first mark (if any words stand there) and one child after each mark."""
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
    """Whether a position is outside parentheses, judged by the 200 characters before it."""
    before = body[max(0, position - 200) : position]
    return before.rfind("(") <= before.rfind(")")

"""Footnotes: lines that explain a sign ("*", "*1") of an earlier item and are no criteria."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from transforms.eligibility import remarks

if TYPE_CHECKING:
    from transforms.eligibility.layout import Block
    from transforms.eligibility.source_text import SourceText

_SIGN = re.compile(r"[\w)\]](?:\*+(?=[\s.;,)]|$)|\*\s?(\d)(?![\d.]))")
_NUMBERED = re.compile(r"(\d)\s(?=[A-Z])")


def footnotes(text: SourceText, blocks: list[Block]) -> list[bool]:
    """For each block whether it explains a sign that stood in a block before it.

    It begins with an escaped asterisk, or with a bare number ("1 Acceptable methods …") that stood after an asterisk.
    One that asks for something is a criterion all the same; so is one with items of its own.
    """
    starred = False
    numbers: set[str] = set()
    found = []
    for number, block in enumerate(blocks):
        numbered = _NUMBERED.match(text.plain, block.start, block.end) if block.ordinal is None else None
        explains = numbered is not None and numbered[1] in numbers and not _has_items(blocks, number)
        found.append((explains or (starred and _escaped(text, block))) and not remarks.asks(block.folded))
        for sign in _SIGN.finditer(block.folded):
            starred = starred or sign[1] is None
            numbers.update(sign[1] or "")
    return found


def _has_items(blocks: list[Block], number: int) -> bool:
    after = blocks[number + 1] if number + 1 < len(blocks) else None
    return after is not None and after.marked and after.indent > blocks[number].indent


def _escaped(text: SourceText, block: Block) -> bool:
    """Whether an escaped asterisk stands before a block."""
    sign = block.start - 1
    while sign > 0 and text.plain[sign] == " ":
        sign -= 1
    return sign >= 0 and text.plain[sign] == "*" and text.raw[text.start_of(sign)] == "\\"

"""Finds footnotes: lines that explain a sign ("*", "*1") of an earlier item and are not criteria."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from trialwire.transforms.eligibility.lists import remarks

if TYPE_CHECKING:
    from trialwire.transforms.eligibility.lists.layout import Block
    from trialwire.transforms.eligibility.source_text import SourceText

_SIGN = re.compile(r"[\w)\]](?:\*+(?=[\s.;,)]|$)|\*\s?(\d)(?![\d.]))")
SHORTEST = 8
"""The smallest number of characters in words that a footnote explains."""
_NUMBERED = re.compile(r"(\d)\s(?=[A-Z])")


def footnotes(text: SourceText, blocks: list[Block]) -> list[bool]:
    """Return one boolean per block: whether the block is a footnote, so that it explains a sign in an earlier block.

    A footnote begins with an asterisk that is not a bullet, or with a bare number ("1 Acceptable methods …") that
    stood after an asterisk. A block that requires something, or that has its own items, is still a criterion.
    """
    bullets = _stars_are_bullets(text, blocks)
    starred = False
    explained = ""
    numbers: set[str] = set()
    found = []
    for number, block in enumerate(blocks):
        numbered = _NUMBERED.match(text.plain, block.start, block.end) if block.ordinal is None else None
        explains = numbered is not None and numbered[1] in numbers and not _has_items(blocks, number)
        found.append(
            (explains or (starred and _begins_starred(text, block, bullets=bullets))) and not remarks.asks(block.folded)
        )
        found[-1] = found[-1] or _explains(block.folded, explained)
        for sign in _SIGN.finditer(block.folded) if "*" in block.folded else ():
            starred = starred or sign[1] is None
            numbers.update(sign[1] or "")
            explained = block.folded if sign[1] is None else explained
    return found


def _explains(line: str, starred: str) -> bool:
    """Whether a line repeats, before a colon, the last words of a line with an asterisk, and so defines them."""
    words, colon, _ = line.partition(":")
    return bool(colon) and len(words) >= SHORTEST and starred.rstrip(" *").endswith(words.strip())


def _has_items(blocks: list[Block], number: int) -> bool:
    after = blocks[number + 1] if number + 1 < len(blocks) else None
    return after is not None and after.marked and after.indent > blocks[number].indent


def _stars_are_bullets(text: SourceText, blocks: list[Block]) -> bool:
    """Whether bare asterisks mark the items of lists.

    True in markdown, which escapes signs. In other texts: if most items have one, or if there are more than signs.
    """
    stars = sum(block.style == "*" for block in blocks)
    if 2 * stars > sum(block.marked for block in blocks):
        return True
    signs = [block.start + sign.start() + 1 for block in blocks for sign in _SIGN.finditer(block.folded)]
    return stars > len(signs) or any(text.raw[text.start_of(sign)] == "\\" for sign in signs)


def _begins_starred(text: SourceText, block: Block, *, bullets: bool) -> bool:
    """Whether an asterisk before a block is not a bullet: it is escaped, or asterisks mark no list in this text."""
    if not bullets and block.style == "*":
        return True
    sign = block.start - 1
    while sign > 0 and text.plain[sign] == " ":
        sign -= 1
    return sign >= 0 and text.plain[sign] == "*" and text.raw[text.start_of(sign)] == "\\"

"""Groups the lines of an eligibility text into blocks: list items and paragraphs, with wrapped lines joined.

Registry texts have three layouts:
- the current layout: markdown with one line per item;
- the legacy layout: wrapped lines with an indent of eight spaces, and a blank line between two items (a line without a
  blank line before it always continues the line above);
- free text.
This module decides only which lines belong together, not what they mean.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from trialwire.transforms.eligibility.lists.headings import section_heading
from trialwire.transforms.eligibility.lists.lead_in import is_connector
from trialwire.transforms.eligibility.lists.remarks import is_dashed, is_note, is_topic

if TYPE_CHECKING:
    from trialwire.transforms.eligibility.source_text import SourceText

_NUMBER = re.compile(r"\(?\s?(\d{1,3})\s?[.)\]:]{1,2}(?!\d)\s?(?!\s{0,2}(?:years?|yrs?|months?|weeks?|days?)\b)|[ie]\s?(\d{1,2})[.):]\s|#\s?(\d{1,2})[.):]?\s")  # fmt: skip
_DASHED = re.compile(r"(?:^|(?<=\n))[ ]{0,12}(?:[*-] )?(\d{1,2})\s?-\s?(?=[a-z(<>≥≤])")
_DASHED_HERE = re.compile(
    r"(\d{1,2})\s?-\s?(?=[a-z(<>≥≤])(?!\s?(?:year|yr|month|week|day|hour|fold|item|point|lead|minute)s?\b)"
)
_GLUED_AGE = re.compile(r"(\d{1,2})\.(?=(?:1[5-9]|[2-8]\d)\s?(?:-|~|to\b|years?\b|y\b|≤|<))")
_LEVELS = re.compile(r"(?!\d{1,2}\.\d\d\s?(?:-|~|to\b|years?\b|y\b))\(?\d{1,2}(?:\.\d{1,2}){1,4}[.)]?\s+(?=[a-z≥>(\"'])(?!(?:to|or|and|fold|x|mg|g|kg|cm|mm|ml|l|dl|iu|years?|months?|weeks?|days?|times|mmol|ng|ug|μg|nmol|pg|%)\b)")  # fmt: skip
_LETTER = re.compile(r"\(([a-z])\)\s?(?=\S)|([a-z])\)\s?(?=\S)|([a-z])\.\s?(?=\S)")
_ROMAN = re.compile(r"\(?([ivx]{2,5})[.)]\s?(?=\S)")
_IDEOGRAPHIC = re.compile(r"(\d{1,2})、")
_CIRCLED = re.compile(r"[①-⑳]\s?[.)]?\s?")
_BULLET = re.compile(r"[*•·●○◦▪▫■□♦◆❖‣⁃➢➤►▶✓✔\uf0b7\uf0a7\uf0d8\uf0fc]+\s?|-{1,2}>?\s*(?=\S)|[o§+?]\s+(?=\S)")
_BARE = re.compile(r"[*•·●○◦▪■□‣⁃-]+")
_ABBREVIATION = re.compile(r"(?:e\.\s?g|i\.\s?e)\b|[a-z]\.\s?(?:coli|pylori|difficile|aureus|falciparum|vivax|albicans|pneumoniae|tuberculosis|jirovec)")  # fmt: skip
_ENDS = frozenset(".;:?!")
_JOINER = re.compile(r"(?:and|or|and/or|but|plus)\b")
_HANGS = re.compile(r"[^\s;,.:]\s(?:of|with|the|an?|to|by|from|than|and|or)$")
"""The end of an item in the middle of a phrase: the unmarked paragraph after it continues the item."""
_GOES_ON = re.compile(r"[a-z]|\([a-z]")
_LISTS_ON = re.compile(r"\b(?:including|includes?|such as|namely|e\.g\.)\W*:\W*$")
"""The end of a list item that the next unmarked line continues: "allergy to the patch, including:"."""
WRAP_AT = 60
MANY = 3
WRAPPED_WIDTH = 110
LEGACY_INDENT = 8
"""The number of spaces before every line of the legacy XML; no other source indents like this."""


@dataclass(frozen=True, slots=True)
class Block:
    """One list item or one paragraph.

    `[start, end)` is the block's span in the plain text, without the list marker. `indent` is the block's depth.
    `style` is the form of the marker: "*", "-", "1.", "a)", or "" if the block has no marker. `ordinal` is the number
    in the marker, or None. `gap`: a blank line stands before the block.
    """

    start: int
    end: int
    indent: int
    style: str
    ordinal: int | None
    gap: bool
    folded: str

    @property
    def marked(self) -> bool:
        """Whether the block begins with a list marker ("*", "1.", "a)")."""
        return self.style != ""


@dataclass(frozen=True, slots=True)
class Layout:
    """Properties of the layout of a whole text.

    `wrapped`: long lines are wrapped. `spaced`: a blank line stands before every item. `dashed_numbers`: "1- x" is a
    list item. `legacy`: the text has the legacy layout of the registry's old XML.
    """

    wrapped: bool
    spaced: bool
    dashed_numbers: bool
    legacy: bool


def blocks(text: SourceText) -> list[Block]:
    """Return the blocks of a text in the order of the text.

    The lines of a wrapped paragraph or item become one block. An empty line, or a marker without words, gives no block.
    """
    lines = _lines(text)
    layout = _layout(text, lines)
    found: list[Block] = []
    previous_length = 0
    gap = True
    for number, (start, end) in enumerate(lines):
        block = _block(text, start, end, layout, gap=gap)
        if block is None:
            gap = gap or not _wrapped_number(text, found, start, end, layout)
            continue
        opened = bool(found) and found[-1].marked and _LISTS_ON.search(text.folded, found[-1].start, found[-1].end)
        titles = not opened and _titles_a_list(text, lines[number + 1 : number + 2], block, previous_length)
        if found and not titles and _continues(text, found[-1], block, previous_length, layout):
            found[-1] = replace(found[-1], end=block.end, folded="")
        else:
            found.append(block)
        previous_length = end - start
        gap = False
    return [
        replace(block, folded=text.folded[block.start : block.end]) if not block.folded else block for block in found
    ]


def unwrapped(text: SourceText, found: list[Block]) -> tuple[SourceText, list[Block]]:
    """Return a text and its blocks in which each block is on one line, so that patterns need not handle line breaks.

    Offsets in the raw text do not change.
    """
    joined, spans = text.joined([(block.start, block.end) for block in found])
    if joined is text:
        return text, found
    return joined, [
        replace(block, start=start, end=end, folded=joined.folded[start:end])
        for block, (start, end) in zip(found, spans, strict=True)
    ]


def _wrapped_number(text: SourceText, found: list[Block], start: int, end: int, layout: Layout) -> bool:
    """Whether a line with only a number or sign ("at Visit⏎2.") ends the block before it; if so, it is added to it."""
    words = text.folded[start:end].strip()
    if not (layout.spaced and found and any(character.isalnum() for character in words)):
        return False
    found[-1] = replace(found[-1], end=start + len(text.folded[start:end].rstrip()), folded="")
    return True


def _lines(text: SourceText) -> list[tuple[int, int]]:
    lines = []
    position = 0
    for line in text.folded.split("\n"):
        lines.append((position, position + len(line)))
        position += len(line) + 1
    return lines


def _layout(text: SourceText, lines: list[tuple[int, int]]) -> Layout:
    widest = max((end - start for start, end in lines), default=0)
    wrapped = widest <= WRAPPED_WIDTH and any(end - start >= WRAP_AT for start, end in lines)
    marked = spaced = 0
    gap = True
    for start, end in lines:
        body = _skip(text.folded, start, end)
        if body < end and read_marker(text, body, end) is not None:
            marked += 1
            spaced += gap
        gap = body >= end
    indents = [_skip(text.folded, start, end) - start for start, end in lines[1:] if text.folded[start:end].strip()]
    legacy = len(indents) > 1 and min(indents) >= LEGACY_INDENT
    numbers = set(_DASHED.findall(text.folded))
    return Layout(
        wrapped, legacy or (wrapped and marked >= MANY and spaced >= 0.8 * marked), {"1", "2"} <= numbers, legacy
    )


def _block(text: SourceText, start: int, end: int, layout: Layout, *, gap: bool) -> Block | None:
    folded = text.folded
    while end > start and folded[end - 1].isspace():
        end -= 1
    body = _skip(folded, start, end)
    if body >= end or _BARE.fullmatch(folded, body, end):
        return None
    indent = body - start
    if layout.legacy and indent == LEGACY_INDENT and read_marker(text, body, end) is not None:
        indent += 2  # a dash without a space: the registry indents list items by ten
    styles: list[str] = []
    ordinal: int | None = None
    for _ in range(0 if is_dashed(folded[body:end]) else 3):
        marker = read_marker(text, body, end) or (_dashed(text, body, end) if layout.dashed_numbers else None)
        if marker is None or (styles and styles[-1][0] in "ai"):
            break
        if styles and styles[-1][0] == "1" and marker[0][0] == "1":
            break
        style, ordinal, after = marker
        if after >= end:
            return None
        styles.append(style)
        body = after
    return Block(body, end, indent, "".join(styles), ordinal, gap, folded[body:end])


def _dashed(text: SourceText, body: int, end: int) -> tuple[str, int | None, int] | None:
    match = _DASHED_HERE.match(text.folded, body, end)
    return ("1-", int(match.group(1)), match.end()) if match else None


def read_marker(text: SourceText, body: int, end: int) -> tuple[str, int | None, int] | None:
    """Return the style, the number (or None) and the end of the list marker at position `body`, or None without marker.

    The style is the form of the marker, such as "1." or "a)".
    """
    folded = text.folded
    if _ABBREVIATION.match(folded, body, end):
        return None
    if match := _BULLET.match(folded, body, end):
        if folded[body] == "-" and folded[body + 1 : body + 2].isdigit() and _negative(folded, body, end):
            return None
        return folded[body], None, _skip(folded, match.end(), end)
    if match := _LEVELS.match(folded, body, end):
        return "1.1", None, match.end()
    if match := _GLUED_AGE.match(folded, body, end):
        return "1.", int(match.group(1)), match.end()
    if match := _IDEOGRAPHIC.match(text.plain, body, end):
        return "1,", int(match.group(1)), _skip(folded, match.end(), end)
    if match := _NUMBER.match(folded, body, end):
        number = next(group for group in match.groups() if group)
        style = "1" + match.group().strip("( 0123456789ie#").rstrip()[:1]
        return style, int(number), _skip(folded, match.end(), end)
    if match := _ROMAN.match(folded, body, end):
        return "i", _roman(match.group(1)), _skip(folded, match.end(), end)
    if match := _CIRCLED.match(folded, body, end):
        return "①", ord(folded[body]) - 0x245F, _skip(folded, match.end(), end)
    if (match := _LETTER.match(folded, body, end)) and _is_letter(text, body, match):
        letter = next(group for group in match.groups() if group)
        return "a" + ("." if match.group(3) else ")"), ord(letter) - 96, _skip(folded, match.end(), end)
    return None


def _is_letter(text: SourceText, body: int, match: re.Match[str]) -> bool:
    """Whether a letter is a marker ("a. x", "a.X"), not an abbreviation ("E. coli"): a capital needs one after it."""
    if not match.group(3):
        return True
    following = text.plain[match.end() : match.end() + 1]
    if text.plain[body].isupper():
        return not following.islower()
    return match.group().endswith(" ") or not following.islower()


def _negative(folded: str, body: int, end: int) -> bool:
    return (
        re.match(r"-\d+(?:\.\d+)?\s?(?:°|d(?:iopt)?\b|db\b|to\b|sd\b)", folded[body : min(end, body + 20)]) is not None
    )


def _skip(folded: str, position: int, end: int) -> int:
    while position < end and folded[position] == " ":
        position += 1
    return position


def _roman(letters: str) -> int:
    values = {"i": 1, "v": 5, "x": 10}
    total = 0
    for this, following in zip(letters, (*letters[1:], ""), strict=True):
        value = values[this]
        total += -value if following and values[following] > value else value
    return total


def _begins_anew(block: Block) -> bool:
    """Whether an unmarked line starts a block without a blank line before it, because it is a heading or connector."""
    return (
        is_connector(block.folded)
        or section_heading(block.folded, marked=False) is not None
        or (
            len(block.folded) < WRAP_AT
            and is_topic(block.folded, capitals=False, marked=False, before_list=False, holds_deeper=False)
        )
    )


def _titles_a_list(text: SourceText, following: list[tuple[int, int]], block: Block, previous_length: int) -> bool:
    """Whether a short unmarked line right before a list item is a title: it begins like one and is not wrapped."""
    if block.marked or block.gap or not following or max(len(block.folded), previous_length) >= WRAP_AT:
        return False
    if text.plain[block.start].islower() or not text.plain[block.start].isalpha() or block.folded[-1] in ".;,)":
        return False
    start, end = following[0]
    body = _skip(text.folded, start, end)
    heading = section_heading(text.folded[body:end].rstrip(), marked=False) if block.folded[-1] == ":" else None
    if heading is not None and heading.label == "inclusion" and not heading.generic:
        return True
    return body < end and body - start >= block.indent and read_marker(text, body, end) is not None


def _continues(text: SourceText, last: Block, block: Block, previous_length: int, layout: Layout) -> bool:
    """Whether a line continues the block before it.

    Every rule except one requires that no blank line stands between them. The exception: an unmarked paragraph
    continues a list item if it begins with "or" or "and", or if the item ends in the middle of a phrase.
    """
    finished = text.folded[last.end - 1] in _ENDS
    if block.gap:
        if block.marked or not last.marked or text.folded[last.end - 1] == ":" or is_note(block.folded):
            return False
        joined = block.folded[0] in ";,)" or (
            _JOINER.match(block.folded) is not None and len(block.folded) > len("and/or:")
        )
        hangs = _HANGS.search(text.folded[max(last.start, last.end - 12) : last.end]) is not None and not _begins_anew(
            block
        )
        return joined or hangs or (not finished and text.plain[block.start].islower())
    if layout.spaced:
        return not (
            block.marked and finished and block.ordinal is not None and block.ordinal == (last.ordinal or 0) + 1
        )
    if block.marked or _begins_anew(block):
        return False
    if text.folded[last.end - 1] == ":":
        if last.marked and _LISTS_ON.search(text.folded, last.start, last.end):
            return True
        return layout.wrapped and previous_length >= WRAP_AT
    if not (last.marked or finished) and text.plain[last.start].isupper() and _GOES_ON.match(text.plain, block.start):
        return True
    if layout.wrapped:
        return previous_length >= WRAP_AT or (last.marked and block.indent > last.indent)
    return last.marked and (block.indent >= last.indent or (not finished and text.plain[block.start].islower()))

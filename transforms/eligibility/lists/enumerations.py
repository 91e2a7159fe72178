"""Splits numbered and lettered lists whose line breaks were lost: "1) … 2) …", "a. …; b. …", "(i) … (ii) …".

A mark is the number or the letter before an item. A lead-in is the text that announces the list.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from trialwire.transforms.eligibility.lists import lead_in
from trialwire.transforms.eligibility.lists.pieces import LOOK_BACK, cut, part

if TYPE_CHECKING:
    from collections.abc import Callable

    from trialwire.transforms.eligibility.lists.layout import Block
    from trialwire.transforms.eligibility.source_text import SourceText

_NUMBERED = re.compile(
    r"(?:(?<=[\s.;,:)])(?<!\d[.,])|^)\(?(\d{1,2})\s?[.):]{1,2}\s*(?=[a-z(≥≤<>\"])(?!(?:x|mg|ml|g|years?|months?|weeks?|days?|hours?)\b)"
)
_NUMBERED_PARENTHESIS = re.compile(
    r"(?:(?<=[\s.;,:])(?<!\d[.,])|^)\(?(\d{1,2})\)\s*(?=[a-z0-9≥≤<>\"])|(?<=[a-z)])([2-9]|1\d)\)\s?(?=[a-z≥≤<>])"
)
_COUNTED = re.compile(r"(?<=[\s.;,)])(?<!\d[.,])(\d{1,2})[.)]\s*(?=[A-Z≥≤<>\"])|(?:(?<=[.;])|(?<=[.;]\s)|(?<=; and\s)|(?<=; or\s))\(?(\d{1,2})\)\s*(?=\S)")  # fmt: skip
_COUNTED_AFTER_COMMA = re.compile(r"(?<=,\s)\(?(\d{1,2})\)\s*(?=[a-zA-Z≥≤<>])")
_CIRCLED = re.compile(r"(?<=[;；.。,，\s])([②-⑳])\s*(?=\S)")
_COUNTED_LETTER = re.compile(
    r"(?<=[.;]\s)\(?([a-z])\)\s*(?=[A-Z≥≤<>\"])|(?:(?<=[.;)）])|(?<=[.;)）]\s))([A-Za-z])\.\s?(?=[A-Z≥≤<>\"])"
)
_DOTTED = re.compile(r"(?:(?<=[\s.;,:])|^)([a-k])\.(?:\s+|(?<=[;:]..)|(?<=[;:] ..))(?=[a-z0-9≥≤<>\"(])")
_DOTTED_ROMAN = re.compile(r"(?:(?<=[\s.;,:])|^)(i{1,3}|iv|vi{0,3})\.\s+(?=[a-z0-9≥≤<>\"(])")
_LETTERED = re.compile(r"(?:(?<=[\s.;,:])|^)\(?([a-h])\)\s*(?=[a-z0-9≥≤<>\"])")
_ROMAN = re.compile(r"(?:(?<=[\s.;,:])|^)\(?(i{1,3}|iv|vi{0,3})\)\s*(?=[a-z0-9≥≤<>\"])")
_MAY_BE_NUMBERED = re.compile(r"(?<![a-z0-9])(?:0?1\s?[.):]|[ai][.)])")
"""The mark of a first item. Without it a text has no list."""
_ROMANS = {"i": 1, "ii": 2, "iii": 3, "iv": 4, "v": 5, "vi": 6, "vii": 7, "viii": 8}
_FOLLOWING = re.compile(r"\b(?:following|as follows|below)\b[^.,;:()]*$")
"""A lead-in that announces a list without a colon: "those with the following diseases"."""
_CONJUNCTION_END = re.compile(r"\s(?:and|or|and/or)\s*$")
FEWEST_IN_SENTENCE = 3
CIRCLED_ZERO = 0x245F
"""The character before ①."""


def counted_on(text: SourceText, block: Block, next_ordinal: int | None) -> list[Block]:
    """Split a line that contains several items of a numbered list: "1. x 2. y 3. z" gives three blocks.

    `next_ordinal` is the number of the next line, or None. If there is such a number, it must follow the last number
    on this line. The list is empty if the line is not split.
    """
    if block.style == "①":
        found = [
            (ord(match[1]) - CIRCLED_ZERO, match.span())
            for match in _CIRCLED.finditer(text.plain, block.start, block.end)
        ]
        return _cut_on(text, block, _in_order(found, (block.ordinal or 0) + 1))
    if block.ordinal is None or not ("1" in block.style or block.style.endswith(("a)", "a."))):
        return []
    lettered = "1" not in block.style
    numbers: list[tuple[int, tuple[int, int]]] = []
    for match in (_COUNTED_LETTER if lettered else _COUNTED).finditer(text.plain, block.start, block.end):
        sign = match.group(1) or match.group(2)
        numbers.append((_letter(sign.lower()) if lettered else int(sign), match.span()))
    marks = _in_order(numbers, block.ordinal + 1)
    if not marks and not lettered:
        found = [
            (int(match[1]), match.span()) for match in _COUNTED_AFTER_COMMA.finditer(text.plain, block.start, block.end)
        ]
        marks = _in_order(found, block.ordinal + 1)
        marks = marks if len(marks) >= FEWEST_IN_SENTENCE else []
    if any(number <= block.ordinal and span < marks[0] for number, span in numbers if marks):
        return []  # "3. has the data (1) x; (2) y; (3) z; (4) w" contains a separate list
    if not marks or (next_ordinal is not None and next_ordinal not in {1, block.ordinal + len(marks) + 1}):
        return []
    return [piece for item in _cut_on(text, block, marks) for piece in numbered(text, item) or [item]]


def _cut_on(text: SourceText, block: Block, marks: list[tuple[int, int]]) -> list[Block]:
    """The items of a line, cut at its marks and numbered on from the line's own number; none without marks."""
    if not marks:
        return []
    starts = [block.start, *(end for _, end in marks)]
    ends = [*(start for start, _ in marks), block.end]
    return [
        part(text, block, begin, end, ordinal=(block.ordinal or 0) + number)
        for number, (begin, end) in enumerate(zip(starts, ends, strict=True))
    ]


def numbered(text: SourceText, block: Block) -> list[Block]:
    """Split a block that contains a whole list whose marks begin with 1, a or i: "Any of: 1) x 2) y".

    Return the lead-in (if words stand before the first mark) and the items, or an empty list if there is no such list.
    """
    body = block.folded
    if not _MAY_BE_NUMBERED.search(body):
        return []
    for pattern, value in (
        (_NUMBERED_PARENTHESIS, int),
        (_NUMBERED, int),
        (_LETTERED, _letter),
        (_ROMAN, _ROMANS.__getitem__),
        (_DOTTED, _letter),
        (_DOTTED_ROMAN, _ROMANS.__getitem__),
    ):
        marks = _sequence(body, pattern, value)
        alone = len(marks) == 1 and pattern is _DOTTED and body[: marks[0][0]].rstrip().endswith(":")
        if (len(marks) >= 2 or alone) and _list_like(body, marks):
            absolute = [(block.start + begin, block.start + end) for begin, end in marks]
            return cut(text, block, absolute, "1)" if value is int else "a)")
    return []


def _letter(found: str) -> int:
    return ord(found) - 96


def _sequence(body: str, pattern: re.Pattern[str], value: Callable[[str], int]) -> list[tuple[int, int]]:
    """The places of the marks 1, 2, 3 … in order."""
    found = [(value(match[match.lastindex or 1]), match.span()) for match in pattern.finditer(body)]
    return _in_order(found, 1)


def _in_order(found: list[tuple[int, tuple[int, int]]], first: int) -> list[tuple[int, int]]:
    """The marks whose numbers count up from `first`, without marks that are out of order.

    After three marks in order one number may be missing ("a. … b. … c. … e. …"), if no later mark has it.
    """
    last_at = {number: position for position, (number, _) in enumerate(found)}
    marks: list[tuple[int, int]] = []
    wanted = first
    for position, (number, span) in enumerate(found):
        sure = len(marks) > 1 and wanted > FEWEST_IN_SENTENCE
        skipped = sure and number == wanted + 1 and last_at.get(wanted, -1) < position
        if number == wanted or skipped:
            marks.append(span)
            wanted = number + 1
    return marks


def _list_like(body: str, marks: list[tuple[int, int]]) -> bool:
    """Whether marked pieces are items and not parts of a sentence: each ends in a stop, or a colon opens the list."""
    opening = body[: marks[0][0]].rstrip()
    if opening.endswith(":") or not opening:
        return True
    if len(marks) >= FEWEST_IN_SENTENCE and _FOLLOWING.search(opening[-LOOK_BACK:]):
        return True
    ends = [_CONJUNCTION_END.sub("", body[max(0, begin - 12) : begin]).rstrip()[-1:] for begin, _ in marks[1:]]
    if len(marks) >= FEWEST_IN_SENTENCE and lead_in.chooses(opening) and all(end in ",.;" for end in ends):
        return True
    return all(end in ".;" for end in ends) and (opening[-1] in ".;" or lead_in.announces(opening))

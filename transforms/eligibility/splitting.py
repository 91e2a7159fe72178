"""Lists that stand inside one line: headings after a full stop, "1) … 2) …", bullets, semicolons, prose."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

from transforms.eligibility import lead_in
from transforms.eligibility.heading_words import BESIDE_TERM
from transforms.eligibility.headings import INSIDE, section_heading
from transforms.eligibility.old_registry import topics_of_old_registry

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from transforms.eligibility.layout import Block
    from transforms.eligibility.source_text import SourceText

_NUMBERED = re.compile(
    r"(?:(?<=[\s.;,:)])(?<!\d[.,])|^)\(?(\d{1,2})\s?[.):]{1,2}\s*(?=[a-z(≥≤<>\"])(?!(?:x|mg|ml|g|years?|months?|weeks?|days?|hours?)\b)"
)
_NUMBERED_PARENTHESIS = re.compile(r"(?:(?<=[\s.;,:])(?<!\d[.,])|^)\(?(\d{1,2})\)\s*(?=[a-z0-9≥≤<>\"])")
_COUNTED = re.compile(r"(?<=[\s.;,)])(?<!\d[.,])(\d{1,2})[.)]\s*(?=[A-Z≥≤<>\"])|(?:(?<=[.;])|(?<=[.;]\s)|(?<=; and\s)|(?<=; or\s))\(?(\d{1,2})\)\s*(?=\S)")  # fmt: skip
_COUNTED_LETTER = re.compile(
    r"(?<=[.;]\s)\(?([a-z])\)\s*(?=[A-Z≥≤<>\"])|(?:(?<=[.;)）])|(?<=[.;)）]\s))([A-Za-z])\.\s?(?=[A-Z≥≤<>\"])"
)
_DOTTED = re.compile(r"(?:(?<=[\s.;,:])|^)([a-k])\.(?:\s+|(?<=[;:]..)|(?<=[;:] ..))(?=[a-z0-9≥≤<>\"(])")
_DOTTED_ROMAN = re.compile(r"(?:(?<=[\s.;,:])|^)(i{1,3}|iv|vi{0,3})\.\s+(?=[a-z0-9≥≤<>\"(])")
_LETTERED = re.compile(r"(?:(?<=[\s.;,:])|^)\(?([a-h])\)\s*(?=[a-z0-9≥≤<>\"])")
_ROMAN = re.compile(r"(?:(?<=[\s.;,:])|^)\(?(i{1,3}|iv|vi{0,3})\)\s*(?=[a-z0-9≥≤<>\"])")
_MAY_BE_NUMBERED = re.compile(r"\)|^\d|1[.:]|\b[abi]\.\s")
_ROMANS = {"i": 1, "ii": 2, "iii": 3, "iv": 4, "v": 5, "vi": 6, "vii": 7, "viii": 8}
_BULLETS = re.compile(r"\s?[•●▪■◦➢✓·]\s*(?=\S)|\s\*\s+(?=[a-z])|(?<=[.;])\s?-\s+(?=[a-z])|(?<=[.;])\s{1,3}-(?=[a-z])")
_GLUED_DASHES = re.compile(r"(?<![\w-])(?!anti|post|pre-|semi|non-|self|mid-)[a-z]{3,}(-\s+)(?=[A-Z])")
"""The dash of an item that follows the last word of the one before: "18 years and older- Males with"."""
_DASHES = re.compile(r"(?:^|\s)[-]\s+(?=[a-z])")
_TITLED_DASHES = re.compile(r"\s-\s+(?=[A-Z≥≤<>])")
_SENTENCE = re.compile(r"(?<=[a-z0-9)%\"'][.?!])\s+(?=[A-Z≥≤<>(])|(?<=[.;])\n+")
_CONTINUES = re.compile(r"(?:and|or|but|with|which|that|who|whose|where|if|as|e\.g|i\.e|including|such|then|than|so|for example|except|unless|defined|followed|also|however|this|(?:these|those)(?! (?:with|who|whose|that|taking|receiving))|it|they|the (?:latter|former|above))\b")  # fmt: skip
_DISTRIBUTES = re.compile(
    r"(?:(?:known|active|current|recent|prior|previous|any|a|the|documented|clinical) ){0,3}(?:histor(?:y|ies)|use|treatment|therapy|presence|evidence|diagnos[ei]s|allerg(?:y|ies)|hypersensitivity|contraindications?|intake|administration|receipt)\s(?:of|with|to)\b"
    r"|(?:patients|subjects|participants|individuals|persons|those|women|men) (?:with|who|receiving|taking|having|on|undergoing)\b"
)  # fmt: skip
_ABBREVIATED = re.compile(r"\b(?:e\.g|i\.e|vs|approx|dr|no|st|fig|incl|resp|max|min|etc|ca|cf)\.$")
_LISTS_ITSELF = re.compile(r"[^;:()]{3,160}(?:\((?!\d\))[^()]{0,60}\)[^;:()]{0,60})?:\s")
"""A lead-in with a colon before the first semicolon: then a list item's semicolons part what it lists."""
_FOLLOWING = re.compile(r"\b(?:following|as follows|below)\b[^.,;:()]*$")
"""A lead-in that promises a list without a colon: "those with the following diseases"."""
_CONJUNCTION_END = re.compile(r"\s(?:and|or|and/or)\s*$")
FEWEST_SEMICOLONS = 2
FEWEST_IN_SENTENCE = 3
MAX_WORD = 60


def split(text: SourceText, blocks: list[Block]) -> list[Block]:
    """Every block in as many blocks as it has items. A child's indent is one more than its lead-in's."""
    parts = [part for block in blocks for part in _at_headings(text, block)]
    following = [
        after.ordinal if (after.style, after.indent) == (part.style, part.indent) or after.ordinal == 1 else None
        for part, after in pairwise(parts)
    ] + [None]
    return [
        piece
        for part, next_ordinal, prose in zip(parts, following, _in_prose(parts), strict=False)
        for piece in _inside(text, part, next_ordinal, prose=prose)
    ]


def _in_prose(parts: list[Block]) -> list[bool]:
    """For each block whether its section has no list marker at all."""
    section = 0
    sections = []
    listed = set()
    for part in parts:
        heading = section_heading(part.folded, marked=part.marked)
        if heading is not None and not heading.generic:
            section += 1
        elif part.marked:
            listed.add(section)
        sections.append(section)
    return [number not in listed for number in sections]


def _at_headings(text: SourceText, block: Block) -> Iterator[Block]:
    whole = section_heading(block.folded, marked=block.marked)
    if whole is not None and whole.population and whole.end >= len(block.folded) and not block.marked:
        yield block
        return
    begin = block.start
    headed = False
    for match in INSIDE.finditer(block.folded):
        at = block.start + match.start()
        before = text.plain[max(begin, at - MAX_WORD) : at].rstrip()
        if not before:
            headed = True
        elif _ends(before, text.plain[at : block.start + match.end()], headed=headed):
            headed = True
            yield _part(text, block, begin, at)
            block = replace(block, style="", ordinal=None)
            begin = at
    yield _part(text, block, begin, block.end)


def _ends(before: str, heading: str, *, headed: bool) -> bool:
    """Whether an item ends before what looks like a heading: at a stop, or a plain word before "Xclusion Criteria:".

    `headed` says that the line had a heading before, so that a capital word may be the end of its last item.
    """
    if before[-1] in '.;:)?!"':
        return True
    last = before.rsplit(" ", 1)[-1]
    titled = heading.endswith(":") and all(word[0].isupper() for word in heading.split() if word != ":")
    return titled and (headed or last.islower()) and last.casefold() not in BESIDE_TERM


def _inside(text: SourceText, block: Block, next_ordinal: int | None, *, prose: bool) -> list[Block]:
    if pieces := _counted_on(text, block, next_ordinal):
        return pieces
    for find in (topics_of_old_registry, _bulleted, _numbered, _semicolons):
        if pieces := find(text, block):
            return pieces
    return _sentences(text, block) if prose and not block.marked else [block]


def _part(text: SourceText, block: Block, start: int, end: int, **changes: object) -> Block:
    """A span of a block without white space at its ends."""
    while start < end and text.folded[start].isspace():
        start += 1
    while end > start and text.folded[end - 1].isspace():
        end -= 1
    return replace(block, start=start, end=end, folded=text.folded[start:end], **changes)  # type: ignore[arg-type]  # fields of Block


def _cut(text: SourceText, block: Block, marks: list[tuple[int, int]], style: str) -> list[Block]:
    """The lead-in before the first mark (if any words stand there) and one child after each mark."""
    first = marks[0][0]
    pieces: list[Block] = []
    deeper = 0
    if text.folded[block.start : first].strip(" :;.-"):
        pieces.append(_part(text, block, block.start, first))
        deeper = 1
    ends = [start for start, _ in marks[1:]] + [block.end]
    for number, ((_, begin), end) in enumerate(zip(marks, ends, strict=True), 1):
        piece = _part(text, block, begin, end, style=style, ordinal=number, indent=block.indent + deeper, gap=False)
        if piece.end > piece.start:
            pieces.append(piece)
    return pieces


def _bulleted(text: SourceText, block: Block) -> list[Block]:
    body = block.folded
    if not any(sign in body for sign in "•●▪■◦➢✓·*-"):
        return []
    marks = [
        (block.start + m.start(), block.start + m.end()) for m in _BULLETS.finditer(body) if _outside(body, m.start())
    ]
    if not marks and block.style == "-":
        marks = [m.span() for m in _TITLED_DASHES.finditer(text.plain, block.start, block.end)]
        marks = marks if len(marks) >= 2 and text.plain[block.start].isupper() else []
    if not marks:
        glued = _GLUED_DASHES.finditer(text.plain, block.start, block.end)
        marks = [m.span(1) for m in glued if _outside(body, m.start(1) - block.start)]
    if not marks:
        dashes = [(block.start + m.start(), block.start + m.end()) for m in _DASHES.finditer(body)]
        opens = len(dashes) >= 2 and (body[: dashes[0][0] - block.start].rstrip()[-1:] in {":", ""})
        return _cut(text, block, dashes, "-") if opens else []
    if lead_in.announces(body[: marks[0][0] - block.start].strip()):
        return _cut(text, block, marks, "-")
    starts = [block.start, *(end for _, end in marks)]
    ends = [*(start for start, _ in marks), block.end]
    pieces = [_part(text, block, begin, end) for begin, end in zip(starts, ends, strict=True)]
    return [piece for piece in pieces if piece.end > piece.start]


def _outside(body: str, position: int) -> bool:
    """Whether a position is outside parentheses, as far as the 200 characters before it tell."""
    before = body[max(0, position - 200) : position]
    return before.rfind("(") <= before.rfind(")")


def _counted_on(text: SourceText, block: Block, next_ordinal: int | None) -> list[Block]:
    """Items 2, 3 … on the line of item 1: "1. x 2. y 3. z". The next line's number, if any, must go on from the last."""
    if block.ordinal is None or not ("1" in block.style or block.style.endswith(("a)", "a."))):
        return []
    lettered = "1" not in block.style
    numbers: list[tuple[int, tuple[int, int]]] = []
    for match in (_COUNTED_LETTER if lettered else _COUNTED).finditer(text.plain, block.start, block.end):
        sign = match.group(1) or match.group(2)
        numbers.append((_letter(sign.lower()) if lettered else int(sign), match.span()))
    marks = _in_order(numbers, block.ordinal + 1)
    if any(number <= block.ordinal and span < marks[0] for number, span in numbers if marks):
        return []  # "3. has the data (1) x; (2) y; (3) z; (4) w": a list of its own
    if not marks or (next_ordinal is not None and next_ordinal not in {1, block.ordinal + len(marks) + 1}):
        return []
    starts = [block.start, *(end for _, end in marks)]
    ends = [*(start for start, _ in marks), block.end]
    items = [
        _part(text, block, begin, end, ordinal=block.ordinal + number)
        for number, (begin, end) in enumerate(zip(starts, ends, strict=True))
    ]
    return [piece for item in items for piece in _numbered(text, item) or [item]]


def _numbered(text: SourceText, block: Block) -> list[Block]:
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
            return _cut(text, block, absolute, "1)" if value is int else "a)")
    return []


def _letter(found: str) -> int:
    return ord(found) - 96


def _sequence(body: str, pattern: re.Pattern[str], value: Callable[[str], int]) -> list[tuple[int, int]]:
    """Where marks 1, 2, 3 … stand in order."""
    return _in_order([(value(match.group(1)), match.span()) for match in pattern.finditer(body)], 1)


def _in_order(found: list[tuple[int, tuple[int, int]]], first: int) -> list[tuple[int, int]]:
    """The marks whose numbers count on from `first`; those out of order are none.

    After three in order one number may be missing ("a. … b. … c. … e. …"), where it comes nowhere after.
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
    """Whether marked pieces are items of a list and not parts of a sentence: each ends in a stop, or a colon opens."""
    opening = body[: marks[0][0]].rstrip()
    if opening.endswith(":") or not opening:
        return True
    if len(marks) >= FEWEST_IN_SENTENCE and _FOLLOWING.search(opening[-MAX_WORD:]):
        return True
    ends = [_CONJUNCTION_END.sub("", body[max(0, begin - 12) : begin]).rstrip()[-1:] for begin, _ in marks[1:]]
    if len(marks) >= FEWEST_IN_SENTENCE and lead_in.chooses(opening) and all(end in ",.;" for end in ends):
        return True
    return all(end in ".;" for end in ends) and (opening[-1] in ".;" or lead_in.announces(opening))


def _semicolons(text: SourceText, block: Block) -> list[Block]:
    """A semicolon list whose pieces stand alone. A piece that leans on the first words does not, so nothing is split."""
    body = block.folded
    if body.count(";") < FEWEST_SEMICOLONS or (block.marked and not _LISTS_ITSELF.match(body)):
        return []
    cuts = [m.start() for m in re.finditer(";", body) if _outside(body, m.start())]
    if len(cuts) < FEWEST_SEMICOLONS:
        return []
    starts = [0, *(cut + 1 for cut in cuts)]
    ends = [*(cut + 1 for cut in cuts), len(body)]
    pieces = [_part(text, block, block.start + a, block.start + b) for a, b in zip(starts, ends, strict=True)]
    pieces = [piece for piece in pieces if piece.folded.strip(" .;")]
    if any(_CONTINUES.match(piece.folded) and not re.match(r"(?:and|or)\b", piece.folded) for piece in pieces[1:]):
        return []
    colon = pieces[0].folded.find(":")
    first = pieces[0].folded[colon + 1 :].strip()
    if _DISTRIBUTES.match(first) and not all(_DISTRIBUTES.match(piece.folded) for piece in pieces[1:]):
        return []
    if colon > 0 and lead_in.announces(pieces[0].folded[: colon + 1]):
        head, rest = _part(text, block, block.start, pieces[0].start + colon + 1), pieces[0].start + colon + 1
        children = [_part(text, block, rest, pieces[0].end), *pieces[1:]]
        return [head, *(replace(child, style="-", indent=block.indent + 1, gap=False) for child in children)]
    return pieces


def _sentences(text: SourceText, block: Block) -> list[Block]:
    """Sentences of prose, where no item of the whole text has a marker. One that leans on the last stays with it."""
    cuts = [block.start]
    for match in _SENTENCE.finditer(text.plain, block.start, block.end):
        if _ABBREVIATED.search(text.folded[max(block.start, match.start() - 12) : match.start()]):
            continue
        if _CONTINUES.match(text.folded, match.end()) or not _outside(block.folded, match.start() - block.start):
            continue
        cuts.append(match.end())
    return [_part(text, block, begin, end) for begin, end in zip(cuts, [*cuts[1:], block.end], strict=True)]

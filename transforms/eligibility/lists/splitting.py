"""Splits a line that contains several items into one block per item.

A line is split at a heading after a full stop, at numbers and letters of a list, bullets, semicolons and sentences.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from trialwire.transforms.eligibility.lists import lead_in
from trialwire.transforms.eligibility.lists.enumerations import counted_on, numbered
from trialwire.transforms.eligibility.lists.footnotes import footnotes
from trialwire.transforms.eligibility.lists.heading_words import BESIDE_TERM
from trialwire.transforms.eligibility.lists.headings import INSIDE, section_heading
from trialwire.transforms.eligibility.lists.old_registry import topics_of_old_registry
from trialwire.transforms.eligibility.lists.pieces import LOOK_BACK, cut, outside, part, with_denials, with_note

if TYPE_CHECKING:
    from collections.abc import Iterator

    from trialwire.transforms.eligibility.lists.layout import Block
    from trialwire.transforms.eligibility.source_text import SourceText

_BULLETS = re.compile(
    r"\s?[•●▪■◦➢✓]\s*(?=\S)|\s?·\s*(?!(?:m-?\s?2\b|m\^|1[.,]73|kg-1|min-1|l-1))(?=\S)|\s\*\s+(?=[a-z])|(?<=[.;])\s?-\s+(?=[a-z])|(?<=[.;])\s{1,3}-(?=[a-z])"
)
_TAGS = re.compile(r"(?:</?[a-z][a-z0-9]{0,9}>\s?)+")
_DASH_END = re.compile(r"\s[-*]{1,3}$")
"""A dash between an item and the heading after it: "… of steroids. -- Exclusion criteria: …"."""
_GLUED = re.compile(
    r"(?:(?<![\w-])(?!anti|post|pre-|semi|non-|self|mid-|co-|re-|ex-)(?:(?P<word>[a-z]{2,})|\d+%?)|\))(?P<dash>-\s+)(?=[A-Z])"
)
"""The dash of an item, right after the last word of the item before it: "18 years and older- Males with".

After a number, a bracket or a unit of two letters the dash marks an item only if the line has more such dashes.
"""
_OPENING_DASH = re.compile(r"[^:;.]{3,60}:\s?(?P<dash>-\s+)")
_DASHES = re.compile(r"(?:^|\s)[-]\s+(?=[a-z])")
_TITLED_DASHES = re.compile(r"(?<![A-Z]\d)\s-\s+(?=[A-Z≥≤<>])")
_SENTENCE = re.compile(r"(?<=[a-z0-9)%\"'][.?!])\s+(?=[A-Z≥≤<>(])|(?<=[.;])\n+")
_CONTINUES = re.compile(r"(?:and|or|but|with|which|that|who|whose|where|if|as|e\.g|i\.e|including|such|then|than|so|for example|except|unless|defined|followed|also|however|this|(?:these|those)(?! (?:with|who|whose|that|taking|receiving))|it|they|the (?:latter|former|above))\b")  # fmt: skip
_DISTRIBUTES = re.compile(
    r"(?:(?:known|active|current|recent|prior|previous|any|a|the|documented|clinical) ){0,3}(?:histor(?:y|ies)|use|treatment|therapy|presence|evidence|diagnos[ei]s|allerg(?:y|ies)|hypersensitivity|contraindications?|intake|administration|receipt)\s(?:of|with|to)\b"
    r"|(?:patients|subjects|participants|individuals|persons|those|women|men) (?:with|who|receiving|taking|having|on|undergoing)\b"
)  # fmt: skip
_ABBREVIATED = re.compile(r"\b(?:e\.g|i\.e|vs|approx|dr|no|st|fig|incl|resp|max|min|etc|ca|cf)\.$")
_LISTS_ITSELF = re.compile(r"[^;:()]{3,160}(?:\((?!\d\))[^()]{0,60}\)[^;:()]{0,60})?:\s")
"""A lead-in with a colon before the first semicolon: then the semicolons of a list item separate what it lists."""
_STANDS = re.compile(
    rf"(?:(?:and )?(?:all |any |adult |pregnant |male |female |lactating |breast-?feeding |the )*(?:patients?|subjects?|participants?|individuals|persons|people|those|women|men|males?|females?)\b"
    rf"|{_DISTRIBUTES.pattern}|(?:age[ds]?|able|willing|pregnan\w+|breast-?feeding|lactati\w+|written|signed|informed consent|ecog|bmi|body mass index|life expectancy|no |not |known |inability|refusal|poor |good |drug |alcohol |severe |uncontrolled |active |congenital )"
    rf"|(?!and\b|or\b)[^<>=≥≤]{{2,60}}[<>=≥≤]\s?\d)"
)
"""The start of an independent requirement: a word for a person, a known word, or a bound."""
_LEANS = re.compile(
    r"\b(?:may be|are allowed|is allowed|permitted|(?:is|are) (?:not )?eligible|defined|such (?:as )?patients|in (?:this|that|which) case|the (?:last|first|latter|former|same|above|following))\b|:"
)
"""Words by which a piece refers to another piece or makes an exception to it."""
_LISTS = re.compile(r"\b(?:includ(?:e|es|ing)|such as|e\.g|either|both|following|below|any of|one of)\b")
_TITLED = re.compile(r"(?!And|Or|Inducers|Inhibitors)[A-Z][a-z]+['a-z-]* ")
_ANY_SENTENCE = re.compile(r"(?<=[\w)%]\.)\s+(?=[A-Z])")
_BOUNDED = re.compile(r"[A-Z][\w()/, -]{2,90}?\s?[<>=≥≤]{1,2}\s?\d")
FEWEST_ALONE = 3
FEWEST_SEMICOLONS = 2
MIN_WORD = 3


def split(text: SourceText, blocks: list[Block]) -> list[Block]:
    """Return the blocks of a text with every block split into its items, in the order of the text.

    If a block contains the line that announces a list (the lead-in), the indent of the items is one more than the
    indent of the lead-in.
    """
    lines = [line for block in blocks for line in _at_headings(text, block)]
    following = [*map(_next_ordinal, lines, lines[1:]), *(None for _ in lines[-1:])]
    return [
        piece
        for line, next_ordinal, place, whole in zip(
            lines, following, _places(lines), footnotes(text, lines), strict=True
        )
        for one in ([line] if whole else with_denials(text, _inside(text, line, next_ordinal, place)))
        for piece in with_note(text, one)
    ]


def _next_ordinal(line: Block, after: Block) -> int | None:
    """The number of the next line if it continues this line's list or begins a new list, else None."""
    same_list = (after.style, after.indent) == (line.style, line.indent)
    return after.ordinal if same_list or after.ordinal == 1 else None


class _Place(NamedTuple):
    """A block's section: `prose`, it has no list marker; `excludes`, it is an exclusion section."""

    prose: bool
    excludes: bool


def _places(lines: list[Block]) -> list[_Place]:
    section = 0
    sections = []
    listed = set()
    excludes = False
    for line in lines:
        heading = section_heading(line.folded, marked=line.marked)
        if heading is not None and not heading.generic:
            section += 1
        elif line.marked:
            listed.add(section)
        if heading is not None and heading.label is not None:
            excludes = heading.label == "exclusion"
        sections.append((section, excludes))
    return [_Place(number not in listed, label) for number, label in sections]


def _at_headings(text: SourceText, block: Block) -> Iterator[Block]:
    whole = section_heading(block.folded, marked=block.marked)
    if whole is not None and whole.population and whole.end >= len(block.folded) and not block.marked:
        yield block
        return
    begin = block.start
    headed = False
    for match in INSIDE.finditer(block.folded):
        at, after = block.start + match.start(), block.start + match.end()
        before = text.plain[max(begin, at - LOOK_BACK) : at].rstrip()
        closed = match.group().endswith((":", "-")) or after < block.end
        dashed = closed and _DASH_END.search(before) is not None
        before = "" if _TAGS.fullmatch(before) else before.rstrip(" -*") if dashed else before
        lists = headed and match.group().endswith("-") and text.plain[at].isupper()
        if before and not (dashed or lists) and not _ends(before, text.plain[at:after], titled=closed, headed=headed):
            continue
        headed = True
        if before:
            yield part(text, block, begin, at - _marks_before(text, begin, at))
            block = replace(block, style="", ordinal=None)
            begin = at
        if not match.group().endswith(":") and after < block.end:
            yield part(text, block, begin, after)
            begin = after
    yield part(text, block, begin, block.end)


def _marks_before(text: SourceText, begin: int, at: int) -> int:
    """The number of dash characters right before a heading inside a line; they belong to neither side."""
    kept = text.plain[begin:at].rstrip()
    return at - begin - len(kept.rstrip(" -*")) if _DASH_END.search(kept[-LOOK_BACK:]) else 0


def _ends(before: str, heading: str, *, titled: bool, headed: bool) -> bool:
    """Whether an item ends before a possible heading: at a stop, or at a plain word before "Exclusion Criteria:".

    `titled`: a colon or the first item follows. `headed`: the line has an earlier heading, so that a capitalised word
    may end its last item.
    """
    if before[-1] in '.;:)?!"':
        return True
    last = before.rsplit(" ", 1)[-1]
    titled = titled and all(word[0].isupper() for word in heading.split() if word != ":")
    return titled and (headed or last.islower()) and last.casefold() not in BESIDE_TERM


def _inside(text: SourceText, block: Block, next_ordinal: int | None, place: _Place) -> list[Block]:
    if pieces := counted_on(text, block, next_ordinal):
        return pieces
    for find in (topics_of_old_registry, _bulleted, numbered):
        if pieces := find(text, block):
            return pieces
    if pieces := _semicolons(text, block, excludes=place.excludes) or _bounded_sentences(text, block):
        return pieces
    return _sentences(text, block) if place.prose and not block.marked else [block]


def _bulleted(text: SourceText, block: Block) -> list[Block]:
    body = block.folded
    if not any(sign in body for sign in "•●▪■◦➢✓·*-"):
        return []
    marks = [
        (block.start + m.start(), block.start + m.end()) for m in _BULLETS.finditer(body) if outside(body, m.start())
    ]
    if not marks and block.style == "-":
        marks = [m.span() for m in _TITLED_DASHES.finditer(text.plain, block.start, block.end)]
        marks = marks if len(marks) >= 2 and text.plain[block.start].isupper() else []
        if marks and (colon := body.find(": ", 0, marks[0][0] - block.start)) > 0:
            return cut(text, block, [(block.start + colon + 1, block.start + colon + 2), *marks], "-")
    if not marks or text.plain[marks[0][0] : marks[0][1]].strip() == "-":
        glued = [
            m
            for m in _GLUED.finditer(text.plain, block.start, block.end)
            if outside(body, m.start("dash") - block.start)
        ]
        if marks or len(glued) > 1 or any(len(m["word"] or "") >= MIN_WORD for m in glued):
            opening = _OPENING_DASH.match(text.plain, block.start, block.end)
            marks = sorted({*marks, *(m.span("dash") for m in glued), *([opening.span("dash")] if opening else [])})
    if not marks:
        dashes = [(block.start + m.start(), block.start + m.end()) for m in _DASHES.finditer(body)]
        opens = len(dashes) >= 2 and (body[: dashes[0][0] - block.start].rstrip()[-1:] in {":", ""})
        return cut(text, block, dashes, "-") if opens else []
    if lead_in.announces(body[: marks[0][0] - block.start].strip()):
        return cut(text, block, marks, "-")
    items = replace(block, style=block.style or "-")
    heading = section_heading(body[: marks[0][0] - block.start], marked=block.marked)
    first = block.start + (heading.end if heading is not None else 0)
    pieces = [part(text, block, block.start, first), part(text, items if heading else block, first, marks[0][0])]
    ends = [*(start for start, _ in marks[1:]), block.end]
    pieces += [part(text, items, begin, end) for (_, begin), end in zip(marks, ends, strict=True)]
    return [piece for piece in pieces if piece.end > piece.start]


def _semicolons(text: SourceText, block: Block, *, excludes: bool) -> list[Block]:
    """Split at semicolons only if every piece is a complete criterion; "history of A; B" stays whole."""
    body = block.folded
    if body.count(";") < FEWEST_SEMICOLONS:
        return []
    alone = block.marked and not _LISTS_ITSELF.match(body)
    cuts = [m.start() for m in re.finditer(";", body) if outside(body, m.start())]
    if len(cuts) < FEWEST_SEMICOLONS:
        return []
    starts = [0, *(cut + 1 for cut in cuts)]
    ends = [*(cut + 1 for cut in cuts), len(body)]
    pieces = [part(text, block, block.start + a, block.start + b) for a, b in zip(starts, ends, strict=True)]
    pieces = [piece for piece in pieces if piece.folded.strip(" .;")]
    if not pieces:
        return []
    if any(_CONTINUES.match(piece.folded) and not re.match(r"(?:and|or)\b", piece.folded) for piece in pieces[1:]):
        return []
    if alone and not _each_stands_alone(text, pieces, excludes=excludes):
        return []
    colon = pieces[0].folded.find(":")
    first = pieces[0].folded[colon + 1 :].strip()
    if _DISTRIBUTES.match(first) and not all(_DISTRIBUTES.match(piece.folded) for piece in pieces[1:]):
        return []
    if colon > 0 and lead_in.announces(pieces[0].folded[: colon + 1]):
        head, rest = part(text, block, block.start, pieces[0].start + colon + 1), pieces[0].start + colon + 1
        children = [part(text, block, rest, pieces[0].end), *pieces[1:]]
        return [head, *(replace(child, style="-", indent=block.indent + 1, gap=False) for child in children)]
    last = pieces[-1]
    if last.folded.startswith("and "):
        pieces[-1] = part(text, last, last.start + len("and "), last.end)
    return pieces


def _each_stands_alone(text: SourceText, pieces: list[Block], *, excludes: bool) -> bool:
    """Whether three or more pieces of a list item without a colon are certainly independent requirements.

    Each begins with a word for a person, a known word or a capitalised word, or states a bound; none refers to another.
    Pieces with the same first word may be alternatives ("women with …; women after …"): only an exclusion splits them.
    """
    if len(pieces) < FEWEST_ALONE or _LISTS.search(pieces[0].folded):
        return False
    begins = {piece.folded.split(" ", 1)[0] for piece in pieces}
    if not excludes and len(begins) < len(pieces):
        return False
    return all(
        (_STANDS.match(piece.folded) or _TITLED.match(text.plain, piece.start)) and not _LEANS.search(piece.folded)
        for piece in pieces
        if piece.folded.strip(" .;")
    )


def _bounded_sentences(text: SourceText, block: Block) -> list[Block]:
    """Split an item into three or more sentences that each state a bound ("ANC ≥ 1.5. Platelets ≥ 75. …").

    Any other sentence among them stays with the one before.
    """
    if block.folded.count(". ") < FEWEST_ALONE - 1:
        return []
    starts = [m.end() for m in _ANY_SENTENCE.finditer(text.plain, block.start, block.end)]
    cuts = [at for at in (block.start, *starts) if _BOUNDED.match(text.plain, at, block.end)]
    if len(cuts) < FEWEST_ALONE or cuts[0] != block.start:
        return []
    return [part(text, block, begin, end) for begin, end in zip(cuts, [*cuts[1:], block.end], strict=True)]


def _sentences(text: SourceText, block: Block) -> list[Block]:
    """Split prose (a section without list markers) into sentences. A sentence that needs the last stays with it."""
    cuts = [block.start]
    for match in _SENTENCE.finditer(text.plain, block.start, block.end):
        if _ABBREVIATED.search(text.folded[max(block.start, match.start() - 12) : match.start()]):
            continue
        if _CONTINUES.match(text.folded, match.end()) or not outside(block.folded, match.start() - block.start):
            continue
        cuts.append(match.end())
    return [part(text, block, begin, end) for begin, end in zip(cuts, [*cuts[1:], block.end], strict=True)]

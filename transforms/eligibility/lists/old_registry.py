"""Splits texts of PDQ, the old trial registry of the National Cancer Institute.

Such a text has one paragraph per section. In the paragraph, fixed topics with a colon ("Age:", "Hepatic:") stand before
their sentences.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from trialwire.transforms.eligibility.lists.layout import Block
    from trialwire.transforms.eligibility.source_text import SourceText

_SECTION = re.compile(
    r"(?:protocol entry criteria|disease characteristics|patient characteristics|prior/?\s?concurrent therapy)\s?:|--\s?(?:disease|patient) characteristics\s?--"
)
_TOPIC = re.compile(
    r"--\s?[a-z][a-z/ ]{3,40}--|(?:protocol entry criteria|disease characteristics|patient characteristics|prior/?\s?concurrent therapy|age|sex|menopausal status|hormone receptor status"
    r"|performance status|life expectancy|hematopoietic|hepatic|renal|cardiovascular|pulmonary|neurologic|immunologic|gastrointestinal|metabolic"
    r"|biologic therapy|chemotherapy|endocrine therapy|radiotherapy|surgery|other)\s?:"
)
_SENTENCE = re.compile(
    r"(?<=[a-z0-9)%]) (?=(?:No|Not|At least|Must|Prior|Fertile|Negative|Able|Concurrent|More than|Less than|Recovered|Patients|Eligible|HIV|Measurable|Evaluable|Adequate|Normal|Absolute|Platelet|Hemoglobin|Creatinine|Bilirubin|SGOT|SGPT|AST|ALT|WBC|Willing|Ineligible|See) [a-zA-Z0-9(/])"
)
"""The start of a sentence after a missing full stop: a closed list of first words."""
_LEANS = re.compile(
    r"\b(?:and|or|of|with|for|no|the|a|an|by|in|to|prior|if|unless|except|than|is|are|must|at|on|from|other|normal|not|without|never|non|cannot|neither|nor)$"
)


def topics_of_old_registry(text: SourceText, block: Block) -> list[Block]:
    """Split a PDQ paragraph into blocks: one for each topic, followed by one for each sentence of the topic.

    The list is empty if the block is not a PDQ paragraph.
    """
    if not _SECTION.match(block.folded):
        return []
    marks = [m for m in _TOPIC.finditer(block.folded) if not text.plain[block.start + m.start()].islower()]
    if len(block.folded) == marks[0].end():
        return []
    pieces: list[Block] = []
    for match, following in zip(marks, [*marks[1:], None], strict=True):
        pieces.append(_span(block, match.start(), match.end()))
        pieces += _sentences(text, block, match.end(), following.start() if following else len(block.folded))
    return [piece for piece in pieces if piece.end > piece.start]


def _sentences(text: SourceText, block: Block, begin: int, end: int) -> list[Block]:
    pieces = []
    start = begin
    for match in _SENTENCE.finditer(text.plain, block.start + begin, block.start + end):
        at = match.start() - block.start
        if _LEANS.search(block.folded[max(start, at - 12) : at]) is None:
            pieces.append(_span(block, start, at))
            start = at
    return [*pieces, _span(block, start, end)]


def _span(block: Block, begin: int, end: int) -> Block:
    while begin < end and block.folded[begin].isspace():
        begin += 1
    while end > begin and block.folded[end - 1].isspace():
        end -= 1
    return replace(block, start=block.start + begin, end=block.start + end, folded=block.folded[begin:end])

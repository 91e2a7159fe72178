"""Builds the tree from the blocks of a text.

Each block gets a role (heading, note, lead-in or criterion), a parent and a population (the group of persons that the
block is about).
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from trialwire.transforms.eligibility.lists import (
    heading_phrases,
    headings,
    lead_in,
    pieces,
    population_words,
    remarks,
    sub_headings,
)
from trialwire.transforms.eligibility.lists.footnotes import footnotes
from trialwire.transforms.eligibility.lists.nesting import Node, OpenLists

if TYPE_CHECKING:
    from trialwire.transforms.eligibility.lists.layout import Block
    from trialwire.transforms.eligibility.model import Label, Role
    from trialwire.transforms.eligibility.source_text import SourceText

_EXCLUDES = re.compile(
    r"\b(?:will be|are|were|is|be|being) (?:excluded|ineligible|not eligible|not included|not enrolled)\b[^.;]{0,40}\W*$|\b(?:will|may|can)(?: not|not) be (?:included|enrolled|eligible)\b[^.;]{0,40}\W*$"
)
_SPEAKS_OF = re.compile(
    r"\b(?:patients?|subjects?|participants?|individuals?|persons?|people|volunteers?|candidates?|study|trial|eligib\w+|(?:in|ex)clu\w+|enrol\w+)\b"
)
"""Words of a heading inside a list; without them ("Must meet all of the following:") the line is a lead-in."""
BARE_WORDS = 4
"""A list item with more words than this and without a colon is a criterion about criteria, not a heading."""
FLAGS: dict[str, str] = {
    "alternative": "An alternative to the criterion before it on its level: one of the two is sufficient.",
    "count": "A number of the items of this group must hold (two of the following); its join is any.",
    "own-polarity": "The text has no exclusion section; the words of the criterion exclude.",
    "uneven": "Its items are on different levels, so the end of the list is uncertain.",
    "not-understood": "Its heading is not understood: it is not known whether it includes or excludes.",
    "flat": "The items of this group are on its own level, so only words show where they end.",
}
"""The tree's rows of the table of flags."""


def grow(text: SourceText, blocks: list[Block]) -> list[Node]:
    """Build the tree from the blocks of a text, and return its nodes in the order of the text."""
    grower = _Grower(text, blocks)
    for number in range(len(blocks)):
        grower.take(number)
    return grower.nodes


class _Grower:
    """Reads the blocks once. Its state: the section, the population and the open lead-ins."""

    def __init__(self, text: SourceText, blocks: list[Block]) -> None:
        self.text = text
        self.blocks = blocks
        self.nodes: list[Node] = []
        self.label: Label = "inclusion"
        self.left = False
        self.explicit = False
        self.outer: str | None = None
        self.section: str | None = None
        self.inner: str | None = None
        self.inner_indent: int | None = None
        self.lists = OpenLists(text)
        self.alternative = False
        self.titled = False
        self.unknown = False
        self.torn = False
        self.inside: int | None = None
        self.spellings: dict[str, str] = {}
        self.footnotes = footnotes(text, blocks)
        self.headed = [
            None if remarks.is_note(block.folded) else headings.section_heading(block.folded, marked=block.marked)
            for block in blocks
        ]

        self.last_headed = {heading.label: number for number, heading in enumerate(self.headed) if heading is not None}
        self.excludes = "exclusion" in self.last_headed

    def take(self, number: int) -> None:
        """Add the block with the index `number` to the tree."""
        block = self.blocks[number]
        heading = self.headed[number]
        if heading is not None and self._inside_list(number):
            self._add("heading", block)
            return
        if heading is not None and self._is_section(block, heading):
            self._enter(block, heading)
            self.inside = block.indent if self._holds_deeper(number) else None
            if heading.end >= len(block.folded.rstrip()):
                return
            block = _rest(self.text, block, heading.end)
            if block.start >= block.end:
                return
        entered = heading is not None and block is not self.blocks[number]
        if self.left or headings.empty(block.folded):
            self._add("note", block)
        elif lead_in.is_connector(block.folded):
            self.alternative = "or" in block.folded
        elif remarks.is_note(block.folded) or self.footnotes[number]:
            self._add("note", block)
        elif self._is_topic(number, block):
            self._topic(number, block)
            self.unknown = self.unknown and not entered  # "Inclusion: poor risk:" names the section
        elif self._is_unknown(number, block):
            self._add("heading", block)
            self.lists.close()
            self.unknown = True
        else:
            self._item(number, block)

    def _is_section(self, block: Block, heading: headings.Heading) -> bool:
        if heading.kind == "leave":
            return not block.marked or heading.end >= len(block.folded)
        goes_on = block.marked and heading.label == self.label
        limits = self.titled and "crit" not in block.folded[: heading.end]
        if goes_on and limits and heading.end < len(block.folded):
            return False  # "Pre-inclusion: is willing to wait" in a list names a time and begins no section
        if goes_on and heading.generic:
            # Independent of the items before it: an inserted criterion must not change the result.
            return _SPEAKS_OF.search(block.folded) is not None and self.lists.parent(block) is None
        if (
            block.marked
            and not heading.generic
            and heading.label == self.label
            and len(block.folded.split()) > BARE_WORDS
        ):
            return ":" in block.folded
        turns = heading.generic and not heading.certain and self.explicit and heading.label != self.label
        return not turns

    def _inside_list(self, number: int) -> bool:
        """Whether a heading stands between items 1 and 2 of a list and again later: pasted there by mistake."""
        if not 0 < number < len(self.blocks) - 1 or self.blocks[number].marked:
            return False
        before, after = self.blocks[number - 1], self.blocks[number + 1]
        heading = self.headed[number]
        goes_on = before.ordinal is not None and after.ordinal == before.ordinal + 1 and after.style == before.style
        if heading is None or not goes_on or before.indent != after.indent or before.indent == 0:
            return False
        return self.last_headed.get(heading.label, 0) > number

    def _enter(self, block: Block, heading: headings.Heading) -> None:
        end = block.start + min(heading.end, len(block.folded))
        self._add("heading", replace(block, end=end))
        self.lists.close()
        self.alternative = False
        self.left = heading.kind == "leave"
        self.unknown = heading.mixed
        if heading.label is not None:
            self.label = heading.label
        self.explicit = self.explicit or not heading.generic
        if not heading.generic or heading.population:
            self.inner, self.inner_indent = None, None
            self.section = self._population(block, heading.population)

    def _population(self, block: Block, span: tuple[int, int] | None) -> str | None:
        if span is None:
            return None
        words = self.text.words(block.start + span[0], block.start + span[1])
        return self.spellings.setdefault(words.casefold().rstrip("s"), words)

    def _is_topic(self, number: int, block: Block) -> bool:
        after = self.blocks[number + 1] if number + 1 < len(self.blocks) else None
        if after is None:
            return False
        heading = self.headed[number + 1]
        if heading is not None and (
            heading.generic or heading.label != "inclusion" or not self._names_somebody(number, block)
        ):
            heading = None
        if heading is not None and self._is_title(number, block):
            return True
        return remarks.is_topic(
            block.folded,
            capitals=self.text.plain[block.start : block.end].isupper(),
            marked=block.marked and heading is None,
            before_list=(after.marked and not block.marked) or heading is not None,
            holds_deeper=after.marked and after.indent > block.indent and block.marked,
        )

    def _is_title(self, number: int, block: Block) -> bool:
        """Whether an unmarked line before "Inclusion criteria" is a population's title: after a list or with ":"."""
        line = block.folded.rstrip(" *_")
        after_list = number > 0 and self.blocks[number - 1].marked and self.blocks[number - 1].style != block.style
        shaped = line.endswith(":") or (after_list and line[-1] not in ".;,")
        return not block.marked and shaped and len(line.split()) <= sub_headings.MOST_WORDS

    def _is_unknown(self, number: int, block: Block) -> bool:
        """Whether a line looks like a heading but is in no grammar, so the section of its criteria is unknown."""
        after = self.blocks[number + 1] if number + 1 < len(self.blocks) else None
        if after is None or self.headed[number + 1] is not None:
            return False
        return sub_headings.looks_like_one(block, after, self.label)

    def _names_somebody(self, number: int, block: Block) -> bool:
        """Whether a line before "Inclusion criteria" names their population, and is not the last item of a list."""
        if not block.marked or population_words.named_by(block.folded) is not None:
            return True
        before = self.blocks[number - 1] if number else None
        counts_on = before is not None and before.ordinal is not None and block.ordinal == before.ordinal + 1
        return self.outer is not None and not counts_on

    def _topic(self, number: int, block: Block) -> None:
        self._add("heading", block)
        self.lists.close(block.indent if block.marked else -1)
        span = population_words.named_by(block.folded)
        following = self.headed[number + 1]
        self.unknown = span is None and not sub_headings.is_sorting(block.folded, self.label)
        if following is None or following.generic:
            self.inner = self._population(block, span)
            after = self.blocks[number + 1]
            self.inner_indent = block.indent if block.marked and after.indent > block.indent else None
        elif not sub_headings.names_nobody(block.folded):
            whole = (0, len(block.folded.rstrip(" :.*_-")))
            self.outer = self._population(block, whole if span is None or " who " in block.folded else span)

    def _item(self, number: int, block: Block) -> None:
        if self.inner_indent is not None and block.marked and block.indent <= self.inner_indent:
            self.inner, self.inner_indent = None, None
        if self.inside is not None and block.marked and block.indent <= self.inside:
            self.unknown = True  # the heading was a list item, and its own items have ended
        parent = self.lists.parent(block)
        node = self._add("criterion", block)
        node.flags += ["not-understood"] if self.unknown or self.torn or self._says_otherwise(block) else []
        self.torn = pieces.is_denial(block.folded)
        if self.label == "inclusion" and not self.excludes and _says_it_excludes(block.folded):
            node.label = "exclusion"
            node.flags.append("own-polarity")
        node.indent, node.style, node.ordinal, node.parent = block.indent, block.style, block.ordinal, parent
        if parent is not None:
            if (
                parent.children
                and block.marked
                and block.indent != parent.children[0].indent
                and "uneven" not in parent.flags
            ):
                parent.flags.append("uneven")
            parent.children.append(node)
        before = self._sibling_before(node)
        if (
            self.alternative
            or lead_in.or_before(block.folded)
            or (before and lead_in.or_after(self.text.folded[before.start : before.end]))
        ):
            node.flags.append("alternative")
        self.alternative = False
        self.lists.open_for(node, block, self._following(number))

    def _holds_deeper(self, number: int) -> bool:
        """Whether a marked phrase ("* Contraindications:") has its own items and is only their heading."""
        block, after = self.blocks[number], self.blocks[number + 1 : number + 2]
        if not block.marked or heading_phrases.label_of(block.folded) is None:
            return False
        return bool(after) and after[0].marked and after[0].indent > block.indent

    def _says_otherwise(self, block: Block) -> bool:
        """Whether an item begins with a heading of the other section: "Contraindications: pregnancy" in inclusion."""
        phrase = heading_phrases.label_of(block.folded)
        return phrase is not None and phrase[0] != self.label

    def _sibling_before(self, node: Node) -> Node | None:
        siblings = (
            node.parent.children
            if node.parent
            else [n for n in self.nodes[-40:] if n.role != "note" and n.parent is None]
        )
        return siblings[-2] if len(siblings) > 1 and siblings[-2].role == "criterion" else None

    def _following(self, number: int) -> list[Block]:
        """The next two blocks that may be the items of a list, without notes; none before a heading."""
        following = number + 1
        while following < len(self.blocks) and (
            remarks.is_note(self.blocks[following].folded) or self.footnotes[following]
        ):
            following += 1
        if following < len(self.blocks) and self.headed[following] is not None:
            return []
        return self.blocks[following : following + 2]

    def _add(self, role: Role, block: Block) -> Node:
        item = role == "criterion"
        population = self.inner or self.section or self.outer
        self.titled = self.titled or role == "heading"
        node = Node(role, self.label if item else None, population if item else None, block.start, block.end)
        self.nodes.append(node)
        return node


def _says_it_excludes(line: str) -> bool:
    """Whether a line is one sentence and ends with words that exclude ("… will be excluded.")."""
    match = _EXCLUDES.search(line)
    if match is None or line[match.start() :].count(")") > line[match.start() :].count("("):
        return False  # "(patients with ischemia will be excluded)" is an aside
    return ". " not in line[: match.start()]


def _rest(text: SourceText, block: Block, begin: int) -> Block:
    start = block.start + begin
    while start < block.end and (text.folded[start].isspace() or text.folded[start] in "-:*_"):
        start += 1
    return replace(block, start=start, folded=text.folded[start : block.end], style="", ordinal=None)

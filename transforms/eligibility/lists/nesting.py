"""Finds the lead-in that a block belongs to.

A lead-in is a line that announces a list. The list is open as long as the next block can be an item of the list.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from trialwire.transforms.eligibility.lists import heading_words, lead_in

if TYPE_CHECKING:
    from trialwire.transforms.eligibility.lists.layout import Block
    from trialwire.transforms.eligibility.model import Label, Role
    from trialwire.transforms.eligibility.source_text import SourceText

_FIRST = {1, 9}
"""Ordinals of a list's first marker; "i." alone is read as the ninth letter."""
_LAST_BUT_ONE = re.compile(r"[,;]?\s(?:or|and|and/or)\W*$")
DEEPEST = 40
"""The highest number of nesting levels; no real text has more than six."""


@dataclass(slots=True)
class Node:
    """A node of the tree while the tree is built: its span in the plain text, its parent, its children and its flags.

    `flat` means that the items of this lead-in stand on the level of the lead-in, not deeper.
    """

    role: Role
    label: Label | None
    population: str | None
    start: int
    end: int
    parent: Node | None = None
    indent: int = 0
    style: str = ""
    ordinal: int | None = None
    flat: bool = False
    children: list[Node] = field(default_factory=list)
    flags: list[str] = field(default_factory=list)


class OpenLists:
    """The lead-ins whose lists are open at the current block. The lead-in of the innermost list is the last."""

    def __init__(self, text: SourceText) -> None:
        self._text = text
        self._open: list[Node] = []

    def close(self, indent: int = -1) -> None:
        """Close the lists whose lead-ins have this indent or a greater one. Without an argument, close all lists."""
        self._open = [one for one in self._open if one.indent < indent]

    def parent(self, block: Block) -> Node | None:
        """Return the lead-in that a block belongs to, or None. The lists that end before the block are closed."""
        while self._open:
            top = self._open[-1]
            if _under(block, top) and not (
                top.flat and block.indent <= top.indent and self._flat_list_ends(top, block)
            ):
                return top
            self._open.pop()
        return None

    def open_for(self, node: Node, block: Block, following: list[Block]) -> None:
        """Open a list under the criterion `node` if the blocks after the criterion are its items."""
        if following and len(self._open) < DEEPEST and _leads_in(node, block, following):
            self._open.append(node)

    def _flat_list_ends(self, top: Node, block: Block) -> bool:
        """Whether a list whose items stand on the level of their lead-in has ended.

        Only words show this: the last item ended the list ("… or" before it, a full stop after items without one), the
        block is a lead-in, or it begins like an independent criterion and the first items of the list did not.
        """
        if not top.children or block.style != top.style:
            return False
        items = [self._folded(child) for child in top.children[-3:]]
        if len(items) > 1 and _LAST_BUT_ONE.search(items[-2][-12:]) is not None:
            return True
        if items[-1].endswith(".") and len(items) > 2 and not any(item.endswith(".") for item in items[:-1]):
            return True
        begins = block.folded.split(" ", 1)[0]
        first = [self._folded(child) for child in top.children[:2]]
        starts_anew = begins in heading_words.ITEM_STARTS and not any(item.startswith(begins) for item in first)
        return (starts_anew and len(first) > 1) or lead_in.announces(block.folded)

    def _folded(self, node: Node) -> str:
        return self._text.folded[node.start : node.end]


def _leads_in(node: Node, block: Block, following: list[Block]) -> bool:
    """Whether a criterion has a list in the next two blocks. Sets `flat` if the items stand on its own level."""
    after = following[0]
    if _below(after, block):
        return lead_in.may_hold_children(block.folded) or _lean(following, block)
    node.flat = lead_in.opens_list(block.folded) and (after.marked or block.marked)
    return node.flat


def _lean(following: list[Block], block: Block) -> bool:
    """Whether one of the next two items below a block takes its subject from the block ("Have a BMI" / "≥ 30")."""
    items = [item for item in following if _below(item, block)]
    return not block.folded.endswith(".") and any(lead_in.leans(item.folded) for item in items)


def _below(block: Block, above: Block) -> bool:
    return block.marked and (block.indent > above.indent or (not above.marked and block.indent >= above.indent))


def _under(block: Block, top: Node) -> bool:
    """Whether a block is a child of an open lead-in: it is deeper, has another marker style, or is in a flat list."""
    numbered_on = block.ordinal is not None and top.ordinal is not None and block.ordinal == top.ordinal + 1
    if numbered_on and top.children and block.style == top.style:
        last = top.children[-1]
        if last.ordinal is None or block.ordinal != last.ordinal + 1:
            return False
    if not block.marked and top.style and not top.children:
        return True
    if block.indent > top.indent:
        return True
    if not top.children:
        begins_list = top.flat and block.ordinal in _FIRST and block.style != top.style
        return begins_list or (block.marked and block.indent == top.indent)
    last = top.children[-1]
    if block.style != last.style:
        first = top.children[0]
        inner = bool(first.style) and block.style.startswith(first.style) and block.style[-1] != "1"
        return inner and not top.style and block.indent == first.indent  # "5. x", then "6. a. y", then "7. z"
    if block.indent == top.indent:
        return block.style != top.style or top.flat
    counts_on = last.ordinal is None or block.ordinal == last.ordinal + 1
    return block.indent == last.indent and block.style != top.style and counts_on

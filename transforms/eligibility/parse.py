"""Parses an eligibility text into its criteria: the entry point of the parser."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trialwire.transforms.eligibility import source_text
from trialwire.transforms.eligibility.bounds import bounds
from trialwire.transforms.eligibility.flags import asides, certainty
from trialwire.transforms.eligibility.identity import Names
from trialwire.transforms.eligibility.lists import layout, lead_in, splitting, tree
from trialwire.transforms.eligibility.model import Bound, Criterion, Window
from trialwire.transforms.eligibility.quantity import lexing
from trialwire.transforms.eligibility.windows import windows

if TYPE_CHECKING:
    from trialwire.transforms.eligibility.bounds.variable_table import Variable
    from trialwire.transforms.eligibility.lists.nesting import Node
    from trialwire.transforms.eligibility.model import Join, Role
    from trialwire.transforms.eligibility.source_text import SourceText

FLAGS: dict[str, str] = tree.FLAGS | certainty.FLAGS | asides.FLAGS
"""Every flag of a criterion, with its meaning. docs/eligibility.md shows the same table."""


def parse(raw: str) -> tuple[Criterion, ...]:
    """Return the nodes of an eligibility text in the order of the text: headings, notes, groups and criteria.

    A group is a line that announces a list; the items of the list are the children of the group. Every character of
    `raw` that is not white space or a list marker lies in exactly one node. The time is linear in the length of `raw`.
    """
    text = source_text.read(raw)
    text, blocks = layout.unwrapped(text, layout.blocks(text))
    nodes = tree.grow(text, splitting.split(text, blocks))
    names = Names()
    made: dict[int, Criterion] = {}
    topic: Variable | None = None
    for node in nodes:
        if node.role == "heading":
            topic = bounds.topic_of(text.folded[node.start : node.end])
        made[id(node)] = _criterion(text, node, names, made, topic)
    return tuple(made.values())


def _criterion(
    text: SourceText, node: Node, names: Names, made: dict[int, Criterion], topic: Variable | None
) -> Criterion:
    parent = made[id(node.parent)].id if node.parent else None
    role: Role = node.role
    join: Join | None = None
    flags = list(node.flags)
    if node.children:
        role = "group"
        items = [text.folded[child.start : child.end] for child in node.children]
        join, counted = lead_in.join_of(text.folded[node.start : node.end], items, node.label)
        flags += ["count"] if counted else []
        flags += ["flat"] if node.flat else []
    found_bounds: tuple[Bound, ...] = ()
    found_windows: tuple[Window, ...] = ()
    words = text.folded[node.start : node.end]
    if node.label:
        found_bounds, found_windows, said = _stated(text, node.start, node.end, topic)
        flags += said + asides.flags(words, found_bounds)
    return Criterion(
        id=names.name(role if node.label is None else "criterion", node.label, node.population, parent, words),
        parent=parent, role=role, label=node.label, join=join, population=node.population,
        text=text.words(node.start, node.end), start=text.start_of(node.start), end=text.end_of(node.end),
        bounds=found_bounds, windows=found_windows, flags=tuple(flags),
    )  # fmt: skip


def _stated(
    text: SourceText, start: int, end: int, topic: Variable | None
) -> tuple[tuple[Bound, ...], tuple[Window, ...], list[str]]:
    """The bounds, windows and flags of one node, from one list of tokens. No quantity is both a bound and a window."""
    if not bounds.may_state(text.folded, start, end):
        return (), (), certainty.flags(text.folded[start:end], (), (), ())
    tokens = lexing.tokens(text.folded, start, end)
    stated, quantities = bounds.read(tokens, text.folded, end, topic)
    used = {id(one.quantity) for one in stated}
    free = [quantity for quantity in quantities if id(quantity) not in used]
    timed = windows.read(free, text.folded, start, end)
    return (
        tuple(bounds.to_bound(text, one) for one in stated),
        tuple(windows.to_window(text, one) for one in timed),
        certainty.flags(text.folded[start:end], tokens, stated, timed),
    )

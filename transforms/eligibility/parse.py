"""The whole way from a text to its criteria."""

from __future__ import annotations

from typing import TYPE_CHECKING

from transforms.eligibility import layout, lead_in, source_text, splitting, tree
from transforms.eligibility.identity import Names
from transforms.eligibility.model import Criterion

if TYPE_CHECKING:
    from transforms.eligibility.model import Join, Role
    from transforms.eligibility.source_text import SourceText


def parse(raw: str) -> tuple[Criterion, ...]:
    """The nodes of an eligibility text in its order: headings, notes, groups, criteria.

    Every character of `raw` that is no white space and no list marker lies in exactly one node. Linear in the length.
    """
    text = source_text.read(raw)
    nodes = tree.grow(text, splitting.split(text, layout.blocks(text)))
    names = Names()
    made: dict[int, Criterion] = {}
    for node in nodes:
        made[id(node)] = _criterion(text, node, names, made)
    return tuple(made.values())


def _criterion(text: SourceText, node: tree.Node, names: Names, made: dict[int, Criterion]) -> Criterion:
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
    words = text.folded[node.start : node.end]
    return Criterion(
        id=names.name(role if node.label is None else "criterion", node.label, node.population, parent, words),
        parent=parent, role=role, label=node.label, join=join, population=node.population,
        text=text.words(node.start, node.end), start=text.start_of(node.start), end=text.end_of(node.end),
        flags=tuple(flags),
    )  # fmt: skip

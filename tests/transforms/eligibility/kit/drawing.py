"""A tree of criteria drawn in few signs, so that a test shows the text and what must become of it side by side.

`+` inclusion, `x` exclusion, `#` heading, `~` note; a group has its join in brackets; two spaces per level; `<…>` the
population.
"""

from __future__ import annotations

from trialwire.transforms.eligibility import parse

_SIGNS = {"inclusion": "+", "exclusion": "x"}


def drawn(text: str, *, all_nodes: bool = False) -> list[str]:
    """The tree of a text; headings and notes only when asked for."""
    depth: dict[str, int] = {}
    lines = []
    for one in parse(text):
        depth[one.id] = level = depth[one.parent] + 1 if one.parent else 0
        if one.label is None:
            if all_nodes:
                lines.append(f"{'#' if one.role == 'heading' else '~'} {one.text}")
            continue
        join = f"[{one.join}] " if one.join else ""
        population = f" <{one.population}>" if one.population else ""
        lines.append(f"{'  ' * level}{_SIGNS[one.label]} {join}{one.text}{population}")
    return lines


def unindented(block: str) -> str:
    """A text written inside a test: without its first line break and the indent of its first line."""
    lines = block.strip("\n").rstrip().split("\n")
    indent = len(lines[0]) - len(lines[0].lstrip())
    return "\n".join(line[indent:] for line in lines)

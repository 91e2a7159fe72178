"""Prints the changes between two versions: side by side with colours on a terminal, one line per change in a pipe."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.table import Table
from rich.text import Text

from trialwire.pipeline import console

if TYPE_CHECKING:
    from trialwire.schemas.semantic_change import SemanticChange, SemanticDiff

_SIGNS = {"added": "+", "removed": "-", "reworded": "~", "changed": "~", "moved": ">"}
_COLOURS = {"added": "green", "removed": "red", "reworded": "yellow", "changed": "yellow", "moved": "cyan"}
_TITLES = {
    "who": "Who may take part",
    "what": "What is done",
    "where": "Where",
    "when": "When",
    "record": "The record",
}


def show(diff: SemanticDiff, old: int, new: int) -> None:
    """Write the changes between the versions with the numbers `old` and `new` to standard output."""
    if not diff.changes and not diff.notes:
        console.stdout.print(f"Nothing changed between version {old} and version {new}.")
    last = ""
    for change in diff.changes:
        if change.change_class != last:
            last = change.change_class
            console.stdout.print(Text(f"{_TITLES[last]}:", style="bold"))
        console.stdout.print(_line(change))
        if console.stdout.is_terminal and change.marks:
            console.stdout.print(_side_by_side(change, old, new))
    for note in diff.notes:
        console.stdout.print(note, markup=False)


def _line(change: SemanticChange) -> Text:
    ids = " > ".join(one for one in (change.old_id, change.new_id) if one)
    return Text.assemble(
        (f"{_SIGNS[change.kind]} ", _COLOURS[change.kind]), change.sentence, (f"  {ids}" if ids else "", "dim")
    )


def _side_by_side(change: SemanticChange, old: int, new: int) -> Table:
    grid = Table(box=None, padding=(0, 2), expand=True, header_style="dim")
    for number in (old, new):
        grid.add_column(f"version {number}", ratio=1, overflow="fold")
    grid.add_row(_side(change, "-", "red strike"), _side(change, "+", "green bold"))
    return grid


def _side(change: SemanticChange, operation: str, style: str) -> Text:
    parts = [(mark.text, style if mark.operation == operation else "") for mark in change.marks]
    kept = [one for one, mark in zip(parts, change.marks, strict=True) if mark.operation in {"=", operation}]
    return Text.assemble(*kept)

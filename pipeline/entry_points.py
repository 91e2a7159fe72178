"""Reads the rows of a table (sources, destinations): Trialwire's own rows, and rows that other packages add.

Another package adds a row by a Python entry point: a name in the package's metadata that refers to an object.
"""

from __future__ import annotations

from importlib.metadata import entry_points
from typing import TYPE_CHECKING, TypeVar

from trialwire.schemas.errors import StopError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from importlib.metadata import EntryPoint

Row = TypeVar("Row")


def rows(group: str, kind: type[Row], name: Callable[[Row], str], shipped: Iterable[Row]) -> dict[str, Row]:
    """Return the rows of a table as name → row: first `shipped` (Trialwire's own), then those of the entry point group.

    Raises StopError, with the name of the entry point, if it cannot be loaded, is not a row, or repeats a name.
    """
    found = {name(row): row for row in shipped}
    for point in sorted(entry_points(group=group), key=lambda one: one.name):
        row = _loaded(point, kind)
        if name(row) in found:
            msg = f"{_place(point)} gives the name {name(row)!r} a second time. Rename its row, or remove the package."
            raise StopError(msg)
        found[name(row)] = row
    return found


def _loaded(point: EntryPoint, kind: type[Row]) -> Row:
    try:
        row = point.load()
    except Exception as error:
        said = f"{type(error).__name__}: {error}"
        msg = f"{_place(point)} cannot be loaded ({said}). Correct the package that has it, or remove it."
        raise StopError(msg) from error
    if not isinstance(row, kind):
        msg = f"{_place(point)} is not a {kind.__name__}. Let it name one, as docs/adding.md shows, or remove the package."
        raise StopError(msg)
    return row


def _place(point: EntryPoint) -> str:
    package = f" of {point.dist.name}" if point.dist else ""
    return f"The entry point {point.name} = {point.value}{package} in the group {point.group}"

"""The parser's output: criteria, numeric bounds, temporal windows. Frozen, and convertible to JSON."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Role = Literal["criterion", "group", "note", "heading"]
Label = Literal["inclusion", "exclusion"]
Join = Literal["all", "any"]
Comparator = Literal[">=", ">", "<=", "<", "="]
Direction = Literal["before", "after", "within", "during"]
TimeUnit = Literal["minute", "hour", "day", "week", "month", "year"]


@dataclass(frozen=True, slots=True)
class Bound:
    """One numeric bound as the text states it, not reversed for an exclusion. A range is two bounds.

    `unit` is verbatim, `ucum` its code if the unit table is certain. Offsets count code points of the raw text. They
    cover the smallest span with the comparator and the number.
    """

    variable: str
    loinc: str | None
    comparator: Comparator
    value: float | int
    unit: str | None
    ucum: str | None
    start: int
    end: int

    def to_json(self) -> dict[str, object]:
        """The bound as JSON data, with the keys in the order of the interface."""
        return {name: getattr(self, name) for name in self.__slots__}


@dataclass(frozen=True, slots=True)
class Window:
    """A number of time units before, after, within or during an event. `anchor`: see docs/eligibility.md; may be None."""

    value: float | int
    unit: TimeUnit
    direction: Direction
    anchor: str | None
    start: int
    end: int

    def to_json(self) -> dict[str, object]:
        """The window as JSON data, with the keys in the order of the interface."""
        return {name: getattr(self, name) for name in self.__slots__}


@dataclass(frozen=True, slots=True)
class Criterion:
    """One node of the tree, in the order of the text. `text` is without marker and escapes; offsets are raw code points.

    `id` is `inc-` or `exc-` and 8 hex digits of a hash of label, population, parent and normalised words (`-2` for a
    repeat); headings and notes begin with `head-` and `note-`. A group's text and span are its lead-in alone.
    """

    id: str
    parent: str | None
    role: Role
    label: Label | None
    join: Join | None
    population: str | None
    text: str
    start: int
    end: int
    bounds: tuple[Bound, ...] = ()
    windows: tuple[Window, ...] = ()
    flags: tuple[str, ...] = ()

    def to_json(self) -> dict[str, object]:
        """The node as JSON data, with the keys in the order of the interface."""
        return {
            "id": self.id, "parent": self.parent, "role": self.role, "label": self.label, "join": self.join,
            "population": self.population, "text": self.text, "start": self.start, "end": self.end,
            "bounds": [bound.to_json() for bound in self.bounds],
            "windows": [window.to_json() for window in self.windows], "flags": list(self.flags),
        }  # fmt: skip

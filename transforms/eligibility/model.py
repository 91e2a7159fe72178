"""Defines the parser's output: criteria, numeric bounds and time windows. The objects are immutable.

A bound is a limit of a variable ("hemoglobin ≥ 9 g/dL"). A window is a time relative to an event ("within 6 months of
surgery"). Offsets count code points of the raw text, which is the text of the registry.
"""

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
    """One numeric bound as the text states it. A range is two bounds.

    An exclusion section does not reverse the comparator. `unit` is the unit as the text writes it; `ucum` is its UCUM
    code, or None if the unit table is not certain. `start` and `end` are the smallest span that contains the
    comparator and the number.
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
        """Return the bound as JSON data, with the keys in the order of the fields."""
        return {name: getattr(self, name) for name in self.__slots__}


@dataclass(frozen=True, slots=True)
class Window:
    """A time before, after, within or during an event, as a number of time units: "within 6 months of surgery".

    `anchor` is the name of the event (docs/eligibility.md lists the names), or None if the text names no event.
    """

    value: float | int
    unit: TimeUnit
    direction: Direction
    anchor: str | None
    start: int
    end: int

    def to_json(self) -> dict[str, object]:
        """Return the window as JSON data, with the keys in the order of the fields."""
        return {name: getattr(self, name) for name in self.__slots__}


@dataclass(frozen=True, slots=True)
class Criterion:
    """One node of the tree: a criterion, a group (a lead-in with its list), a note or a heading.

    `label` is the section: inclusion or exclusion; notes and headings have none. `join` states whether all or any of a
    group's items must hold. `population` is the group of persons that the node is about, or None for all participants.
    `text` has no list marker and no escapes. The text and the span of a group are those of its lead-in alone, without
    the list. `id` is `inc-` or `exc-` and 8 hex digits of a hash of label, population, parent and normalised words. The
    ids of headings and notes begin with `head-` and `note-`. A repeated id ends in `-2`, `-3`.
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
        """Return the node as JSON data, with the keys in the order of the fields."""
        return {
            "id": self.id, "parent": self.parent, "role": self.role, "label": self.label, "join": self.join,
            "population": self.population, "text": self.text, "start": self.start, "end": self.end,
            "bounds": [bound.to_json() for bound in self.bounds],
            "windows": [window.to_json() for window in self.windows], "flags": list(self.flags),
        }  # fmt: skip

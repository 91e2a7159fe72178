"""Plain criteria rows, as the diff takes them, without the eligibility parser."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256


@dataclass(frozen=True)
class Bound:
    variable: str
    comparator: str
    value: float
    unit: str | None = None


@dataclass(frozen=True)
class Row:
    id: str
    text: str
    label: str | None
    role: str = "criterion"
    parent: str | None = None
    join: str | None = None
    population: str | None = None
    bounds: tuple[Bound, ...] = ()


def row(text: str, label: str | None = "inclusion", *bounds: Bound, **facts: str | None) -> Row:
    """A criterion of inclusion, or of what `label` says; its id is made of its words."""
    digest = sha256(f"{label}{facts}{text.casefold()}".encode()).hexdigest()[:8]
    named = {name: value for name, value in facts.items() if value is not None}
    return Row(f"{(label or 'note')[:3]}-{digest}", text, label, bounds=bounds, **named)


def exclusion(text: str, *bounds: Bound, **facts: str | None) -> Row:
    return row(text, "exclusion", *bounds, **facts)

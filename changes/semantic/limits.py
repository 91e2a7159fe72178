"""Finds the numeric limits that changed in a criterion: for each measured variable, the old and the new bound."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from trialwire.schemas.semantic_change import BoundRow, CriterionRow

_SIDES = {">=": "from", ">": "from", "<=": "to", "<": "to", "=": "is"}


@dataclass(frozen=True, slots=True)
class LimitChange:
    """The bound of one measured variable before and after a change. A bound is None if the criterion has no such bound.

    `name`: the variable as the text writes it, such as "eGFR".
    """

    name: str
    old: BoundRow | None
    new: BoundRow | None

    def words(self) -> str:
        """Return the change as text, such as "eGFR >= 45 → >= 30 mL/min". A common unit is written once."""
        if self.old and self.new:
            one_unit = self.old.unit == self.new.unit
            return f"{self.name} {_stated(self.old, unit=not one_unit)} → {_stated(self.new)}"
        return " and ".join(
            [
                *([f"{self.name} {_stated(self.old)} is gone"] if self.old else []),
                *([f"{self.name} {_stated(self.new)} is new"] if self.new else []),
            ]
        )


def limit_changes(old: CriterionRow, new: CriterionRow) -> list[LimitChange]:
    """Return the bounds that differ between an old and a new criterion. Equal bounds are left out.

    A bound is compared with the bound of the same variable on the same side (lower or upper).
    """
    before, after = _by_measure(old.bounds), _by_measure(new.bounds)
    found = []
    for variable in dict.fromkeys([*before, *after]):
        left = [bound for bound in before[variable] if _key(bound) not in {_key(other) for other in after[variable]}]
        right = [bound for bound in after[variable] if _key(bound) not in {_key(other) for other in before[variable]}]
        name = _name(variable, new.text if after[variable] else old.text)
        for bound in left:
            same_side = [other for other in right if _SIDES[other.comparator] == _SIDES[bound.comparator]]
            partner = next(iter(same_side or right), None)
            if partner is not None:
                right.remove(partner)
            found.append(LimitChange(name, bound, partner))
        found += [LimitChange(name, None, bound) for bound in right]
    return found


def _by_measure(bounds: Sequence[BoundRow]) -> defaultdict[str, list[BoundRow]]:
    found: defaultdict[str, list[BoundRow]] = defaultdict(list)
    for bound in bounds:
        found[bound.variable].append(bound)
    return found


def _key(bound: BoundRow) -> tuple[str, float, str]:
    return bound.comparator, bound.value, (bound.unit or "").casefold()


def _stated(bound: BoundRow, *, unit: bool = True) -> str:
    return f"{bound.comparator} {bound.value:g}{f' {bound.unit}' if unit and bound.unit else ''}"


def _name(variable: str, text: str) -> str:
    """The measure as the text spells it, "eGFR" for "egfr"; its own name where the text has other words."""
    plain = variable.replace("_", " ")
    start = text.lower().find(plain)
    end = start + len(plain)
    inside_a_word = text[max(start - 1, 0) : start].isalnum() or text[end : end + 1].isalnum()
    return plain if start < 0 or inside_a_word else text[start:end]

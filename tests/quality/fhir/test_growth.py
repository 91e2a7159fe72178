"""The time of a check grows with the number of resources, and never with its square."""

from __future__ import annotations

from typing import Any

from tests.kit.growth import AT_MOST, growth
from trialwire.quality.fhir import fault, reference


def test_references_are_checked_in_linear_time() -> None:
    def made(size: int) -> tuple[frozenset[str], list[Any]]:
        targets = frozenset(f"Location/a{number}" for number in range(size))
        return targets, [[((None, 0), {"reference": target}, None)] for target in sorted(targets)]

    def work(given: tuple[frozenset[str], list[Any]]) -> None:
        targets, found = given
        faults = fault.Faults("R5", "base")
        for one in found:
            reference.check(one, targets, frozenset(), faults)
        assert not faults.reasons

    assert growth(made, work, 2_000) < AT_MOST

"""The limit of how deep a JSON value may be nested. The limit is checked where the bytes of a record are read."""

from __future__ import annotations

from typing import Any, Final

DEEPEST: Final = 64
"""The largest number of objects and lists inside one another. A record of ClinicalTrials.gov has about 8, a FHIR study
about 12. The libraries that later read or write a record have much higher limits: pydantic's JSON reader about 200,
orjson 254, Python's recursion 1,000."""
TOO_DEEP: Final = f"It is nested deeper than {DEEPEST} levels, which no registry record is."


def too_deep(value: Any) -> bool:
    """Return whether a parsed JSON value has more than DEEPEST levels.

    The function does not recurse, so a deep value cannot exhaust the stack.
    """
    level = [value]
    for _ in range(DEEPEST):
        level = [
            inner
            for outer in level
            for inner in (outer.values() if type(outer) is dict else outer if type(outer) is list else ())
            if type(inner) is dict or type(inner) is list
        ]
        if not level:
            return False
    return True

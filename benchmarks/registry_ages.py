"""Compares ages in the text with the registry's own fields: `python -m benchmarks.registry_ages [--all]`.

minimumAge and maximumAge state the same facts as the text, so they measure the parsing of ages without labels. The
lower and upper age bounds of the criteria are compared with them (exclusion criteria reversed). A text agrees if one of
its bounds has the value of the field ("under 65" is also a maximum of 64). If none has, its lines are printed for
review: a real contradiction, the age of a subgroup or of another time, or a fault of the parser. `CONTRADICTIONS` lists
the reviewed records that contradict themselves.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks import records as real_records
from trialwire.transforms.eligibility import parse

if TYPE_CHECKING:
    from trialwire.transforms.eligibility.model import Bound, Criterion

_YEARS = {"year": 1.0, "month": 1 / 12, "week": 7 / 365.25, "day": 1 / 365.25, "hour": 1 / 8766, "minute": 1 / 525960}
_UCUM = {"a": "year", "mo": "month", "wk": "week", "d": "day"}
_FIELD = re.compile(r"(\d+) (\w+?)s?")
CONTRADICTIONS: dict[str, frozenset[str]] = {
    "minimum": frozenset({"NCT01479426", "NCT02239484", "NCT02712411", "NCT03192917", "NCT05231083", "NCT05587465"}),
    "maximum": frozenset(
        {
            "NCT00906269",
            "NCT01406860",
            "NCT02284659",
            "NCT02712411",
            "NCT02715401",
            "NCT03359265",
            "NCT04594850",
            "NCT05188989",
            "NCT05915845",
            "NCT06397612",
            "NCT06397625",
            "NCT06410872",
            "NCT06490887",
        }
    ),
}


def main() -> int:
    """Print agreement for both ends, and every text that differs."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--data", type=Path, help="default: ctgov of the real data")
    options = arguments.parse_args()
    counts: Counter[str] = Counter()
    for path in sorted((options.data or real_records.needed("ctgov")).glob("*.json")):
        module = json.loads(path.read_bytes())["protocolSection"].get("eligibilityModule", {})
        criteria = parse(module.get("eligibilityCriteria") or "")
        for end, name in (("minimum", "minimumAge"), ("maximum", "maximumAge")):
            stated = [(bound, one) for one in criteria for bound in one.bounds if _is_end(bound, one, end)]
            field = _FIELD.fullmatch(module.get(name) or "")
            if not field or not stated:
                continue
            wanted = int(field[1]) * _YEARS[field[2].lower()]
            if any(_same(bound, wanted) for bound, _ in stated):
                counts[f"{end} equal"] += 1
            elif path.stem in CONTRADICTIONS[end]:
                counts[f"{end} contradiction"] += 1
            else:
                counts[f"{end} different"] += 1
                lines = " // ".join(dict.fromkeys(one.text[:110] for _, one in stated))
                sys.stdout.write(f"{path.stem} {end} {field.group()}: {lines}\n")
    for end in ("minimum", "maximum"):
        equal, different, known = (counts[f"{end} {word}"] for word in ("equal", "different", "contradiction"))
        share = 100 * equal / max(1, equal + different)
        sys.stdout.write(f"{end}: {equal} equal, {different} different, {known} known contradictions: {share:.1f} %\n")
    return 0


def _is_end(bound: Bound, criterion: Criterion, end: str) -> bool:
    if bound.variable != "age" or criterion.population is not None:
        return False
    lower = bound.comparator in {">=", ">"}
    if criterion.label == "exclusion":
        lower = not lower
    return lower == (end == "minimum")


def _same(bound: Bound, wanted: float) -> bool:
    """Whether a bound has the value of the field. "Under 65 years" is also a maximum of 64 years."""
    off = _years(bound) - wanted
    return abs(off) < 1 / 24 or (bound.comparator == "<" and abs(off - 1) < 1 / 24)


def _years(bound: Bound) -> float:
    return bound.value * _YEARS[_UCUM.get(bound.ucum or "a", "year")]


if __name__ == "__main__":
    sys.exit(main())

"""Time of segmentation and structuring, compared with fhir.resources validating the resulting Group, on real records.

    python -m benchmarks.eligibility [--records N] [--seed N] [FOLDER]

Both are timed in the same run, record by record, in processor time. The share is (`parse` plus `characteristics`)
divided by validation. A second part parses texts of hostile repetition in two sizes: four times the text may take at
most six times the time (linear work, with a margin for noise). Exits with 1 above either limit.
"""

from __future__ import annotations

import argparse
import gc
import random
import sys
from pathlib import Path
from statistics import median
from time import process_time
from typing import TYPE_CHECKING, Any

import orjson
from fhir.resources.R4B.group import Group

from benchmarks import records as real_records
from trialwire.transforms.eligibility import characteristics, parse

if TYPE_CHECKING:
    from collections.abc import Callable

    from trialwire.transforms.eligibility.group.characteristics import Written

BAR = 4.0
GROWTH_BAR = 6.0
SMALL, LARGE = 50_000, 200_000
HOSTILE = {
    "semicolons": "a; ", "numbers in a line": "1) a 2) b 3) c ", "open parentheses": "(", "lead-ins": "any of the following: ",
    "bullets": "* a\n", "headings in a line": "exclusion criteria: a. ", "escapes": "\\<", "entities": "&lt;", "digits": "1 ",
    "comparators": ">= 5 mg/dL ", "ages": "18 years of age ", "windows": "within 3 months of ", "connectors": "or\n\n",
    "nested lists": "* any of the following:\n  * x or\n", "line breaks": "\n", "one word": "x", "old registry": "DISEASE CHARACTERISTICS: No x ",
    "comments": "<!-- ", "populations": "Group A:\n* x\n", "sentences": "Aa b. ", "dashes": " - a", "at least": "at least ",
}  # fmt: skip
"""The repeated texts. Each made, or may make, a pattern read back over the whole text."""


def main() -> int:
    """Print both measurements. Returns 1 above a limit, else 0."""
    arguments = _arguments()
    texts = _texts(arguments.folder, arguments.records, arguments.seed)
    ours, theirs = _times(texts)
    share = ours / theirs
    print(f"{len(texts)} records: segmentation and structuring {1000 * ours / len(texts):.2f} ms per record,")
    print(
        f"validation of the Group {1000 * theirs / len(texts):.2f} ms per record: {share:.2f} times as long (bar: {BAR})"
    )
    worst = 0.0
    for name, unit in HOSTILE.items():
        small, large = (_seconds(unit * (size // len(unit))) for size in (SMALL, LARGE))
        growth = large / max(small, 0.005)
        worst = max(worst, growth)
        print(f"  {name:20} {SMALL // 1000} kB {small:6.2f} s  {LARGE // 1000} kB {large:6.2f} s  growth {growth:.1f}")
    print(f"largest growth for four times the text: {worst:.1f} (bar: {GROWTH_BAR})")
    return 0 if share <= BAR and worst <= GROWTH_BAR else 1


def _times(texts: list[str]) -> tuple[float, float]:
    """(seconds of our part, seconds of validation): processor time, each the median of three rounds."""
    rounds = []
    for _ in range(3):
        ours = theirs = 0.0
        for text in texts:
            before = process_time()
            found = characteristics(parse(text))
            between = process_time()
            for written in found.values():
                Group.model_validate(_group(written))
            ours += between - before
            theirs += process_time() - between
        rounds.append((ours, theirs))
    return median(one[0] for one in rounds), median(one[1] for one in rounds)


def _group(written: Written) -> dict[str, Any]:
    kind = {"resourceType": "Group", "actual": False}
    contained = {"contained": [kind | one for one in written.contained]} if written.contained else {}
    return kind | {"type": "person", "characteristic": written.entries} | contained


def _seconds(text: str) -> float:
    def once(work: Callable[[], object]) -> float:
        gc.collect()  # garbage of the previous text must not count for this one
        before = process_time()
        work()
        return process_time() - before

    return min(once(lambda: characteristics(parse(text))) for _ in range(2))


def _texts(folder: Path, records: int, seed: int) -> list[str]:
    paths = sorted(folder.glob("NCT*.json"))
    chosen = random.Random(seed).sample(paths, min(records, len(paths)))
    found = (orjson.loads(path.read_bytes())["protocolSection"].get("eligibilityModule", {}) for path in chosen)
    return [text for module in found if (text := module.get("eligibilityCriteria"))]


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.eligibility", description=__doc__.splitlines()[0] if __doc__ else None
    )
    parser.add_argument(
        "folder", nargs="?", type=Path, default=real_records.registry(), help="a folder of registry records"
    )
    parser.add_argument("--records", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())

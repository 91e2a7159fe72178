"""Measures the semantic diff of a changed trial: its share of the whole path, and its growth with the text.

    python -m benchmarks.diff [--records N] [--repeats N] [FOLDER]

Input: the records of benchmarks.path, each with its earlier version. The diff needs both Trials and both criteria trees.
The tree of the earlier text must be parsed for it, so that time is shown too. Growth: a criteria text built from several
records, with a tenth of its criteria changed, in lengths that double. Exits with 1 if the diff takes more than 5 % of
the path.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from statistics import median
from time import process_time
from typing import TYPE_CHECKING

from benchmarks import path, records
from trialwire.changes.semantic.criteria import criteria_changes
from trialwire.changes.semantic.semantic_diff import semantic_diff
from trialwire.schemas.errors import HoldError
from trialwire.transforms.eligibility import parse
from trialwire.transforms.read.any_record import read

if TYPE_CHECKING:
    from collections.abc import Callable

    from trialwire.schemas.record import RawRecord
    from trialwire.schemas.trial import Trial

GOAL = 0.05
_CRITERIA = (50, 100, 200, 400, 800)
_EVERY = 10


def trial_of(record: RawRecord) -> Trial:
    """The Trial of a record."""
    return read(record).trial


def is_readable(record: RawRecord) -> bool:
    """Whether a record becomes a Trial; some of the shipped ones are held on purpose."""
    try:
        read(record)
    except HoldError:
        return False
    return True


def diff_ms(found: list[RawRecord], repeats: int) -> tuple[float, float]:
    """(milliseconds of the diff, milliseconds of parsing the earlier text), per record."""
    pairs = [(trial_of(path.earlier(one)), trial_of(one)) for one in found]
    trees = [(parse(old.eligibility.criteria or ""), parse(new.eligibility.criteria or "")) for old, new in pairs]

    def compare() -> None:
        for (old, new), (old_tree, new_tree) in zip(pairs, trees, strict=True):
            semantic_diff(old, new, old_tree, new_tree)

    def parse_earlier() -> None:
        for old, _ in pairs:
            parse(old.eligibility.criteria or "")

    return tuple(_each(work, len(found), repeats) for work in (compare, parse_earlier))  # type: ignore[return-value]


def growth(found: list[RawRecord], repeats: int) -> list[tuple[int, float]]:
    """(number of criteria, milliseconds of one diff) for texts of this length, with a tenth of the criteria changed."""
    lines = [
        line
        for one in found
        for line in (trial_of(one).eligibility.criteria or "").splitlines()
        if line.startswith("* ")
    ]
    grown = []
    for count in _CRITERIA:
        old = [lines[index % len(lines)] + f" (item {index})" for index in range(count)]
        new = [f"{line} or as judged" if index % _EVERY == 0 else line for index, line in enumerate(old)]
        trees = [parse("Inclusion Criteria:\n\n" + "\n".join(side)) for side in (old, new)]
        grown.append((len(trees[0]), _each(lambda trees=trees: criteria_changes(*trees), 1, repeats)))  # type: ignore[misc]
    return grown


def _each(work: Callable[[], object], count: int, repeats: int) -> float:
    taken = []
    for _ in range(repeats):
        started = process_time()
        work()
        taken.append(process_time() - started)
    return median(taken) / count * 1000


def main(arguments: list[str] | None = None) -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.diff", description=__doc__.splitlines()[0] if __doc__ else None
    )
    parser.add_argument("folder", nargs="?", type=Path, default=records.registry())
    parser.add_argument("--records", type=int, default=200)
    parser.add_argument("--repeats", type=int, default=3)
    asked = parser.parse_args(arguments)
    found = [one for one in path.records_of(asked.folder, asked.records) if is_readable(one)]
    whole = sum(path.measure(found, asked.repeats).steps.values())
    diff, earlier = diff_ms(found, asked.repeats)
    print(f"{len(found)} records with an earlier version each; CPU time, median of {asked.repeats} repeats")
    print(f"{'':<32}{'ms/record':>10}{'share':>9}")
    for name, each in (("whole path", whole), ("semantic diff", diff), ("parsing the earlier text", earlier)):
        print(f"{name:<32}{each:>10.3f}{each / whole:>9.1%}")
    print(f"{'criteria':>8}{'ms':>10}{'µs/criterion':>14}")
    for count, each in growth(found, asked.repeats):
        print(f"{count:>8}{each:>10.2f}{each / count * 1000:>14.1f}")
    return 0 if diff / whole < GOAL else 1


if __name__ == "__main__":
    sys.exit(main())

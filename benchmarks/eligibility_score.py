"""Scores the parser with the project's own labels: `python -m benchmarks.eligibility_score [--errors]`.

Sixty records were drawn at random (the seed is in the labels' file) and labelled by reading each text: every criterion
and lead-in with its section, every numeric bound on a variable of the table, every temporal window. Labels hold offsets
and values, no text. Segmentation compares normalised words (letters and digits). Bounds compare (record, variable,
comparator, value). Windows compare (record, value, unit); of the found ones, the score also gives the share with the
right direction and anchor (any event counts as right for an event). The output is docs/eligibility-score.md.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections import Counter
from pathlib import Path
from typing import Any

from benchmarks import records as real_records
from trialwire.transforms.eligibility import parse

LABELS = Path(__file__).resolve().parent.parent / "tests" / "transforms" / "eligibility" / "labels" / "labels.json"
HEAD = """# How well eligibility texts are read: the project's own labels

Made by `python -m benchmarks.eligibility_score`; a test fails when it is out of date. {records} records of the registry,
drawn at random with seed {seed}, were labelled by reading each text: {nodes} criteria and lead-ins, {bounds} numeric
bounds on variables of the table, {windows} temporal windows. The labels (offsets and values, no text) are in
tests/eligibility/labels. They were made in one reading by one reader, before the parser was scored on them. Its first
score was F1 0.980 for criteria, 0.934 for bounds and 0.978 for windows; faults that these records showed were mended
since, so the table is a regression bar, not a promise for texts of other kinds.

| what | precision | recall | F1 |
|---|---|---|---|
"""


def main() -> int:
    """Print the page or, with --errors, every difference."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--data", type=Path, help="default: ctgov of the real data")
    arguments.add_argument("--errors", action="store_true", help="print every disagreement instead")
    options = arguments.parse_args()
    score = Score(json.loads(LABELS.read_bytes()), options.data or real_records.needed("ctgov"))
    sys.stdout.write("\n".join(score.errors) + "\n" if options.errors else score.page())
    return 0


class Score:
    """Counts over all labelled records, and the differences."""

    def __init__(self, labels: dict[str, Any], data: Path) -> None:
        """Read and compare every labelled record."""
        self.errors: list[str] = []
        self._labels = labels
        self._counts: Counter[tuple[str, str]] = Counter()
        self._perfect = 0
        for record in labels["records"]:
            raw = json.loads((data / f"{record['id']}.json").read_bytes())
            self._compare(record, raw["protocolSection"]["eligibilityModule"]["eligibilityCriteria"])

    def page(self) -> str:
        """The page with the figures."""
        records = self._labels["records"]
        totals = {name: sum(len(record[name]) for record in records) for name in ("nodes", "bounds", "windows")}
        rows = "".join(
            self._row(name) for name in ("criteria found", "criteria with their section", "bounds", "windows")
        )
        found, right = self._counts["windows", "found"], self._counts["windows", "placed"]
        return (
            HEAD.format(records=len(records), seed=self._labels["seed"], **totals)
            + rows
            + f"\nRecords with every criterion right: {self._perfect} of {len(records)}. "
            f"Windows found whose direction and anchor are right: {right} of {found} ({right / found:.3f}).\n"
        )

    def _row(self, name: str) -> str:
        found, missed, extra = (self._counts[name, kind] for kind in ("found", "missed", "extra"))
        precision, recall = found / (found + extra), found / (found + missed)
        f1 = 2 * precision * recall / (precision + recall)
        return f"| {name} | {precision:.3f} | {recall:.3f} | {f1:.3f} |\n"

    def _compare(self, record: dict[str, Any], raw: str) -> None:
        criteria = [one for one in parse(raw) if one.label]
        wanted = Counter((_words(raw[start:end]), label) for start, end, label in record["nodes"])
        ours = Counter((_words(raw[one.start : one.end]), one.label) for one in criteria)
        bare_wanted, bare_ours = (Counter(words for words, _ in counted.elements()) for counted in (wanted, ours))
        self._count(record["id"], "criteria found", bare_wanted, bare_ours)
        self._count(record["id"], "criteria with their section", wanted, ours)
        self._perfect += wanted == ours
        said = Counter({(one.variable, one.comparator, float(one.value)) for node in criteria for one in node.bounds})
        labelled = Counter({(variable, comparator, float(value)) for variable, comparator, value in record["bounds"]})
        self._count(record["id"], "bounds", labelled, said)
        self._windows(record, [window for node in criteria for window in node.windows])

    def _windows(self, record: dict[str, Any], windows: list[Any]) -> None:
        wanted = Counter((float(value), unit) for value, unit, _, _ in record["windows"])
        self._count(record["id"], "windows", wanted, Counter((float(one.value), one.unit) for one in windows))
        placed = Counter(
            (float(value), unit, direction, anchor) for value, unit, direction, anchor in record["windows"]
        )
        ours = Counter(
            (
                float(one.value),
                one.unit,
                one.direction,
                "event" if one.anchor and one.anchor[:6] == "event:" else one.anchor,
            )
            for one in windows
        )
        self._counts["windows", "placed"] += (placed & ours).total()
        self.errors += [f"{record['id']} placed not so: {one}" for one in (placed - ours)]
        self.errors += [f"{record['id']} placed so: {one}" for one in (ours - placed)]

    def _count(self, record_id: str, name: str, wanted: Counter[Any], ours: Counter[Any]) -> None:
        self._counts[name, "found"] += (wanted & ours).total()
        self._counts[name, "missed"] += (wanted - ours).total()
        self._counts[name, "extra"] += (ours - wanted).total()
        self.errors += [f"{record_id} {name} missed: {one}" for one in (wanted - ours)]
        self.errors += [f"{record_id} {name} extra: {one}" for one in (ours - wanted)]


def _words(text: str) -> str:
    return re.sub(r"[\W_]+", "", text).lower()


if __name__ == "__main__":
    sys.exit(main())

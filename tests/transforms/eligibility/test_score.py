"""The page with the score is what the scorer prints, and the labels fit the records."""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path

from benchmarks.eligibility_score import LABELS, Score
from tests.kit.checkout import DOCS
from trialwire.transforms.eligibility.bounds.variables import BY_NAME

PAGE = DOCS / "eligibility-score.md"


def test_the_page_with_the_score_is_what_the_scorer_prints(real_records: Path) -> None:
    score = Score(json.loads(LABELS.read_bytes()), real_records / "ctgov")
    assert PAGE.read_text("utf-8") == score.page()


def test_labels_are_of_sixty_records_or_more_and_of_variables_that_the_table_has() -> None:
    records = json.loads(LABELS.read_bytes())["records"]
    assert len({record["id"] for record in records}) >= 60
    assert {variable for record in records for variable, _, _ in record["bounds"]} <= BY_NAME.keys()
    for record in records:
        spans = [(start, end) for start, end, _ in record["nodes"]]
        assert spans == sorted(spans)
        assert all(end <= start for (_, end), (start, _) in pairwise(spans))

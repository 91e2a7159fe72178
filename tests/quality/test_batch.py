"""The circuit breaker: ordinary and odd batches pass, a source that changed its layout does not."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.quality.test_rows import trial
from trialwire.quality import batch, rows
from trialwire.schemas.record import RawRecord
from trialwire.transforms.read.any_record import read

PARTS: tuple[dict[str, dict[str, Any]], ...] = (
    {},
    {"contactsLocations": {"locations": []}},
    {"eligibility": {"maximumAge": None}},
    {"design": {"studyType": "OBSERVATIONAL"}, "armsInterventions": {"armGroups": []}},
)


def flat_rows(count: int, **changed: object) -> list[dict[str, object]]:
    """So many sound rows, of four kinds, with their numbers; some columns changed in all."""
    sound = {
        "lead_sponsor": "Example Hospital",
        "brief_summary": "Does placebin ease itching?",
        "condition_count": 1,
        "outcome_count": 2,
        "criteria": "Inclusion Criteria:\n\n* adults with itching for six weeks or more\n* written consent\n",
    }
    kinds = [rows.flat(trial(**parts)) for parts in PARTS]
    return [{**kinds[number % 4], **sound, "trial_id": f"NCT9999{number:04d}", **changed} for number in range(count)]


def test_an_ordinary_batch_passes_without_a_word() -> None:
    assert batch.check_batch(flat_rows(200)) == batch.BatchReport()


@pytest.mark.parametrize(
    "rule", [rule for rule in batch.SUITE if rule.severity == "critical"], ids=lambda rule: rule.code
)
def test_a_batch_that_lacks_a_fact_throughout_is_stopped_and_says_what_it_lacks(rule: batch.BatchRule) -> None:
    report = batch.check_batch(flat_rows(200, **_broken(rule)))
    assert report.stopped
    assert rule.lacks in report.message
    assert "none of it was written" in report.message


def test_a_registry_whose_answers_cannot_be_read_is_a_wrong_batch_however_few_are_left() -> None:
    report = batch.check_batch(flat_rows(10), asked=200, unreadable=190)
    assert report.stopped
    assert "190 of 200 records cannot be read" in report.message
    most = batch.allowed(200, batch.MAY_BE_UNREADABLE)
    assert not batch.check_batch(flat_rows(200), asked=200, unreadable=most).stopped
    assert batch.check_batch([], asked=200, unreadable=most + 1).stopped
    assert not batch.check_batch([], asked=batch.SMALLEST - 1, unreadable=batch.SMALLEST - 1).stopped


def _broken(rule: batch.BatchRule) -> dict[str, object]:
    """Columns that break one rule."""
    special: dict[str, dict[str, object]] = {
        "criteria-cut": {"criteria": "Inclusion Crit"},
        "dates-turned": {"start_date": "2030-01"},
    }
    if rule.code in special:
        return special[rule.code]
    column = str(rule.arguments["column"])
    if column.startswith("kept_"):
        return {"lost": f"other {column.removeprefix('kept_')}"}
    return {column: 0 if "min_value" in rule.arguments else None}


def test_a_repeated_number_is_told_and_stops_nothing() -> None:
    report = batch.check_batch(flat_rows(100, trial_id="NCT99990001"))
    assert not report.stopped
    assert [finding.code for finding in report.findings] == ["batch-numbers-repeat"]


def test_a_small_batch_is_not_judged() -> None:
    assert batch.check_batch(flat_rows(batch.SMALLEST - 1, criteria=None, site_count=0)) == batch.BatchReport()


def test_pages_lack_much_and_are_not_counted() -> None:
    assert batch.check_batch(flat_rows(100, partial=True, criteria=None, brief_title=None)) == batch.BatchReport()


def test_a_few_new_trials_that_lost_something_stop_nothing() -> None:
    known = [{**row, "lost": "sites.removed"} for row in flat_rows(20)]
    assert batch.check_batch(known + flat_rows(100)) == batch.BatchReport()


@pytest.mark.parametrize("share", [0.01, 0.05, 0.3, 0.75])
@pytest.mark.parametrize("count", [30, 200, 5000])
def test_chance_alone_stops_fewer_than_one_batch_in_a_million(count: int, share: float) -> None:
    scipy = pytest.importorskip("scipy.stats")
    most = batch.allowed(count, share)
    assert scipy.binom.sf(most, count, share) < batch.LUCK
    assert scipy.binom.sf(most - 1, count, share) >= batch.LUCK * 0.99


def test_great_expectations_is_not_imported_for_a_small_batch() -> None:
    code = "import sys; from trialwire.quality import batch; batch.check_batch([]); assert 'great_expectations' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)


def test_the_real_records_pass_as_one_batch_and_in_odd_selections(real_records: Path) -> None:
    found = [
        rows.flat(read(RawRecord(path.name, path.read_bytes())).trial)
        for path in sorted((real_records / "ctgov").glob("*.json"))
    ]
    assert batch.check_batch(found) == batch.BatchReport()
    for column in ("overall_status", "study_type"):
        for value in {row[column] for row in found}:
            selected = [row for row in found if row[column] == value]
            assert batch.check_batch(selected) == batch.BatchReport(), value
    oldest = sorted(found, key=lambda row: str(row["first_submit_date"]))
    assert batch.check_batch(oldest[:100]) == batch.BatchReport()

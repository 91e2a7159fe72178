"""What the tasks of a run do: which question moves the point that the next one asks from, and what is left behind."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import orjson
import pytest

from tests.changes.kit.records import study
from trialwire.pipeline import airflow_tasks, open_store, registries, settings
from trialwire.pipeline.registries import Asked
from trialwire.schemas.errors import StopError
from trialwire.schemas.record import RawRecord

if TYPE_CHECKING:
    from pathlib import Path

REGISTRY = registries.source("clinicaltrials_gov")
LAST = datetime(2026, 3, 10, 4, 15, tzinfo=UTC)
DUE = date(2026, 3, 9)


@pytest.fixture(autouse=True)
def asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[Asked]:
    """A store with one good run; a registry that gives one record to every question, and the questions."""
    monkeypatch.setenv("TRIALWIRE_STORE__URL", f"sqlite:///{tmp_path / 'store.db'}")
    questions: list[Asked] = []

    def found_by(question: Asked, _: object) -> list[RawRecord]:
        questions.append(question)
        return [RawRecord("https://example.org/1", orjson.dumps(study(15)), "clinicaltrials_gov")]

    monkeypatch.setattr(registries, "found_by", found_by)
    with open_store.opened(settings.load()) as store:
        store.runs.record(REGISTRY.name, LAST, {"read": 1})
    return questions


def last_run() -> datetime:
    with open_store.opened(settings.load()) as store:
        found = store.runs.last(REGISTRY.name)
    assert found
    return found.started_at


def whole_run(folder: Path, params: dict[str, Any]) -> None:
    collected = airflow_tasks.collect(REGISTRY, params, folder, {})
    counts = [airflow_tasks.process(folder / batch.rpartition("/")[2], params, {}) for batch in collected.batches]
    airflow_tasks.finish(REGISTRY, counts, collected.asked_at, folder, {})


@pytest.mark.parametrize("params", [{}, {"since": "2026-03-09"}, {"since": "2020-01-01"}])
def test_a_question_for_all_updates_moves_the_point_that_the_next_one_asks_from(
    tmp_path: Path, asked: list[Asked], params: dict[str, Any]
) -> None:
    before = datetime.now(UTC)
    whole_run(tmp_path / "run", params)
    assert asked[0].since == date.fromisoformat(params.get("since", DUE.isoformat()))
    assert before <= last_run() <= datetime.now(UTC)
    whole_run(tmp_path / "next", {})
    assert asked[1].since == before.date() - timedelta(days=1)


@pytest.mark.parametrize(
    "params",
    [
        {"nct": ["NCT99990015"]},
        {"query": "AREA[Condition]asthma"},
        {"limit": 5},
        {"paths": ["records"]},
        {"since": "2026-03-10"},
        {"since": "2020-01-01", "query": "asthma"},
    ],
)
def test_another_question_moves_nothing(tmp_path: Path, params: dict[str, Any]) -> None:
    whole_run(tmp_path / "run", params)
    assert last_run() == LAST


def test_the_point_is_the_moment_of_the_question_however_late_the_run_ends(tmp_path: Path) -> None:
    collected = airflow_tasks.collect(REGISTRY, {}, tmp_path / "run", {})
    assert collected.asked_at
    early = collected.asked_at - timedelta(hours=7)
    airflow_tasks.finish(REGISTRY, [], early, tmp_path / "run", {})
    assert last_run() == early


def test_no_batch_is_left_of_a_good_run_and_one_asked_for_again_is_explained(tmp_path: Path) -> None:
    folder = tmp_path / "run"
    whole_run(folder, {})
    assert not folder.exists()
    airflow_tasks.finish(REGISTRY, [], None, folder, {})
    with pytest.raises(StopError, match=r"batch-00001.*run succeeded.*Start a new run"):
        airflow_tasks.process(folder / "batch-00001.ndjson", {}, {})

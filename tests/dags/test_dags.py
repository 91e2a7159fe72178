"""The DAGs as Airflow sees them, and their runs with a database of their own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.changes.kit.records import altered, study
from tests.kit.checkout import CHECKOUT
from trialwire.pipeline.registries import sources

pytestmark = pytest.mark.airflow

FICTIONAL = CHECKOUT / "sources" / "fictional"
OUTBOX = "x-trialwire://store/outbox"


def in_airflow(folder: Path, *arguments: str, **settings: str) -> Any:
    """Run tests.dags.kit.airflow_process with an Airflow home in `folder`, and return what it wrote."""
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith(("AIRFLOW", "TRIALWIRE_"))},
        "AIRFLOW_HOME": str(folder / "airflow"),
        "AIRFLOW__CORE__DAGS_FOLDER": str(CHECKOUT / "dags"),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": f"sqlite:///{folder}/airflow.db",
        "AIRFLOW__LOGGING__LOGGING_LEVEL": "WARNING",
        "TRIALWIRE_STORE__URL": f"sqlite:///{folder}/trialwire.db",
        "TRIALWIRE_INGEST__SPOOL": f"file://{folder}/batches",
        "PYTHONDONTWRITEBYTECODE": "",
        **settings,
    }
    into = folder / "answer.json"
    command = [sys.executable, "-m", "tests.dags.kit.airflow_process", str(into), *arguments]
    made = subprocess.run(
        command, cwd=CHECKOUT, env=environment, capture_output=True, text=True, check=False, timeout=550
    )
    assert made.returncode == 0, made.stderr[-3000:]
    return json.loads(into.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def facts(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    return in_airflow(tmp_path_factory.mktemp("facts"), "facts")


def test_every_dag_file_is_imported_without_an_error(facts: dict[str, Any]) -> None:
    assert facts["errors"] == {}


def test_there_is_one_ingest_dag_per_source_and_one_dag_per_kind_of_delivery(facts: dict[str, Any]) -> None:
    ingests = {f"ingest_{source.name}" for source in sources().values()}
    assert set(facts["dags"]) == ingests | {"publish_changes", "load_fhir"}


def test_an_ingest_runs_at_the_times_of_its_source_and_announces_the_outbox(facts: dict[str, Any]) -> None:
    for source in sources().values():
        dag = facts["dags"][f"ingest_{source.name}"]
        assert dag["schedule"] == source.schedule
        assert dag["outlets"]["seal"] == [OUTBOX]
        assert set(dag["tasks"]) == {"collect", "process", "seal", "finish"}
        assert ("since" in dag["params"]) == source.asks


def test_a_setting_takes_the_schedules_away(tmp_path: Path) -> None:
    dags = in_airflow(tmp_path, "facts", TRIALWIRE_INGEST__SCHEDULED="false")["dags"]
    assert {dags[f"ingest_{source.name}"]["schedule"] for source in sources().values()} == {None}


def test_the_deliveries_are_started_by_the_asset_and_by_nothing_else(facts: dict[str, Any]) -> None:
    for dag_id in ("publish_changes", "load_fhir"):
        assert facts["dags"][dag_id]["schedule"] == [OUTBOX]


def test_letting_a_dag_run_starts_nothing_for_times_that_are_past(facts: dict[str, Any]) -> None:
    """A start date in the past would make Airflow begin with the latest time missed."""
    assert {(dag["catchup"], dag["start_date"]) for dag in facts["dags"].values()} == {(False, None)}


def test_every_task_is_tried_again_and_every_dag_runs_once_at_a_time_and_says_what_it_is(facts: dict[str, Any]) -> None:
    for dag in facts["dags"].values():
        assert min(dag["tasks"].values()) >= 2
        assert dag["max_active_runs"] == 1
        assert "trialwire" in dag["tags"]
        assert dag["doc"].strip().startswith("###")


@pytest.fixture(scope="module")
def journey(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    """Both ingests, the publishing into a folder and the loading where no server is set; then the first ingest again."""
    folder = tmp_path_factory.mktemp("journey")
    registry = json.dumps({"paths": [str(FICTIONAL / "registry")]})
    pages = json.dumps({"paths": [str(FICTIONAL / "pages")]})
    asked = [f"ingest_clinicaltrials_gov={registry}", f"ingest_pages={pages}", "publish_changes", "load_fhir",
             f"ingest_clinicaltrials_gov={registry}"]  # fmt: skip
    return in_airflow(folder, "runs", *asked, TRIALWIRE_FOLDER__PATH=str(folder / "ndjson"))


def test_each_run_of_the_journey_succeeds(journey: list[dict[str, Any]]) -> None:
    assert [run["state"] for run in journey] == ["success"] * len(journey)


def test_the_counts_of_an_ingest_add_up_and_held_records_do_not_fail_it(journey: list[dict[str, Any]]) -> None:
    counts = journey[0]["returned"]["process"]
    assert counts["read"] == len(list((FICTIONAL / "registry").glob("*.json")))
    assert counts["read"] == counts["new"] + counts["changed"] + counts["unchanged"] + counts["held"]
    assert counts["held"] == len(counts["held_records"]) > 0


def test_what_was_new_is_published_into_the_folder(journey: list[dict[str, Any]]) -> None:
    new_or_changed = sum(run["returned"]["process"][name] for run in journey[:2] for name in ("new", "changed"))
    assert journey[2]["returned"]["publish"]["folder"]["published"] == new_or_changed


def test_without_a_fhir_server_the_loading_has_nothing_to_do(journey: list[dict[str, Any]]) -> None:
    assert journey[3]["returned"]["servers"] == []
    assert journey[3]["tasks"]["load[-1]"] == "skipped"


def test_the_same_records_again_are_unchanged(journey: list[dict[str, Any]]) -> None:
    counts = journey[4]["returned"]["process"]
    assert (counts["new"], counts["changed"]) == (0, 0)
    assert counts["unchanged"] == journey[0]["returned"]["process"]["new"]


@pytest.fixture(scope="module")
def stopped(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    """A run whose second batch looks wrong, the publishing after it, and the run of an operator who accepts it."""
    folder = tmp_path_factory.mktemp("stopped")
    records = []
    for number in range(60):
        record = altered(study(2), "protocolSection.identificationModule.nctId", f"NCT{99995000 + number}")
        if number >= 30:
            record = altered(record, "protocolSection.descriptionModule", None)
        records.append(json.dumps(record) + "\n")
    path = folder / "records.jsonl"
    path.write_text("".join(records), encoding="utf-8")
    asked = {"paths": [str(path)]}
    accepted = asked | {"accept_odd_batch": True}
    runs = [f"ingest_clinicaltrials_gov={json.dumps(asked)}", "publish_changes",
            f"ingest_clinicaltrials_gov={json.dumps(accepted)}"]  # fmt: skip
    settings = {"TRIALWIRE_FOLDER__PATH": str(folder / "ndjson"), "TRIALWIRE_INGEST__BATCH_SIZE": "30"}
    done: list[dict[str, Any]] = in_airflow(folder, "runs", *runs, **settings)
    return [*done, {"batches": [one.name for one in (folder / "batches").rglob("*.ndjson")]}]


def test_a_batch_that_is_stopped_fails_the_run_and_what_was_written_is_announced(stopped: list[dict[str, Any]]) -> None:
    tasks = stopped[0]["tasks"]
    assert stopped[0]["state"] == "failed"
    assert {name: tasks[name] for name in ("process[0]", "process[1]", "seal[-1]", "finish[-1]")} == {
        "process[0]": "success", "process[1]": "failed", "seal[-1]": "success", "finish[-1]": "upstream_failed",
    }  # fmt: skip
    assert stopped[0]["events"] == [{"read": 30, "new": 30, "changed": 0, "unchanged": 0, "held": 0}]
    assert stopped[1]["returned"]["publish"]["folder"]["published"] == 30


def test_an_operator_may_accept_the_batch_and_only_batches_of_the_failed_run_are_left(
    stopped: list[dict[str, Any]],
) -> None:
    assert stopped[2]["state"] == "success"
    assert stopped[2]["events"] == [{"read": 60, "new": 30, "changed": 0, "unchanged": 30, "held": 0}]
    assert sorted(stopped[3]["batches"]) == ["batch-00001.ndjson", "batch-00002.ndjson"]

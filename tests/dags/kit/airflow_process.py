"""What runs in a process of its own with an Airflow of its own, and writes one JSON document to the file it is given.

Airflow reads its settings when it is imported, so the test process itself never imports it.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from tests.kit.checkout import CHECKOUT

DAGS = CHECKOUT / "dags"


def facts() -> dict[str, Any]:
    """What Airflow makes of the folder dags/."""
    from airflow.dag_processing.dagbag import DagBag

    bag = DagBag(dag_folder=DAGS)
    return {
        "errors": bag.import_errors,
        "dags": {
            dag.dag_id: {
                "schedule": _schedule(dag.schedule),
                "catchup": dag.catchup,
                "start_date": dag.start_date,
                "max_active_runs": dag.max_active_runs,
                "tags": sorted(dag.tags),
                "doc": dag.doc_md,
                "params": sorted(dag.params),
                "tasks": {task.task_id: task.retries for task in dag.tasks},
                "outlets": {task.task_id: [asset.uri for asset in task.outlets] for task in dag.tasks},
            }
            for dag in bag.dags.values()
        },
    }


def runs(*asked: str) -> list[dict[str, Any]]:
    """Run DAGs by `dag.test()`, one after the other; each is asked for as DAG=CONF with CONF in JSON."""
    from airflow.dag_processing.bundles.manager import DagBundlesManager
    from airflow.dag_processing.dagbag import DagBag, sync_bag_to_db
    from airflow.utils.db import initdb

    initdb()
    DagBundlesManager().sync_bundles_to_db()
    bag = DagBag(dag_folder=DAGS)
    sync_bag_to_db(bag, "dags-folder", None)
    done = []
    for one in asked:
        dag_id, _, conf = one.partition("=")
        run = bag.dags[dag_id].test(run_conf=json.loads(conf or "{}"))
        done.append({
            "dag": dag_id,
            "state": run.state,
            "tasks": {f"{task.task_id}[{task.map_index}]": task.state for task in run.get_task_instances()},
            "events": _announced(run),
            "returned": {task.task_id: _returned(task) for task in run.get_task_instances() if task.state == "success"},
        })  # fmt: skip
    return done


def _schedule(schedule: Any) -> Any:
    """A cron line, None, or the addresses of assets."""
    return [asset.uri for asset in schedule] if isinstance(schedule, list) else schedule


def _announced(run: Any) -> list[Any]:
    """What the asset's events of a run say."""
    from airflow.models.asset import AssetEvent
    from airflow.utils.session import create_session
    from sqlalchemy import select

    question = select(AssetEvent).where(AssetEvent.source_dag_id == run.dag_id, AssetEvent.source_run_id == run.run_id)
    with create_session() as session:
        return [event.extra for event in session.scalars(question)]


def _returned(task: Any) -> Any:
    return task.xcom_pull(task_ids=task.task_id, map_indexes=task.map_index)


if __name__ == "__main__":
    into, what, *arguments = sys.argv[1:]
    document = facts() if what == "facts" else runs(*arguments)
    Path(into).write_text(json.dumps(document, default=str), encoding="utf-8")

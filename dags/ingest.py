"""One ingest DAG per source (a registry or a folder of records).

The DAG collects raw records, processes each batch and adds up the counts. Then it updates the Airflow asset that stands
for the outbox (the store's table of all changes). This update starts the delivery DAGs.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from airflow.sdk import Metadata, ObjectStoragePath, Param, dag, get_current_context, task
from airflow.sdk.exceptions import AirflowSkipException

from trialwire.dags.asset import TRIAL_CHANGES
from trialwire.dags.connections import overrides
from trialwire.dags.outcome import outcome
from trialwire.pipeline import registries, settings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from trialwire.schemas.source import Source

PARAMS = {
    "paths": Param([], type="array", description="Files and folders to read instead of asking the registry"),
    "limit": Param(None, type=["integer", "null"], minimum=1, description="The largest number of records to read"),
    "accept_odd_batch": Param(False, type="boolean", description="Also write batches that look wrong as a whole"),
}
QUESTION = {
    "since": Param(None, type=["string", "null"], format="date", description="Updated on or after this day"),
    "nct": Param([], type="array", description="Trials by number"),
    "query": Param(None, type=["string", "null"], description="A search in the registry's own syntax"),
}
DOC = """
### {title}

**collect** finds the records and writes them to the spool in batches, **process** takes each batch through all steps
(read, map, check, compare, write) in one transaction, **seal** adds up what was written and updates the asset
`trial_changes`, which starts `publish_changes` and `load_fhir`. **finish** runs when every batch is written: it
removes the batches and, if the run asked for all updates, stores the time of the request.

A record that cannot be processed is held with its reasons (`trialwire held list`). A batch that looks wrong is not
written and fails the run; the other batches are still delivered. A second run is safe: records that are known and
unchanged are skipped.

Without parameters, the DAG asks the registry for all updates since the last successful run, minus one day.
"""


def ingest_dag(source: Source) -> Any:
    """Build and return the ingest DAG of one source."""

    @dag(
        dag_id=f"ingest_{source.name}",
        # No start date: when the DAG is unpaused, its first run is the next scheduled one, never a past one.
        schedule=source.schedule if settings.load().ingest.scheduled else None,
        catchup=False,
        max_active_runs=1,
        default_args={"retries": 2, "retry_delay": timedelta(seconds=20)},
        params=PARAMS | (QUESTION if source.asks else {}),
        tags=["trialwire", "ingest"],
        doc_md=DOC.format(title=source.title),
    )
    def build() -> None:
        @task(retries=3, retry_exponential_backoff=True)
        def collect() -> list[str]:
            from trialwire.pipeline import airflow_tasks

            context = get_current_context()
            with outcome():
                given = overrides()
                collected = airflow_tasks.collect(source, dict(context["params"]), _folder(source, given), given)
            context["ti"].xcom_push("asked_at", collected.asked_at.isoformat() if collected.asked_at else None)
            return collected.batches

        @task(multiple_outputs=False, max_active_tis_per_dagrun=4)
        def process(batch: str) -> dict[str, Any]:
            from trialwire.pipeline import airflow_tasks

            with outcome():
                return airflow_tasks.process(
                    ObjectStoragePath(batch), dict(get_current_context()["params"]), overrides()
                )

        @task(outlets=[TRIAL_CHANGES], trigger_rule="all_done")
        def seal(batches: list[str] | None, counts: list[dict[str, Any]]) -> Iterator[Metadata]:
            from trialwire.pipeline import airflow_tasks

            written = list(counts or ())
            if batches is None or (batches and not written):
                raise AirflowSkipException("Nothing was written.")
            yield Metadata(TRIAL_CHANGES, airflow_tasks.seal(written))

        @task(trigger_rule="none_failed")
        def finish(counts: list[dict[str, Any]]) -> None:
            from trialwire.pipeline import airflow_tasks

            asked_at = get_current_context()["ti"].xcom_pull(task_ids="collect", key="asked_at")
            with outcome():
                given = overrides()
                moment = datetime.fromisoformat(asked_at) if asked_at else None
                airflow_tasks.finish(source, list(counts or ()), moment, _folder(source, given), given)

        batches = collect()
        counts = process.expand(batch=batches)
        seal(batches, counts)
        finish(counts)

    return build()


def _folder(source: Source, given: dict[str, Any]) -> ObjectStoragePath:
    """Return the folder for the spool of this run: files that carry the records from task to task."""
    run_id = get_current_context()["run_id"].replace(":", "").replace("+", "_")
    return ObjectStoragePath(settings.load(given).ingest.spool) / source.name / run_id


for row in registries.sources().values():
    globals()[f"ingest_{row.name}"] = ingest_dag(row)

"""One ingest DAG per source: collect raw records, take each batch through the path, add up, announce the asset."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from airflow.sdk import Metadata, ObjectStoragePath, Param, dag, get_current_context, task

from dags.asset import TRIAL_CHANGES
from dags.connections import overrides
from dags.outcome import outcome
from schemas.source import SOURCES, Source

if TYPE_CHECKING:
    from collections.abc import Iterator

PARAMS = {
    "paths": Param([], type="array", description="Files and folders to read instead of asking the registry"),
    "limit": Param(None, type=["integer", "null"], minimum=1, description="At most so many records"),
}
QUESTION = {
    "since": Param(None, type=["string", "null"], format="date", description="Updated on or after this day"),
    "nct": Param([], type="array", description="Trials by number"),
    "query": Param(None, type=["string", "null"], description="A search in the registry's own syntax"),
}
DOC = """
### {title}

**collect** finds the records and writes them to the spool in batches, **process** takes each batch through the path
(read, map, check, compare, write) in one transaction, **seal** adds up and updates the asset `trial_changes`, which
starts `publish_changes` and `load_fhir`.

A record that cannot go is held with its reasons (`trialwire held list`); a batch that looks wrong stops before it
writes. Running it again is safe: what is known and unchanged is skipped.

Asked without parameters, a registry is asked for what was updated since the last good run, less one day.
"""


def ingest_dag(source: Source) -> Any:
    """Build the ingest DAG of one source."""

    @dag(
        dag_id=f"ingest_{source.name}",
        schedule=source.schedule,  # without a start date: letting it run begins at the next time, never at a past one
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
            from pipeline import settings, tasks

            context = get_current_context()
            with outcome():
                given = overrides()
                spool = ObjectStoragePath(settings.load(given).ingest.spool)
                folder = spool / source.name / context["run_id"].replace(":", "").replace("+", "_")
                return tasks.collect(source, dict(context["params"]), folder, given)

        @task(multiple_outputs=False, max_active_tis_per_dagrun=4)
        def process(batch: str) -> dict[str, Any]:
            from pipeline import tasks

            with outcome():
                return tasks.process(ObjectStoragePath(batch), overrides())

        @task(outlets=[TRIAL_CHANGES], trigger_rule="none_failed")
        def seal(counts: list[dict[str, Any]]) -> Iterator[Metadata]:
            from pipeline import tasks

            started_at = get_current_context()["dag_run"].start_date
            with outcome():
                totals = tasks.seal(source, list(counts or ()), started_at, overrides())
            yield Metadata(TRIAL_CHANGES, totals)

        seal(process.expand(batch=collect()))

    return build()


for row in SOURCES:
    globals()[f"ingest_{row.name}"] = ingest_dag(row)

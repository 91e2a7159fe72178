"""The DAG that loads changes into each configured FHIR server. The DAG starts when an ingest updates the asset.

The asset stands for the outbox, the store's table of all changes.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from airflow.sdk import dag, task

from trialwire.dags.asset import TRIAL_CHANGES
from trialwire.dags.connections import overrides
from trialwire.dags.outcome import outcome


@dag(
    schedule=[TRIAL_CHANGES],
    catchup=False,
    max_active_runs=1,
    default_args={"retries": 5, "retry_delay": timedelta(seconds=30)},
    tags=["trialwire", "deliver"],
)
def load_fhir() -> None:
    """### Load FHIR servers.

    The DAG has one mapped task per server. Each server has its own cursor (position in the outbox), so a server that is
    down does not delay other servers. Resources are sent as PUT in transaction Bundles. Loading is idempotent: a change
    that is delivered twice is written once.
    """

    @task
    def servers() -> list[str]:
        from trialwire.pipeline import airflow_tasks

        with outcome():
            return airflow_tasks.to_load(overrides())

    @task(multiple_outputs=False)
    def load(kind: str) -> dict[str, Any]:
        from trialwire.pipeline import airflow_tasks

        with outcome():
            return airflow_tasks.load(kind, overrides())

    load.expand(kind=servers())


load_fhir()

"""The DAG that publishes new changes of the outbox (the store's table of all changes) to Kafka.

The DAG starts when an ingest updates the asset, which stands for the outbox.
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
def publish_changes() -> None:
    """### Publish changes to Kafka.

    The task sends the changes of the outbox to the event and state topics, in order per trial, until all are sent or
    the deadline passes. A broker that is down does not delay other deliveries: the outbox keeps every change, and
    Airflow retries the task.
    """

    @task(multiple_outputs=False)
    def publish() -> dict[str, Any]:
        from trialwire.pipeline import airflow_tasks

        with outcome():
            return airflow_tasks.publish(overrides())

    publish()


publish_changes()

"""The asset between the DAGs: the change log of the store. Its URI names the idea, not a place."""

from airflow.sdk import Asset

TRIAL_CHANGES = Asset(name="trial_changes", uri="x-trialwire://store/outbox")

"""The Airflow asset that the DAGs share: the outbox of the store. Its URI is a name, not an address."""

from airflow.sdk import Asset

TRIAL_CHANGES = Asset(name="trial_changes", uri="x-trialwire://store/outbox")

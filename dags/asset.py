"""The Airflow asset that the DAGs share. The asset stands for the outbox, the store's table of all changes.

An ingest updates the asset, and each update starts the delivery DAGs. The asset's URI is a name, not an address.
"""

from airflow.sdk import Asset

TRIAL_CHANGES = Asset(name="trial_changes", uri="x-trialwire://store/outbox")

"""The pipeline: the steps of a record (ingest.py, rendering.py), the settings, and the `trialwire` command line."""

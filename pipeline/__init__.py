"""IN WHAT ORDER: the path of a record (ingest.py, rendering.py), the settings, and the `trialwire` command line."""

"""The pipeline: the code that runs a record through all steps, the settings, and the `trialwire` command line.

The steps of a record are in ingest.py. The FHIR Bundles of a record are made in rendering.py.
"""

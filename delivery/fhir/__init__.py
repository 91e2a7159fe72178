"""FHIR servers: loading changes, verifying what is there, checking a server."""

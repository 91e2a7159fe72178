"""Delivers to FHIR servers: loads changes, verifies the stored resources, checks the set-up of a server."""

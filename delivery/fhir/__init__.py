"""FHIR servers: loads changes, verifies the stored resources, checks a server's set-up."""

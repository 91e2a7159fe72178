"""MAPPING: pure functions from a raw record to a Trial, and from a Trial to FHIR resources."""

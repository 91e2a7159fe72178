"""The mapping: pure functions that turn a raw record into a Trial, and a Trial into FHIR resources."""

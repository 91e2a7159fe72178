"""Checks that a Bundle is valid FHIR, with the library fhir.resources and our own rules for what it does not check."""

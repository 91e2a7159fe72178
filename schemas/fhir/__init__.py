"""FHIR's and the registry's codes, systems, extensions and profiles, as tables."""

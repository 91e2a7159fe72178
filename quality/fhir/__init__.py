"""FHIR validity of a Bundle: fhir.resources, and our own rules for what fhir.resources does not check."""

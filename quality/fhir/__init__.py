"""Is a Bundle valid FHIR? fhir.resources, and our own rules for what it does not check."""

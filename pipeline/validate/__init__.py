"""`make validate`: every judge of FHIR validity over records."""

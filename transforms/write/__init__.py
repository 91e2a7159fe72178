"""Writing: a Trial goes in, plain dicts of FHIR resources come out, in R4 and R5."""

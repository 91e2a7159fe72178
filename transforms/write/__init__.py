"""Writers: Trial → FHIR resources as plain dicts, in R4 and R5."""

"""The checks: rules for each record, Great Expectations for each batch of records, FHIR validity for each Bundle."""

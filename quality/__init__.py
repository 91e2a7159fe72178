"""CHECKS: rules on each record, Great Expectations on each batch (a circuit breaker), FHIR validity of each Bundle."""

"""MAY IT GO? Row rules, Great Expectations over the batch, FHIR validity, and the circuit breaker."""

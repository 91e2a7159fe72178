"""WHO IS TOLD: Kafka, FHIR servers and folders, each a cursor over the change log."""

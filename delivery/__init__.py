"""WHO RECEIVES CHANGES: Kafka, FHIR servers and folders, each with its own cursor over the outbox."""

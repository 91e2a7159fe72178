"""Delivers to Kafka: publishes the changes of the outbox, reads topics, checks the set-up of a cluster."""

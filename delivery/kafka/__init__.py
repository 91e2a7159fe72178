"""Kafka: publishing the outbox, reading topics, checking a cluster."""

"""Kafka: publishes the outbox, reads topics, checks a cluster's set-up."""

"""Delivers to Kafka: publishes changes from the outbox, reads topics, checks the set-up of a cluster.

The outbox is the store's table of all changes of trials in commit order.
"""

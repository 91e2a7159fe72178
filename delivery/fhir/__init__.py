"""Delivers to FHIR servers: loads changes from the outbox, verifies the stored resources, checks a server's set-up.

The outbox is the store's table of all changes of trials in commit order.
"""

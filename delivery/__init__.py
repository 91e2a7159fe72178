"""WHO RECEIVES CHANGES: Kafka, FHIR servers and folders, each with its own cursor over the outbox.

The outbox is the table of all changes of trials in commit order. A cursor is the position in the outbox up to which one
destination has received the changes.
"""

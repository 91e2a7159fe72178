"""The store: versions of trials, what changed between them, and the outbox, all written in one database transaction."""

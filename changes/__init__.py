"""IS IT NEWS? Versions of trials, what changed between them, and the outbox: one database transaction."""

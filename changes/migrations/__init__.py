"""The migrations of the store, run by trialwire.changes.migration."""

"""The migrations of the store, run by changes.migration."""

"""Finds the time windows of a criterion: a time relative to an event, as in "within 6 months of surgery"."""

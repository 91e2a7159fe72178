"""Readers: each reader turns the raw record of one source into a Trial (our registry-neutral form of a record)."""

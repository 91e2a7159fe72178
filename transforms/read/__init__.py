"""Readers: each turns the raw record of one source into a Trial."""

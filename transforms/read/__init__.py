"""Readers: raw record of a source → Trial."""

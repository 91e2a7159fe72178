"""Flags of a parsed criterion: what is uncertain, and what it states besides its condition."""

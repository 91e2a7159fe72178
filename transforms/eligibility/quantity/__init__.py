"""Quantities. Input: the text of a criterion. Output: its numbers with comparators and units."""

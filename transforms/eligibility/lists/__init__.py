"""Builds the tree of an eligibility text: from lines to headings, lists, criteria and notes."""

"""Doubts about a parsed criterion: what it leaves open, and remarks in brackets."""

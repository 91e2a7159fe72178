"""Eligibility text → a tree of criteria, and the tree → characteristics of a FHIR Group. No model, no network."""

from transforms.eligibility.characteristics import characteristics
from transforms.eligibility.parse import parse

__all__ = ["characteristics", "parse"]

"""Parses eligibility text into a tree of criteria, and writes the tree as characteristics of a FHIR Group."""

from trialwire.transforms.eligibility.group.characteristics import characteristics
from trialwire.transforms.eligibility.parse import parse

__all__ = ["characteristics", "parse"]

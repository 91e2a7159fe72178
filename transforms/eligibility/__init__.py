"""Eligibility text → a tree of criteria, and the tree → characteristics of a FHIR Group. No model, no network."""

from trialwire.transforms.eligibility.group.characteristics import characteristics
from trialwire.transforms.eligibility.parse import parse

__all__ = ["characteristics", "parse"]

"""Eligibility text → a tree of criteria, and the tree → characteristics of a FHIR Group. No model, no network."""

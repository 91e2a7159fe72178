"""Writes the tree of criteria as the characteristics (elements `characteristic`) of a FHIR Group."""

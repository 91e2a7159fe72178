"""The Group. Input: the tree of criteria. Output: the characteristics of a FHIR Group."""

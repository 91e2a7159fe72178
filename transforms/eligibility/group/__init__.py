"""A tree of criteria goes in; the characteristics of a FHIR Group come out."""

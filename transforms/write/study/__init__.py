"""Writers of the parts of a ResearchStudy, one module per subject. Each takes a Making, the context of one Bundle."""

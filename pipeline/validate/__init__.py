"""`make validate`: checks the resources of records with every FHIR validator (judge)."""

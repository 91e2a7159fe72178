"""`make validate`: checks the resources of records with several FHIR validators. A validator is called a judge here."""

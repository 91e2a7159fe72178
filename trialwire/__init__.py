"""Trialwire: clinical-trial registry records in; checked, versioned FHIR resources and change events out."""

"""Parts of the ECLAIRE reader: its elements, its Group, and the repair of its deviations from FHIR."""

"""Parts of reading an ECLAIRE FHIR study: its elements, its Group, and the repair of its deviations."""

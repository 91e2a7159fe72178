"""Parts of the reader for ECLAIRE, the French register of trials, published as FHIR R4: elements, Group, repairs."""

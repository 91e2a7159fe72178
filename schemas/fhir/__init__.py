"""Tables of FHIR: codes and code systems of FHIR and of the registry, extensions, profiles."""

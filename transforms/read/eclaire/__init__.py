"""Parts of the reader for ECLAIRE, the French register of trials, which is published as FHIR R4.

One module converts single FHIR elements, one converts the Group (eligibility), one repairs known faults of the server.
"""

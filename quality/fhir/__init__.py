"""Checks that a Bundle is valid FHIR.

The library fhir.resources checks the structure. Our own rules check what the library does not check.
"""

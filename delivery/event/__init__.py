"""The event that reports one change, independent of its transport.

Its parts: CloudEvent attributes, topics, the FHIR transaction Bundle, and the storage of Bundles too large to send.
"""

"""The event that reports one change, independent of its transport.

The modules of this folder make the parts of an event: CloudEvent attributes, topics and the FHIR transaction Bundle.
They also store Bundles that are too large to send.
"""

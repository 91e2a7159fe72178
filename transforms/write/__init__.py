"""Writers: functions that turn a Trial into FHIR resources (plain dicts, R4 or R5).

Each takes a Making, its context.
"""

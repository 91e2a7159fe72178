"""Writers: functions that turn a Trial into FHIR resources (plain dicts, R4 or R5).

Each writer takes a Making, the context of one Bundle: the Trial, the options, and the resources made so far.
"""

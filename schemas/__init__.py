"""The data types that all rooms share: the canonical Trial, the change event, held records, errors.

A room is one of the top folders of the project. This room imports no other room. A held record was stored unchanged
instead of being processed.
"""

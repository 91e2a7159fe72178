"""DATA TYPES: the canonical Trial, the change event contract, held records, errors. Imports no other room.

A room is one of the top folders of the project. A held record was stored unchanged instead of being processed.
"""

"""DATA TYPES: the canonical Trial, the change event contract, held records, errors. Imports no other room."""

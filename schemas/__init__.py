"""WHAT IT IS: the canonical Trial, the change event contract, held records and the errors. Imports nothing of ours."""

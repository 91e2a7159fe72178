"""What changed between two versions of a trial, criterion by criterion and fact by fact.

Two Trials and their criteria go in, both read by one parser; records of trialwire.schemas.semantic_change come out.
"""

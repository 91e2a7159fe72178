"""The semantic diff: what changed between two versions of a trial, criterion by criterion and fact by fact.

Input: two Trials, and their criteria parsed by the same version of the parser. Output: a SemanticDiff
(trialwire.schemas.semantic_change).
"""

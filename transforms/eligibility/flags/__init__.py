"""Sets the flags of a parsed criterion.

A flag is a word that marks a criterion: a part of the criterion is uncertain (`exception`, `partial`), or the
criterion states something besides its condition (`permission`, `age`).
"""

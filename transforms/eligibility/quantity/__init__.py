"""Reads the quantities of a criterion: a quantity is a number with its comparator and its unit, as in "≥ 9 g/dL"."""

"""Finds the bounds of a criterion: a bound is a measured variable with a limit, as in "hemoglobin ≥ 9 g/dL"."""

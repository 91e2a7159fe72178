"""Bounds. Input: the quantities of a criterion. Output: the measured variables with their limits."""

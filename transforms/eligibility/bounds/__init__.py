"""Bounds: quantities go in; a named variable with its limits comes out."""

"""Measurements over real records. Run one with `python -m benchmarks.<name>`. No stage imports them."""

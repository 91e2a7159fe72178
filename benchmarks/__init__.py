"""Measurements, each run by `python -m benchmarks.<name>` over real records; none of them is imported by a stage."""

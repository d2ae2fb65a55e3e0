"""A program that runs for real, and its past: `Machine`. Imports `writing` and below."""

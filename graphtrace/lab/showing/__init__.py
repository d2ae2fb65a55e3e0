"""What charts and comparisons show of a machine. Imports `running` and below."""

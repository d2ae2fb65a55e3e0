"""A spec before it runs: presets, edits, and the survey on the meta device. Imports `parts` and below."""

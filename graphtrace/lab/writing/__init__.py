"""A lab written down, and read back: as a program, a link, a file. Imports `design` and below."""

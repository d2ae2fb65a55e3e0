"""A lab as text, and back: as a program, a link or a file. Imports `design` and below."""

"""A program of the Lab as frozen records of plain values, and their rules. Imports no other package of the Lab."""

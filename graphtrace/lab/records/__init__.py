"""What a program of the Lab is: frozen records of plain values, and their rules. Imports no other room of the Lab."""

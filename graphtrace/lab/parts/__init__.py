"""What torch makes of a record: modules, data, optimizers, hooks, random numbers. Imports `records`."""

"""Records made real by torch: modules, data, optimizers, hooks, random numbers. Imports `records`."""

"""Go code: the places that start the runner's container, and what keeps the program from being built."""

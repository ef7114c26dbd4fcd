"""Ports to facts: asks the engine, the container and the user's machine, and writes down what they said."""

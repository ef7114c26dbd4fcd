"""The doctor's program inside a container, as seen from outside."""

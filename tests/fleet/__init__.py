"""`fleet`: without a server in the tests; on a real one, with many machines, by `python -m tests.fleet`."""

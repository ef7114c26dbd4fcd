"""The engine's API, and the programs that come with it."""

"""Keys for tests alone."""

TEAM, OTHER = bytes(range(32)), bytes(range(32, 64))

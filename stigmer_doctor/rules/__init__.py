"""The rules: one a file, its page beside it, and an explicit registry."""

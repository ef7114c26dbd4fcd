"""Scenarios that are compared with reality: each says what is wrong and whether an execution works."""

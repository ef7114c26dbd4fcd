"""Compose files: read with guards, merged as compose merges them, and changed by splicing."""

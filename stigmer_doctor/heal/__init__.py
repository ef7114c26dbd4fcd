"""Plan, prove, apply, verify, roll back, undo."""

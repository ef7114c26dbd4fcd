"""Plan, rehearse, apply, verify, roll back, undo."""

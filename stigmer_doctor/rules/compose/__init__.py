"""Rules about compose files: SD80x."""

"""Rules about the container: SD11x."""

"""Rules about the engine: SD10x."""

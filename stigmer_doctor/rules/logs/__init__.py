"""Rules about the runner's log: SD7xx."""

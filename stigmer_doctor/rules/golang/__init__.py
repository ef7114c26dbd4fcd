"""Rules about Go code that starts the container: SD9xx."""

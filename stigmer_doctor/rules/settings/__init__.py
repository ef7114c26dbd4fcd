"""Rules about the runner's variables: SD3xx."""

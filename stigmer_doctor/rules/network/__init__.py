"""Rules about the way from the container to the services: SD2xx."""

"""Rules about the services that the runner dials: SD4xx, SD5xx, SD6xx."""

"""A cluster, asked through the user's own kubectl."""

"""stigmer-doctor: finds out why a Stigmer agent-runner container cannot reach its services."""

__version__ = "0.1.0"

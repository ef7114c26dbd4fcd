"""stigmer-doctor: finds out why a Stigmer agent-runner container cannot reach its services."""

__version__ = "0.1.0"
HOME_PAGE = ""
"""The doctor's own public address. It has none yet: as long as this is empty, no link to it is printed anywhere."""

"""A store of many snapshots."""

"""What the store keeps of a snapshot."""

from __future__ import annotations

from typing import NamedTuple


class Judged(NamedTuple):
    """What is kept of a snapshot, as a line of JSON: its row of `verdicts`, and the swept snapshot itself as a text."""

    line: bytes


class UnreadableSnapshot(NamedTuple):
    """A file that is not a snapshot, and why."""

    name: str
    problem: str


COLUMNS = {
    "snapshot": "VARCHAR",
    "checked_at": "VARCHAR",
    "added": "VARCHAR",
    "host": "VARCHAR",
    "place": "VARCHAR",
    "container": "VARCHAR",
    "status": "VARCHAR",
    "fingerprint": "VARCHAR",
    "causes": "VARCHAR[]",
    "services": "VARCHAR[]",
    "codes": "VARCHAR[]",
    "product": "VARCHAR",
    "system": "VARCHAR",
    "version": "VARCHAR",
    "collected_by": "VARCHAR",
}
"""Of the table `verdicts`, with DuckDB's types; times are ISO 8601 in UTC."""
FACTS = {"snapshot": "VARCHAR", "facts": "VARCHAR"}
"""Of the table `snapshots`."""

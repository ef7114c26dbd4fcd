"""What the store keeps of a snapshot."""

from __future__ import annotations

from typing import NamedTuple

from stigmer_doctor.model.verdict import Verdict


class Judged(NamedTuple):
    """A snapshot's verdict, the codes of all its findings, and the swept snapshot itself."""

    verdict: Verdict
    codes: tuple[str, ...]
    facts: str


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

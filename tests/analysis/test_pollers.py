"""Whose pollers are a container's."""

from __future__ import annotations

import pytest

from stigmer_doctor.analysis.pollers import in_a_container
from stigmer_doctor.model.facts import Poller


@pytest.mark.parametrize(
    ("identity", "inside"),
    [("1@laptop", True), ("99@laptop", True), ("100@laptop", False), (f"4711@{'d' * 12}", True), ("worker", False)],
)
def test_a_poller_is_a_containers_by_its_hosts_name_or_a_short_process_id(identity: str, inside: bool) -> None:
    assert in_a_container(Poller(identity=identity, last_access="2026-01-22T03:27:20Z", kinds=())) is inside

"""Which settings of a replacement differ from the old container, and were not to."""

from __future__ import annotations

import pytest

from stigmer_doctor.adapters.docker.differences import unexpected_changes
from stigmer_doctor.model.changes import Changes
from tests.fakes import inspected


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        (Changes(variables={"A": "1"}), "Config.Env"),
        (Changes(network="host"), "HostConfig.NetworkMode"),
        (Changes(network="host"), "HostConfig.ExtraHosts"),
        (Changes(hosts={"a": "b"}), "HostConfig.ExtraHosts"),
    ],
)
def test_what_was_planned_may_differ_and_nothing_else(changes: Changes, path: str) -> None:
    other = inspected()
    section, key = path.split(".")
    other[section][key] = ["something else"]
    assert unexpected_changes(inspected(), other, changes, by_compose=False) == ()
    assert unexpected_changes(inspected(), other, Changes(), by_compose=False) == (path,)


def test_composes_own_labels_may_differ_and_the_policy_may_not() -> None:
    other = inspected()
    other["Config"]["Labels"] = {"com.docker.compose.config-hash": "1"}
    assert unexpected_changes(inspected(), other, Changes(), by_compose=True) == ()
    assert unexpected_changes(inspected(), other, Changes(), by_compose=False) == (
        "Config.Labels.com.docker.compose.config-hash",
    )
    other = inspected()
    other["HostConfig"]["RestartPolicy"] = {"Name": "no"}
    assert unexpected_changes(inspected(), other, Changes(), by_compose=False) == ()
    assert unexpected_changes(inspected(), other, Changes(), by_compose=True) == ("HostConfig.RestartPolicy.Name",)

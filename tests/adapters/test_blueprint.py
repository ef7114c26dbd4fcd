"""What a fix is told of a container, and what a journal of an earlier version says of it."""

from __future__ import annotations

from typing import Any

import msgspec

from stigmer_doctor.adapters.docker.blueprint import blueprint, further_networks, restart_policy, throwaway
from stigmer_doctor.adapters.docker.specification import body
from stigmer_doctor.model.changes import Changes
from stigmer_doctor.model.fixes import Journal
from tests.adapters.test_specification import IMAGE, OLD, raw

TWO = {"front": {"Aliases": ["f"]}, "back": {"DriverOpts": {"a": "1"}}}
JOURNAL = """{
  "id": "2026-01-22-5afe", "at": "2026-01-22T03:27:23Z", "engine": "unix:///x", "name": "runner", "old_id": "aa",
  "plan": {"container": "runner", "container_id": "aa", "repairs": ["SD204"], "lost": ["/app/work"]},
  "temporary": "runner.new-5afe", "kept": "runner.old-5afe", "begun": "stop the old container", "finished": false,
  "old": {"Id": "aa", "Name": "/runner", "Image": "sha256:1", "Config": {"Image": "runner:1", "StopTimeout": 3},
          "State": {"Status": "paused"},
          "HostConfig": {"RestartPolicy": {"Name": "on-failure", "MaximumRetryCount": 4}}},
  "body": {"Image": "runner:1", "HostConfig": {"NetworkMode": "host"}}
}"""


def new(changes: Changes, **different: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    old = raw(**different)
    return old, body(old, changes, IMAGE, by_id=False)


def test_what_decides_about_a_fix_is_read() -> None:
    given = raw(
        Name="/runner", HostConfig__AutoRemove=True, HostConfig__ReadonlyRootfs=True, HostConfig__Tmpfs={"/t": ""}
    )
    given["Mounts"] = [{"Type": "bind", "Source": "/w", "Destination": "/w"}]
    given["HostConfig"]["Mounts"] = [{"Type": "volume", "Target": "/v"}]
    found = blueprint(given)
    assert (found.id, found.name, found.image, found.status) == (OLD, "runner", "runner:1", "running")
    assert (found.auto_remove, found.read_only, found.has_process) == (True, True, True)
    assert (found.mounted, found.stop_seconds, found.restart_policy) == (("/w", "/v", "/t"), 10, "always")


def test_a_journal_of_the_version_before_is_understood() -> None:
    journal = msgspec.json.decode(JOURNAL, type=Journal)
    found = blueprint(journal.old)
    assert (found.id, found.name, found.status, found.stop_seconds) == ("aa", "runner", "paused", 3)
    assert restart_policy(found.description) == {"Name": "on-failure", "MaximumRetryCount": 4}
    assert journal.plan.writable_layer_paths == ("/app/work",)
    assert msgspec.json.decode(msgspec.json.encode(journal))["body"] == journal.body


def test_networks_beyond_the_first_are_connected_afterwards() -> None:
    old, made = new(Changes(), HostConfig__NetworkMode="front", NetworkSettings={"Networks": TWO})
    assert further_networks(old, made) == [("back", {"DriverOpts": {"a": "1"}})]
    old, made = new(Changes(network="host"), HostConfig__NetworkMode="front", NetworkSettings={"Networks": TWO})
    assert further_networks(old, made) == []


def test_a_throwaway_has_the_network_and_hosts_of_what_is_to_come() -> None:
    old, made = new(Changes(network="bridge", hosts={"h": "host-gateway"}), NetworkSettings={"Networks": TWO})
    found = throwaway(old, made)
    assert (found.network.mode, found.network.extra_hosts) == ("bridge", ("h:host-gateway",))
    assert found.network.attachments == ()
    assert found.image == "sha256:1"
    old, made = new(Changes(), HostConfig__NetworkMode="front", NetworkSettings={"Networks": TWO})
    assert {end.name for end in throwaway(old, made).network.attachments} == set(TWO)

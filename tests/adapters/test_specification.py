"""The container that is to replace another one: everything carried over, only the planned keys changed."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from stigmer_doctor.adapters.docker.differences import difference
from stigmer_doctor.adapters.docker.specification import body, endpoints
from stigmer_doctor.model.changes import Changes
from stigmer_doctor.model.inspected import InspectedImage

OLD = "a" * 64
IMAGE = InspectedImage(id="sha256:1", entrypoint=("/init",))


def raw(**changes: Any) -> dict[str, Any]:
    """An inspect; changes are by path, `HostConfig__NetworkMode`."""
    made: dict[str, Any] = {
        "Id": OLD,
        "Image": "sha256:1",
        "Config": {"Image": "runner:1", "Hostname": OLD[:12], "Env": ["A=1", "B=2"], "Entrypoint": ["/init"]},
        "HostConfig": {"NetworkMode": "default", "RestartPolicy": {"Name": "always"}, "Unheard": {"Of": 1}},
        "NetworkSettings": {"Networks": {"bridge": {"Aliases": None, "IPAddress": "198.18.8.2"}}},
        "Mounts": [],
        "State": {"Status": "running"},
    }
    for path, value in changes.items():
        section, _, key = path.partition("__")
        if key:
            made[section][key] = value
        else:
            made[section] = value
    return made


def made(changes: Changes | None = None, *, by_id: bool = False, **different: Any) -> dict[str, Any]:
    return body(raw(**different), changes or Changes(), IMAGE, by_id=by_id)


def test_what_nobody_has_heard_of_is_carried_over() -> None:
    assert made()["HostConfig"]["Unheard"] == {"Of": 1}


def test_the_inspect_is_left_as_it_was() -> None:
    given = raw()
    before = copy.deepcopy(given)
    body(given, Changes(variables={"A": "9"}, network="host"), IMAGE, by_id=True)
    assert given == before


def test_variables_keep_their_order_and_new_ones_come_last() -> None:
    assert made(Changes(variables={"A": "9", "C": "3", "B": None}))["Env"] == ["A=9", "C=3"]


def test_a_variable_of_the_image_is_emptied_and_one_that_is_kept_out_stays_out() -> None:
    image = InspectedImage(id="sha256:1", environment={"http_proxy": "http://proxy:1", "NO": "1"})
    given = raw(Config__Env=["http_proxy=http://proxy:1", "NO", "A=1"])
    found = body(given, Changes(variables={"http_proxy": None, "A": None}), image, by_id=False)
    assert found["Env"] == ["NO", "http_proxy="]


def test_the_new_one_does_not_restart_before_it_was_verified() -> None:
    assert made()["HostConfig"]["RestartPolicy"]["Name"] == "no"


def test_the_image_is_pinned_only_where_its_tag_has_moved() -> None:
    assert made()["Image"] == "runner:1"
    assert made(by_id=True)["Image"] == "sha256:1"


def test_an_empty_entrypoint_stays_empty() -> None:
    assert made(Config__Entrypoint=None)["Entrypoint"] == [""]
    assert made(Config__Entrypoint=["/own"])["Entrypoint"] == ["/own"]


@pytest.mark.parametrize(
    ("hostname", "mode", "network", "kept"),
    [
        (OLD[:12], "default", None, ""),
        ("mine", "default", None, "mine"),
        ("laptop", "host", "bridge", ""),
        ("mine", "default", "host", ""),
    ],
)
def test_a_host_name_that_the_engine_gave_is_not_carried_over(
    hostname: str, mode: str, network: str | None, kept: str
) -> None:
    wanted = Changes(network=network)
    assert made(wanted, Config__Hostname=hostname, HostConfig__NetworkMode=mode)["Hostname"] == kept


def test_anonymous_volumes_are_bound_by_name_and_named_ones_only_once() -> None:
    mounts = [
        {"Type": "volume", "Name": "f00", "Destination": "/anonymous", "RW": True, "Mode": ""},
        {"Type": "volume", "Name": "data", "Destination": "/data", "RW": False, "Mode": "ro"},
        {"Type": "bind", "Source": "/w", "Destination": "/w", "RW": True},
    ]
    found = made(Mounts=mounts, HostConfig__Binds=["data:/data:ro", "/w:/w"])
    assert found["HostConfig"]["Binds"] == ["data:/data:ro", "/w:/w", "f00:/anonymous:rw"]


def test_links_are_said_as_create_wants_them() -> None:
    assert made(HostConfig__Links=["/db:/runner/database"])["HostConfig"]["Links"] == ["db:database"]


def test_a_mapping_replaces_the_one_of_its_name() -> None:
    hosts = ["host.docker.internal:10.0.0.9", "db:10.0.0.3"]
    wanted = Changes(hosts={"host.docker.internal": "host-gateway"})
    found = made(wanted, HostConfig__ExtraHosts=hosts)["HostConfig"]["ExtraHosts"]
    assert found == ["host.docker.internal:host-gateway", "db:10.0.0.3"]


def test_on_the_hosts_network_no_endpoint_and_no_gateway_mapping_is_left() -> None:
    given = raw(HostConfig__ExtraHosts=["host.docker.internal:host-gateway", "db:10.0.0.3"])
    found = body(given, Changes(network="host"), IMAGE, by_id=False)
    assert found["HostConfig"]["ExtraHosts"] == ["db:10.0.0.3"]
    assert "NetworkingConfig" not in found
    assert endpoints(given, Changes(network="host")) == []


def test_the_network_of_the_mode_comes_first_and_own_aliases_are_left_out() -> None:
    networks = {
        "back": {"Aliases": [OLD[:12], "b"], "IPAMConfig": {"IPv4Address": "198.18.41.7"}, "MacAddress": "02:42"},
        "front": {"Aliases": ["f", OLD[:12]], "Links": ["x:y"]},
    }
    given = raw(HostConfig__NetworkMode="front", NetworkSettings={"Networks": networks})
    assert endpoints(given, Changes()) == [
        ("front", {"Aliases": ["f"], "Links": ["x:y"]}),
        ("back", {"Aliases": ["b"], "IPAMConfig": {"IPv4Address": "198.18.41.7"}}),
    ]


def test_only_what_differs_is_named() -> None:
    other = raw(Config__Env=["B=2", "A=9"], HostConfig__Memory=5, Config__Hostname="b" * 12, HostConfig__Dns=[])
    assert difference(raw(), other) == ("Config.Env", "HostConfig.Memory")
    assert difference(raw(Config__Env=["B=2", "A=1"]), raw()) == ()


def test_a_variable_that_nothing_is_said_about_stays() -> None:
    found = made(Changes(variables={"A": "9", "C": "3"}), Config__Env=["A=1", "KEPT=x=y", "EMPTY="])
    assert found["Env"] == ["KEPT=x=y", "EMPTY=", "A=9", "C=3"]
    assert made(Changes(variables={"C": "3"}), Config__Env=None)["Env"] == ["C=3"]


def test_no_restart_is_said_in_full() -> None:
    assert made()["HostConfig"]["RestartPolicy"] == {"Name": "no", "MaximumRetryCount": 0}


def test_the_first_network_is_attached_at_creation_with_its_settings() -> None:
    networks = {"back": {"Aliases": ["b"]}, "bridge": {"DriverOpts": {"o": "1"}}}
    found = made(NetworkSettings={"Networks": networks})
    assert found["NetworkingConfig"] == {"EndpointsConfig": {"bridge": {"DriverOpts": {"o": "1"}}}}


@pytest.mark.parametrize("mode", ["host", "none", "container:db"])
def test_without_networks_of_its_own_nothing_is_attached(mode: str) -> None:
    attached = {"Networks": {"left over": {"Aliases": ["x"]}}}
    assert endpoints(raw(HostConfig__NetworkMode=mode, NetworkSettings=attached), Changes()) == []


def test_another_network_is_attached_by_the_engine_itself() -> None:
    assert endpoints(raw(), Changes(network="bridge")) == []


def test_aliases_that_the_engine_gave_are_left_out_and_longer_ones_kept() -> None:
    aliases = [OLD[:12], "runner-host", OLD[:13], "mine"]
    networks = {"bridge": {"Aliases": aliases}}
    given = raw(Config__Hostname="runner-host", NetworkSettings={"Networks": networks})
    assert endpoints(given, Changes()) == [("bridge", {"Aliases": [OLD[:13], "mine"]})]


@pytest.mark.parametrize(
    ("mount", "mode"),
    [({}, "rw"), ({"RW": True}, "rw"), ({"RW": False}, "ro"), ({"RW": True, "Mode": "z"}, "z")],
)
def test_an_anonymous_volume_keeps_its_mode(mount: dict[str, Any], mode: str) -> None:
    found = made(Mounts=[{"Type": "volume", "Name": "f00", "Destination": "/data", **mount}])
    assert found["HostConfig"]["Binds"] == [f"f00:/data:{mode}"]


def test_a_volume_that_was_asked_for_by_its_target_is_not_bound_twice() -> None:
    mounts = [{"Type": "volume", "Name": "data", "Destination": "/data", "RW": True}]
    found = made(Mounts=mounts, HostConfig__Mounts=[{"Target": "/data", "Type": "volume"}])
    assert found["HostConfig"]["Binds"] is None


def test_in_the_network_of_another_container_it_has_neither_a_name_nor_ports_of_its_own() -> None:
    ports: dict[str, Any] = {"8080/tcp": {}}
    found = made(HostConfig__NetworkMode="container:db", Config__Hostname="mine", Config__ExposedPorts=ports)
    assert (found["Hostname"], found["ExposedPorts"]) == ("", None)
    assert made(Config__ExposedPorts=ports)["ExposedPorts"] == ports


def test_an_image_without_an_entrypoint_needs_no_empty_one() -> None:
    given = raw(Config__Entrypoint=None)
    assert body(given, Changes(), InspectedImage(id="sha256:1"), by_id=False)["Entrypoint"] is None


def test_what_is_not_set_either_way_does_not_differ() -> None:
    assert difference(raw(HostConfig__Memory=0), raw(HostConfig__Memory=None)) == ()
    assert difference(raw(HostConfig__Init=True), raw(HostConfig__Init=None)) == ("HostConfig.Init",)
    assert difference(raw(HostConfig__Memory=1), raw(HostConfig__Memory=0)) == ("HostConfig.Memory",)
    assert difference(raw(HostConfig__Memory=5), raw(HostConfig__Memory=None)) == ("HostConfig.Memory",)
    assert difference(raw(HostConfig__Binds=["/a:/a", "/b:/b"]), raw(HostConfig__Binds=["/b:/b", "/a:/a"])) == ()
    assert difference(raw(HostConfig__LogConfig={"Type": "local"}), raw()) == ("HostConfig.LogConfig",)
    assert difference(raw(), raw(Image="sha256:2")) == ("Image",)

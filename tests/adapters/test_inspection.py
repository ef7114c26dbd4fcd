"""Reading an inspected container: whatever stands in one place of it, everything else is read all the same."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stigmer_doctor.adapters.docker import inspection
from stigmer_doctor.adapters.docker.run_options import run_options
from stigmer_doctor.model.container import RUN_FLAGS, RUN_OPTIONS
from stigmer_doctor.model.facts import Compose, Mount, State
from stigmer_doctor.model.inspected import Attachment, InspectedContainer, Limits, NetworkSettings
from tests.adapters.odd import ABSENT, ODD, changed, places

ID = "f" * 64
RAW: dict[str, Any] = {
    "Id": ID,
    "Name": "/stigmer-agent-runner",
    "Image": "sha256:1",
    "Created": "2026-01-22T03:00:00Z",
    "RestartCount": 2,
    "State": {
        "Status": "running",
        "ExitCode": 3,
        "Error": "oops",
        "OOMKilled": True,
        "StartedAt": "2026-01-22T03:00:01Z",
        "FinishedAt": "2026-01-22T02:00:00Z",
        "Health": {"Status": "unhealthy", "Log": [{"Output": "first"}, {"Output": "last"}]},
    },
    "Config": {
        "Image": "runner:local",
        "Hostname": "runner",
        "User": "stigmer",
        "WorkingDir": "/app",
        "Entrypoint": ["/init"],
        "Cmd": ["python", "main.py"],
        "Env": ["MODE=local", "EMPTY="],
        "StopSignal": "SIGINT",
        "StopTimeout": 7,
        "Tty": True,
        "OpenStdin": True,
        "Labels": {
            "com.docker.compose.project": "p",
            "com.docker.compose.service": "s",
            "com.docker.compose.project.working_dir": "/home/u",
            "com.docker.compose.project.config_files": "a.yml,/b.yml",
            "com.docker.compose.version": "2.1",
        },
    },
    "HostConfig": {
        "NetworkMode": "default",
        "RestartPolicy": {"Name": "always"},
        "ExtraHosts": ["db:198.18.0.9"],
        "Dns": ["198.18.0.1"],
        "DnsOptions": ["ndots:1"],
        "DnsSearch": ["example"],
        "Sysctls": {"net.ipv6.conf.all.disable_ipv6": "1"},
        "Memory": 512,
        "PidsLimit": 64,
        "Ulimits": [{"Name": "nproc", "Soft": 8, "Hard": 9}],
        "LogConfig": {"Type": "local", "Config": {"max-size": "1m"}},
        "PortBindings": {"80/tcp": [{"HostIp": "127.0.0.1", "HostPort": "8080"}]},
        "Devices": [{"PathOnHost": "/dev/a", "PathInContainer": "/dev/b", "CgroupPermissions": "rwm"}],
        "CapAdd": ["NET_ADMIN"],
        "Tmpfs": {"/run": "size=1m"},
        "Init": True,
        "NanoCpus": 1500000000,
        "AutoRemove": True,
    },
    "NetworkSettings": {
        "Networks": {
            "bridge": {
                "NetworkID": "n1",
                "IPAddress": "198.18.4.2",
                "Gateway": "198.18.4.1",
                "GlobalIPv6Address": "fd00::2",
                "IPv6Gateway": "fd00::1",
                "Aliases": ["runner"],
                "DriverOpts": {"a": "b"},
                "GwPriority": 5,
            }
        }
    },
    "Mounts": [{"Type": "bind", "Source": "/data", "Destination": "/workspace", "RW": True}],
}

READ = InspectedContainer(
    id=ID,
    name="stigmer-agent-runner",
    image="runner:local",
    image_id="sha256:1",
    created="2026-01-22T03:00:00Z",
    state=State(
        status="running",
        exit_code=3,
        error="oops",
        oom_killed=True,
        started_at="2026-01-22T03:00:01Z",
        finished_at="2026-01-22T02:00:00Z",
        health="unhealthy",
        health_output="last",
    ),
    restart_policy="always",
    restart_count=2,
    network=NetworkSettings(
        mode="bridge",
        attachments=(
            Attachment(
                name="bridge",
                id="n1",
                address="198.18.4.2",
                gateway="198.18.4.1",
                address6="fd00::2",
                gateway6="fd00::1",
                aliases=("runner",),
                driver_options={"a": "b"},
                priority=5,
            ),
        ),
        extra_hosts=("db:198.18.0.9",),
        dns=("198.18.0.1",),
        dns_options=("ndots:1",),
        dns_search=("example",),
        sysctls={"net.ipv6.conf.all.disable_ipv6": "1"},
    ),
    hostname="runner",
    user="stigmer",
    working_dir="/app",
    entrypoint=("/init",),
    command=("python", "main.py"),
    environment={"MODE": "local", "EMPTY": ""},
    mounts=(Mount(type="bind", source="/data", destination="/workspace", writable=True),),
    compose=Compose(
        project="p",
        service="s",
        config_files=("/home/u/a.yml", "/b.yml"),
        working_dir="/home/u",
        version="2.1",
    ),
    labels=RAW["Config"]["Labels"],
    limits=Limits(memory=512, processes=64, user_processes=True),
    run_options=(
        "--stop-signal=SIGINT",
        "--stop-timeout=7",
        "--tty",
        "--interactive",
        "--log-driver=local",
        "--log-opt=max-size=1m",
        "--publish=127.0.0.1:8080:80/tcp",
        "--cap-add=NET_ADMIN",
        "--device=/dev/a:/dev/b:rwm",
        "--init",
        "--memory=512",
        "--cpus=1.5",
        "--pids-limit=64",
        "--dns=198.18.0.1",
        "--dns-option=ndots:1",
        "--dns-search=example",
        "--tmpfs=/run:size=1m",
        "--sysctl=net.ipv6.conf.all.disable_ipv6=1",
        "--ulimit=nproc=8:9",
    ),
    unsupported_options=("AutoRemove",),
)

OPTIONS = {"run_options", "unsupported_options"}
# What of the container may change with what stands in which place; of the places within one of them, the same.
DEPENDS: dict[tuple[str, ...], set[str]] = {
    ("Id",): {"id"},
    ("Name",): {"name"},
    ("Image",): {"image_id"},
    ("Created",): {"created"},
    ("RestartCount",): {"restart_count"},
    ("State",): {"state"},
    ("Config", "Image"): {"image"},
    ("Config", "Hostname"): {"hostname"},
    ("Config", "User"): {"user"},
    ("Config", "WorkingDir"): {"working_dir"},
    ("Config", "Entrypoint"): {"entrypoint"},
    ("Config", "Cmd"): {"command"},
    ("Config", "Env"): {"environment"},
    ("Config", "Labels"): {"compose", "labels"},
    **{("Config", name): OPTIONS for name in ("StopSignal", "StopTimeout", "Tty", "OpenStdin")},
    ("HostConfig", "NetworkMode"): {"network"},
    ("HostConfig", "RestartPolicy"): {"restart_policy"},
    ("HostConfig", "ExtraHosts"): {"network"},
    ("HostConfig", "Memory"): {"limits", *OPTIONS},
    ("HostConfig", "PidsLimit"): {"limits", *OPTIONS},
    ("HostConfig", "Ulimits"): {"limits", *OPTIONS},
    **{("HostConfig", name): {"network", *OPTIONS} for name in ("Dns", "DnsOptions", "DnsSearch", "Sysctls")},
    ("NetworkSettings",): {"network"},
    ("Mounts",): {"mounts"},
}


def may_differ(place: tuple[Any, ...]) -> set[str]:
    of_it = [fields for way, fields in DEPENDS.items() if way == place[: len(way)] or way[: len(place)] == place]
    known = set[str]().union(*of_it)
    return known | OPTIONS if place == ("HostConfig",) or not known else known


def test_a_whole_answer_is_read() -> None:
    assert inspection.container(RAW, "asked") == READ


@pytest.mark.parametrize("place", list(places(RAW)), ids=lambda place: ".".join(map(str, place)))
def test_whatever_stands_in_one_place_of_a_container_the_rest_is_read(place: tuple[Any, ...]) -> None:
    for value in (*ODD, ABSENT):
        read = inspection.container(changed(RAW, place, value), ID[:12])
        assert read.id in (ID, ID[:12], str(value))
        differing = {name for name in READ.__struct_fields__ if getattr(read, name) != getattr(READ, name)}
        assert differing <= may_differ(place), (place, value)


IN_PARTS = [place for place in places(RAW) if place[0] == "State" or "bridge" in place]


@pytest.mark.parametrize("place", [place for place in IN_PARTS if place[-1] not in ("State", "Health", "bridge")])
def test_within_the_state_or_a_network_too_only_what_stands_there_is_lost(place: tuple[Any, ...]) -> None:
    for value in (*ODD, ABSENT):
        read = inspection.container(changed(RAW, place, value), ID)
        (network,), (whole,) = read.network.attachments, READ.network.attachments
        differing = [
            name
            for part, before in ((read.state, READ.state), (network, whole))
            for name in before.__struct_fields__
            if getattr(part, name) != getattr(before, name)
        ]
        assert len(differing) <= 1, (place, value)


def test_an_option_that_cannot_be_read_is_named() -> None:
    found = run_options({}, {"Devices": [{"PathOnHost": "/dev/a"}], "CapAdd": "ALL", "Memory": "512m", "Tmpfs": ["/a"]})
    assert found.options == ()
    assert found.unsupported == ("CapAdd", "Devices", "Memory", "Tmpfs")


def test_an_old_engines_entrypoint_of_one_word_is_one_word() -> None:
    read = inspection.container({"Id": ID, "Config": {"Entrypoint": "/init", "Cmd": None}}, ID)
    assert (read.entrypoint, read.command) == (("/init",), ())


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@given(st.sampled_from(list(places(RAW))), JSON)
def test_nothing_that_json_can_say_stops_the_reading(place: tuple[Any, ...], value: Any) -> None:
    inspection.container(changed(RAW, place, value), ID)


def test_every_option_that_is_carried_is_one_that_the_recipe_takes() -> None:
    more: dict[str, Any] = {"Privileged": True, "ReadonlyRootfs": True, "CpuShares": 1}
    more |= {name: ["x"] for name in ("CapDrop", "SecurityOpt", "GroupAdd")}
    words = (*READ.run_options, *run_options({}, more).options)
    names = {word.removeprefix("--").partition("=") for word in words}
    assert len({name for name, *_ in names}) == len(RUN_OPTIONS | RUN_FLAGS)
    assert {name for name, separator, _ in names if separator} <= RUN_OPTIONS
    assert {name for name, separator, _ in names if not separator} <= RUN_FLAGS


@pytest.mark.parametrize("crowd", [{"Env": ["V="] * 10_001}, {"Labels": dict.fromkeys(map(str, range(10_001)), "")}])
def test_more_than_any_container_has_is_not_looked_through(crowd: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="more entries"):
        inspection.container({"Config": crowd}, "x")

"""A container with everything on it: after a fix only what was planned differs, and after undo nothing does."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

import pytest
from docker.types import IPAMConfig, IPAMPool

from tests.lab import image
from tests.lab.lab import READY, RUNNER_NAME, Lab, Runner
from tests.lab.scenarios import ALL, daemon_environment

pytestmark = pytest.mark.lab

Raw = Mapping[str, Any]


class Inspects(NamedTuple):
    """The container before the fix, the one in its place, and the one that undo put back; whole networks beside."""

    before: Raw
    after: Raw
    undone: Raw


@pytest.fixture(scope="module")
def inspects(desktop_session: Lab) -> Iterator[Inspects]:
    lab = desktop_session
    lab.reset()
    lab.services.start(*ALL)
    container = _everything(lab)
    runner = Runner(container, RUNNER_NAME, lab.engine)
    runner.wait_log(READY)
    before = runner.inspect()
    done = lab.doctor("fix", "--yes")
    assert done.returncode == 0, done.stderr
    after = lab.engine.inspect_container(RUNNER_NAME)
    undone = lab.doctor("undo", "--yes")
    assert undone.returncode == 0, undone.stderr
    yield Inspects(before, after, lab.engine.inspect_container(RUNNER_NAME))
    lab.reset()
    lab.engine.remove_volume("kept")


def _everything(lab: Lab) -> str:
    """A runner on two networks whose LLM address is wrong; its id."""
    engine = lab.engine
    lab.load(image.PYTHON)
    _surroundings(lab)
    create: Callable[..., Raw] = engine.create_container_from_config
    made = str(create(_body(lab), RUNNER_NAME)["Id"])
    engine.connect_container_to_network(
        made, "back", aliases=["worker-back"], ipv4_address=f"{lab.addresses.network(11)}.7"
    )
    engine.start(made)
    (lab.data / "agent-runner-container.id").write_text(made)
    return made


def _surroundings(lab: Lab) -> None:
    """Two networks, a volume, and another container to link to."""
    for name, number in (("front", 10), ("back", 11)):
        pool = IPAMPool(subnet=f"{lab.addresses.network(number)}.0/24", gateway=f"{lab.addresses.network(number)}.1")
        lab.engine.create_network(name, ipam=IPAMConfig(pool_configs=[pool]))
    lab.engine.create_volume("kept")
    other = lab.engine.create_container(
        image.PYTHON, name="other", entrypoint=["/app/.venv/bin/python", "-c", "import time; time.sleep(600)"],
        host_config=lab.engine.create_host_config(network_mode="front"),
    )  # fmt: skip
    lab.engine.start(other["Id"])


def _body(lab: Lab) -> dict[str, Any]:
    """What to create, with a setting of every kind."""
    environment = daemon_environment(STIGMER_LLM_BASE_URL="http://localhost:11434", STIGMER_LLM_API_KEY="s3cret-value")
    return {
        "Image": image.PYTHON,
        "Env": [f"{name}={value}" for name, value in environment.items()],
        "Labels": {"team": "agents"},
        "Hostname": "my-runner",
        "Entrypoint": [""],
        "Cmd": ["/app/.venv/bin/python", "main.py"],
        "StopSignal": "SIGINT",
        "StopTimeout": 3,
        "Healthcheck": {"Test": ["CMD", "/app/.venv/bin/python", "-c", "pass"], "Interval": 10**9},
        "ExposedPorts": {"9000/tcp": {}},
        "Volumes": {"/anonymous": {}},
        "HostConfig": _host(lab),
        "NetworkingConfig": {
            "EndpointsConfig": {
                "front": {
                    "Aliases": ["worker", "agent"],
                    "IPAMConfig": {"IPv4Address": f"{lab.addresses.network(10)}.7"},
                    "Links": ["other:neighbour"],
                }
            }
        },
    }


def _host(lab: Lab) -> dict[str, Any]:
    return {
        "NetworkMode": "front",
        "RestartPolicy": {"Name": "on-failure", "MaximumRetryCount": 5},
        "Binds": [f"{lab.data}/workspace:/workspace", "kept:/kept:ro"],
        "Mounts": [{"Type": "tmpfs", "Target": "/scratch", "TmpfsOptions": {"SizeBytes": 1 << 20}}],
        "Tmpfs": {"/tmp": "rw,size=16m"},
        "Ulimits": [{"Name": "nofile", "Soft": 1024, "Hard": 2048}],
        "CapAdd": ["NET_BIND_SERVICE"],
        "CapDrop": ["MKNOD"],
        "LogConfig": {"Type": "json-file", "Config": {"max-size": "1m", "max-file": "2"}},
        "Devices": [{"PathOnHost": "/dev/null", "PathInContainer": "/dev/nothing", "CgroupPermissions": "r"}],
        "ExtraHosts": [f"db:{lab.addresses.network(10)}.9"],
        "PortBindings": {"9000/tcp": [{"HostIp": "127.0.0.1", "HostPort": "19000"}]},
        "ReadonlyRootfs": True,
        "Memory": 512 << 20,
        "ShmSize": 32 << 20,
        "Sysctls": {"net.ipv4.ip_unprivileged_port_start": "80"},
        "SecurityOpt": ["no-new-privileges"],
        "GroupAdd": ["44"],
        "OomScoreAdj": 100,
        "Init": True,
        "PidsLimit": 200,
        "Dns": [lab.addresses.vm],
    }


def config(key: str) -> Callable[[Raw], object]:
    return lambda raw: raw["Config"].get(key)


def host(key: str) -> Callable[[Raw], object]:
    return lambda raw: raw["HostConfig"].get(key)


def network(name: str, key: str) -> Callable[[Raw], object]:
    def read(raw: Raw) -> object:
        found = raw["NetworkSettings"]["Networks"][name].get(key)
        # An engine adds the container's own short id, which no two containers share.
        return [alias for alias in found if alias != raw["Id"][:12]] if key == "Aliases" else found

    return read


def volumes(raw: Raw) -> object:
    """The name of the volume behind each path, the anonymous one too."""
    return {mount["Destination"]: mount.get("Name") for mount in raw["Mounts"] if mount["Type"] == "volume"}


TRAITS: dict[str, Callable[[Raw], object]] = {
    "labels": config("Labels"),
    "hostname": config("Hostname"),
    "entrypoint": config("Entrypoint"),
    "command": config("Cmd"),
    "stop-signal": config("StopSignal"),
    "stop-timeout": config("StopTimeout"),
    "healthcheck": config("Healthcheck"),
    "exposed-ports": config("ExposedPorts"),
    "user": config("User"),
    "working-dir": config("WorkingDir"),
    "image-name": config("Image"),
    "image": lambda raw: raw["Image"],
    "volumes": volumes,
    **{
        key: host(key)
        for key in (
            "NetworkMode", "RestartPolicy", "Mounts", "Tmpfs", "Ulimits", "CapAdd", "CapDrop", "LogConfig", "Devices",
            "ExtraHosts", "PortBindings", "ReadonlyRootfs", "Memory", "ShmSize", "Sysctls", "SecurityOpt", "GroupAdd",
            "OomScoreAdj", "Init", "PidsLimit", "Dns", "IpcMode", "CgroupnsMode",
        )
    },
    "front-aliases": network("front", "Aliases"),
    "front-address": network("front", "IPAMConfig"),
    "front-links": network("front", "Links"),
    "back-aliases": network("back", "Aliases"),
    "back-address": network("back", "IPAMConfig"),
}  # fmt: skip


@pytest.mark.parametrize("trait", TRAITS)
def test_a_trait_survives_the_fix_and_the_way_back(inspects: Inspects, trait: str) -> None:
    read = TRAITS[trait]
    assert read(inspects.before) is not None or trait in ("entrypoint", "exposed-ports")
    assert read(inspects.after) == read(inspects.before)
    assert read(inspects.undone) == read(inspects.before)


def test_only_the_planned_variable_differs(inspects: Inspects) -> None:
    before, after = set(inspects.before["Config"]["Env"]), set(inspects.after["Config"]["Env"])
    assert before ^ after == {
        "STIGMER_LLM_BASE_URL=http://localhost:11434",
        "STIGMER_LLM_BASE_URL=http://host.docker.internal:11434",
    }
    assert set(inspects.undone["Config"]["Env"]) == before


def test_it_is_the_very_container_that_undo_puts_back(inspects: Inspects) -> None:
    assert inspects.undone["Id"] == inspects.before["Id"] != inspects.after["Id"]
    assert inspects.undone["State"]["Status"] == "running"

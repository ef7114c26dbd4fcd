"""What the recipe prints and what `fix` asks the engine for are the same container."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from stigmer_doctor import profile
from stigmer_doctor.adapters.docker import inspection, reading
from stigmer_doctor.adapters.docker.blueprint import further_networks
from stigmer_doctor.adapters.docker.specification import body
from stigmer_doctor.analysis.replacement import Replacement, replacement
from stigmer_doctor.collect.container import container
from stigmer_doctor.model import facts as f
from stigmer_doctor.model.changes import Changes
from stigmer_doctor.redaction.redactor import SecretRedactor
from tests.healthy import healthy

OLD, NEW, SHA, TAG = "a" * 64, "e" * 64, "sha256:" + "b" * 64, "runner:local"
IMAGE: dict[str, Any] = {
    "Id": SHA,
    "Config": {
        "Env": ["PATH=/usr/bin", "http_proxy=http://proxy:1"],
        "Entrypoint": ["tini", "--"],
        "Cmd": ["python", "main.py"],
        "User": "stigmer",
        "WorkingDir": "/app",
        "Labels": {"org.opencontainers.image.version": "1"},
    },
}
PLAIN: dict[str, Any] = {}
RICH: dict[str, Any] = {
    "Config": {
        "Hostname": "mine",
        "User": "1000:999",
        "WorkingDir": "/work",
        "Entrypoint": ["sh", "-c"],
        "Cmd": ["exec python main.py"],
        "Labels": {"org.opencontainers.image.version": "1", "team": "agents", "note": "a b"},
        "StopSignal": "SIGINT",
        "StopTimeout": 30,
    },
    "HostConfig": {
        "NetworkMode": "front",
        "RestartPolicy": {"Name": "always"},
        "ExtraHosts": ["host.docker.internal:198.18.0.9", "db:198.18.0.3", "v6:2001:db8::1", "gate:host-gateway"],
        "Binds": ["/home/me/w:/workspace", "cache:/cache:ro"],
        "PortBindings": {"80/tcp": [{"HostIp": "127.0.0.1", "HostPort": "8080"}]},
        "LogConfig": {"Type": "json-file", "Config": {"max-size": "10m"}},
        "Memory": 1 << 30,
        "CapAdd": ["NET_ADMIN"],
        "Dns": ["198.18.0.53"],
        "Tmpfs": {"/scratch": "size=1m"},
    },
    "Networks": {"back": {"Aliases": ["b", OLD[:12]]}, "front": {"Aliases": ["runner", OLD[:12]]}},
    "Volumes": {"/anonymous": "f00d"},
}
CHANGES = {
    "none": Changes(),
    "variables": Changes(variables={"MODE": "local", "NEW": "x", "URL": None, "http_proxy": None}),
    "bridge": Changes(network="bridge", hosts={"host.docker.internal": "host-gateway", "more": "198.18.0.4"}),
    "host": Changes(
        network="host", variables={"URL": "localhost:7234"}, hosts={"host.docker.internal": "host-gateway"}
    ),
    "hosts": Changes(hosts={"host.docker.internal": "host-gateway"}),
}


def engine_inspect(container_id: str, config: dict[str, Any], host: dict[str, Any], further: dict[str, Any]) -> Any:
    """As an engine has it: what the image gives, a host name of its own, and the mounts one by one."""
    of_image, mode = IMAGE["Config"], host["NetworkMode"]
    names = {pair.partition("=")[0] for pair in config["Env"]}
    entrypoint = config.get("Entrypoint")
    program = of_image if entrypoint is None else {"Entrypoint": entrypoint if any(entrypoint) else None, "Cmd": None}
    made = {
        **config,
        "Env": [*config["Env"], *(pair for pair in of_image["Env"] if pair.partition("=")[0] not in names)],
        "Labels": of_image["Labels"] | (config.get("Labels") or {}),
        "Entrypoint": program["Entrypoint"],
        "Cmd": config.get("Cmd") or program["Cmd"],
        "Hostname": "laptop" if mode == "host" else config.get("Hostname") or container_id[:12],
    }
    binds = [bind.split(":") for bind in host.get("Binds") or ()]
    mounts = [
        {
            "Type": "bind" if source.startswith("/") else "volume",
            "Name": "" if source.startswith("/") else source,
            "Source": f"/host_mnt{source}" if source.startswith("/") else "/var/lib/docker/volumes",
            "Destination": destination,
            "RW": "ro" not in options,
        }
        for source, destination, *options in binds
    ]
    volumes = [
        {"Type": "volume", "Name": name, "Destination": path, "RW": True} for path, name in further["Volumes"].items()
    ]
    return {
        "Id": container_id, "Name": "/runner", "Image": SHA, "State": {"Status": "running"}, "Config": made,
        "HostConfig": host, "NetworkSettings": {"Networks": further["Networks"]}, "Mounts": [*mounts, *volumes],
    }  # fmt: skip


def running(given: dict[str, Any], mode: str) -> dict[str, Any]:
    """An inspected container of these settings."""
    config = {"Image": TAG, "Env": ["MODE=cloud", "URL=http://x:1"], "User": "stigmer", "WorkingDir": "/app"}
    host: dict[str, Any] = {"NetworkMode": "default", "RestartPolicy": {"Name": "unless-stopped"}}
    host |= given.get("HostConfig", {})
    if mode:
        host["NetworkMode"] = mode
    attached = {mode: {}} if mode else given.get("Networks", {"bridge": {}})
    further = {"Networks": attached, "Volumes": given.get("Volumes", {})}
    made: dict[str, Any] = engine_inspect(OLD, config | given.get("Config", {}), host, further)
    return made


def created(old: dict[str, Any], request: dict[str, Any]) -> dict[str, Any]:
    """What an engine makes of the request, once it is connected and has its restart policy again."""
    config = {key: value for key, value in request.items() if key not in ("HostConfig", "NetworkingConfig")}
    host = request["HostConfig"] | {"RestartPolicy": old["HostConfig"]["RestartPolicy"]}
    first = request.get("NetworkingConfig", {}).get("EndpointsConfig", {})
    mode = "bridge" if host["NetworkMode"] == "default" else host["NetworkMode"]
    networks = dict(first or {mode: {}}) | dict(further_networks(old, request))
    made: dict[str, Any] = engine_inspect(NEW, config, host, {"Networks": networks, "Volumes": {}})
    return made


def described(raw: dict[str, Any], changes: Changes, *, moved: bool) -> Replacement:
    """What the recipe prints for an inspected container."""
    facts = healthy()
    assert isinstance(facts.lookup, f.Lookup)
    redactor = SecretRedactor((*profile.load().shown_variables, "*"))
    found = container(inspection.container(raw, ""), reading.image(IMAGE), {}, redactor)
    listed = replace(facts.lookup.runners[0], id=found.id, image=SHA if moved else found.image)
    return replacement(found, changes, replace(facts, lookup=replace(facts.lookup, runners=(listed,))))


@pytest.mark.parametrize("moved", [False, True])
@pytest.mark.parametrize("changes", CHANGES.values(), ids=list(CHANGES))
@pytest.mark.parametrize("mode", ["", "host", "none", "container:" + "c" * 64])
@pytest.mark.parametrize("given", [PLAIN, RICH], ids=["plain", "rich"])
def test_the_request_creates_what_the_recipe_prints(
    given: dict[str, Any], mode: str, changes: Changes, moved: bool
) -> None:
    old = running(given, mode)
    new = created(old, body(old, changes, reading.image(IMAGE), by_id=moved))
    printed, there = described(old, changes, moved=moved), described(new, Changes(), moved=moved)
    for field in Replacement.__struct_fields__:
        assert getattr(there, field) == getattr(printed, field), field


def test_labels_and_aliases_are_in_both() -> None:
    old = running(RICH, "")
    printed = described(old, Changes(), moved=False)
    assert printed.labels == ("note", "team")
    assert [(network.name, network.aliases) for network in printed.networks] == [
        ("front", ("runner",)),
        ("back", ("b",)),
    ]
    assert body(old, Changes(), reading.image(IMAGE), by_id=False)["Labels"] == IMAGE["Config"]["Labels"] | {
        "team": "agents",
        "note": "a b",
    }

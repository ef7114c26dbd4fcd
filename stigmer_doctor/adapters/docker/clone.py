"""Throwaway containers: another's image and network settings, without anything that could do harm or leak."""

from __future__ import annotations

import email.utils
import json
import platform
import secrets
from collections.abc import Iterator
from typing import Any

from stigmer_doctor.adapters.docker.limits import parsed
from stigmer_doctor.adapters.docker.session import Session
from stigmer_doctor.model.ports import Json

LABEL = "stigmer-doctor.throwaway"
_MEMORY = 256 * 1024 * 1024
_PROCESSES = 128
_FIRST_TO_GO = 1000  # where memory runs out on the whole machine
_NEVER_STARTED_S = 60
_STILL_RUNNING_S = 600
_OWN = ("Dns", "DnsOptions", "DnsSearch", "ExtraHosts")


def name() -> str:
    return f"stigmer-doctor-probe-{secrets.token_hex(4)}"


def specification(container: Json, argv: list[str]) -> dict[str, Any]:
    """The body of `POST /containers/create`. The image's own variables remain, the container's are left out."""
    config, host = container.get("Config") or {}, container.get("HostConfig") or {}
    mode = str(host.get("NetworkMode") or "default")
    primary = next((key for key, network in _networks(container) if _is(mode, key, network)), None)
    made = {
        "Image": container["Image"],
        "Entrypoint": argv,
        "Cmd": [],
        "User": config.get("User") or "",
        "WorkingDir": config.get("WorkingDir") or "",
        "Labels": {LABEL: _owner()},
        "Healthcheck": {"Test": ["NONE"]},
        "OpenStdin": True,
        "StdinOnce": True,  # when the doctor is gone, the program's input ends
        **{f"Attach{stream}": True for stream in ("Stdin", "Stdout", "Stderr")},
        "HostConfig": {
            "NetworkMode": mode,
            # In another container's network these are that container's.
            **({} if mode.startswith("container:") else {key: host[key] for key in _OWN if host.get(key)}),
            **_sysctls(host, mode),
            "AutoRemove": True,
            "RestartPolicy": {"Name": "no"},
            "CapDrop": ["ALL"],
            "SecurityOpt": ["no-new-privileges"],
            "Memory": _MEMORY,
            "PidsLimit": _PROCESSES,
            "OomScoreAdj": _FIRST_TO_GO,
            "LogConfig": {"Type": "none"},
        },
    }
    if primary is not None:
        made["NetworkingConfig"] = {"EndpointsConfig": {primary: endpoint(dict(_networks(container))[primary])}}
    return made


def further_networks(container: Json) -> Iterator[tuple[str, dict[str, Any]]]:
    """Networks beyond that of the network mode, with the endpoint settings to connect with."""
    mode = str((container.get("HostConfig") or {}).get("NetworkMode") or "default")
    if mode not in ("host", "none") and not mode.startswith("container:"):
        yield from ((key, endpoint(network)) for key, network in _networks(container) if not _is(mode, key, network))


def endpoint(settings: Json) -> dict[str, Any]:
    """Its driver options and gateway priority. Not its addresses, which may be in use, nor its aliases, which would
    lead others here."""
    return {key: settings[key] for key in ("DriverOpts", "GwPriority") if settings.get(key)}


def _networks(container: Json) -> list[tuple[str, Json]]:
    attached = (container.get("NetworkSettings") or {}).get("Networks") or {}
    return [(str(key), item or {}) for key, item in attached.items()]


def _is(mode: str, key: str, settings: Json) -> bool:
    return key == ("bridge" if mode == "default" else mode) or (len(mode) > 11 and settings.get("NetworkID") == mode)


def _sysctls(host: Json, mode: str) -> dict[str, Any]:
    """Kernel settings of its network namespace (IPv6 off, say): its own unless it shares one."""
    if mode == "host" or mode.startswith("container:"):
        return {}
    found = {key: value for key, value in (host.get("Sysctls") or {}).items() if key.startswith("net.")}
    return {"Sysctls": found} if found else {}


def leftovers(session: Session) -> list[str]:
    """Ids of throwaway containers whose doctor is gone. Of a doctor on another machine nobody here can tell: its
    containers count as left when they are older than any check takes, by the engine's clock."""
    filters = json.dumps({"label": [LABEL]})
    with session.ask("GET", "/containers/json", all=1, filters=filters) as answer:
        listed = parsed(answer.read())
    now = email.utils.parsedate_to_datetime(answer.fields["date"]).timestamp()
    return [container["Id"] for container in listed or [] if _left(container, now)]


def _left(listed: Json, now: float) -> bool:
    alive = _alive(str((listed.get("Labels") or {}).get(LABEL, "")))
    if alive is not None:
        return not alive
    oldest = now - (_STILL_RUNNING_S if listed["State"] == "running" else _NEVER_STARTED_S)
    return bool(listed["Created"] < oldest)


def _owner() -> str:
    """This process, so that another doctor can tell whether it still runs: machine, process id, and its start."""
    import psutil

    process = psutil.Process()
    return f"{platform.node()}/{process.pid}/{process.create_time():.2f}"


def _alive(owner: str) -> bool | None:
    """Whether that process still runs; None when it is one of another machine, or nobody may know."""
    import psutil

    node, _, process = owner.rpartition("/")[0].partition("/")
    if node != platform.node() or not process.isdigit():
        return None
    try:
        return f"{psutil.Process(int(process)).create_time():.2f}" == owner.rpartition("/")[2]
    except psutil.NoSuchProcess:
        return False
    except psutil.Error:
        return None

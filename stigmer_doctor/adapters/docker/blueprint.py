"""From the engine's raw JSON to a blueprint, and what else is made of the two. Pure."""

from __future__ import annotations

from typing import Any

from stigmer_doctor.adapters.docker import specification
from stigmer_doctor.adapters.docker.inspection import container
from stigmer_doctor.adapters.docker.lenient import limit, strings, text
from stigmer_doctor.model.blueprint import Blueprint
from stigmer_doctor.model.changes import Changes
from stigmer_doctor.model.inspected import Throwaway
from stigmer_doctor.model.ports import Json

_NO_POLICY = {"Name": "no"}
_STOPPED_WITHIN_S = 10  # as the engine has it


def blueprint(raw: Json) -> Blueprint:
    """Of an inspected container, which becomes the blueprint's description."""
    config, host = _object(raw, "Config"), _object(raw, "HostConfig")
    timeout = config.get("StopTimeout")
    return Blueprint(
        id=_id(raw),
        name=text(raw.get("Name")).lstrip("/"),
        image=text(config.get("Image")),
        status=text(_object(raw, "State").get("Status")),
        restart_policy=text(restart_policy(raw).get("Name")),
        description=dict(raw),
        stop_seconds=limit(timeout) if isinstance(timeout, int) else _STOPPED_WITHIN_S,
        auto_remove=bool(host.get("AutoRemove")),
        read_only=bool(host.get("ReadonlyRootfs")),
        mounted=tuple(_mounted(raw, host)),
        labels=strings(config.get("Labels")),
    )


def restart_policy(raw: Json) -> dict[str, Any]:
    """The policy that an inspect tells of; "no" where it tells of none."""
    return dict(_object(_object(raw, "HostConfig"), "RestartPolicy")) or _NO_POLICY


def idle(raw: Json) -> dict[str, Any]:
    """The body of a container of the same image that has nothing to do. The labels of that one would make it
    compose's."""
    return {"Image": raw["Image"], "Cmd": ["true"]}


def further_networks(raw: Json, body: Json) -> list[tuple[str, dict[str, Any]]]:
    """What a container that was created of the body, which replaces the inspected one, is to be connected to."""
    return specification.endpoints(raw, Changes())[1:] if "NetworkingConfig" in body else []


def throwaway(raw: Json, body: Json) -> Throwaway:
    """What looks from the network of the container that the body would create."""
    networks = (raw["NetworkSettings"].get("Networks") or {}) if "NetworkingConfig" in body else {}
    planned = {**raw, "HostConfig": body["HostConfig"], "NetworkSettings": {"Networks": networks}}
    return container(planned, str(raw["Id"])).throwaway


def _mounted(raw: Json, host: Json) -> list[str]:
    """Where something is mounted: for that the engine makes folders, which nobody has written."""
    targets = [str(mount.get("Target")) for mount in host.get("Mounts") or []]
    found = [str(mount.get("Destination")) for mount in raw.get("Mounts") or []]
    return [*found, *targets, *(host.get("Tmpfs") or {})]


def _id(raw: Json) -> str:
    if not isinstance(raw, dict) or not (found := text(raw.get("Id"))):
        raise TypeError("what is inspected has an id")
    return found


def _object(raw: Json, key: str) -> Json:
    found = raw.get(key)
    return found if isinstance(found, dict) else {}

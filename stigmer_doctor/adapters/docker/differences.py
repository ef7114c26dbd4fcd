"""Between two inspected containers: the settings that differ, and whether they were to."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from stigmer_doctor.model.changes import Changes
from stigmer_doctor.model.ports import Json

_COMPOSE = ("Config.Labels.com.docker.compose.",)
_POLICY = {"HostConfig.RestartPolicy.Name", "HostConfig.RestartPolicy.MaximumRetryCount"}


def unexpected_changes(before: Json, after: Json, changes: Changes, *, by_compose: bool) -> tuple[str, ...]:
    """Settings of the new container that differ and were not to. Compose keeps its own account in labels."""
    allowed = {"HostConfig.Binds"}
    if not by_compose:  # the policy is given to the new container once it was verified
        allowed |= _POLICY
    if changes.variables:
        allowed.add("Config.Env")
    if changes.network:
        allowed.add("HostConfig.NetworkMode")
    if changes.hosts or changes.network:
        allowed.add("HostConfig.ExtraHosts")
    own = _COMPOSE if by_compose else ("\0",)
    return tuple(other for other in difference(before, after) if other not in allowed and not other.startswith(own))


def difference(before: Json, after: Json) -> tuple[str, ...]:
    """The paths that differ between two inspects, without what differs between any two containers."""
    return tuple(_walk("", _settled(before), _settled(after)))


_OWN = ("Hostname", "Image")
_UNSET: tuple[object, ...] = (None, [], {}, "", False, 0)


def _settled(raw: Json) -> dict[str, Any]:
    config = {key: value for key, value in raw["Config"].items() if key not in _OWN}
    config["Env"] = sorted(config.get("Env") or [])
    host = dict(raw["HostConfig"])
    host["Binds"] = sorted(host.get("Binds") or [])
    return {"Config": config, "HostConfig": host, "Image": raw["Image"]}


def _walk(path: str, one: Any, other: Any) -> Iterator[str]:
    if isinstance(one, dict) and isinstance(other, dict):
        for key in sorted({*one, *other}):
            yield from _walk(f"{path}.{key}" if path else key, one.get(key), other.get(key))
    elif one != other and not (one in _UNSET and other in _UNSET):
        yield path

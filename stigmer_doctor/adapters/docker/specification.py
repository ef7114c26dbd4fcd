"""The container that is to replace another one: its whole configuration as the engine has it, with the planned changes.

Pure: raw inspect in, the body of `POST /containers/create` out. Nothing is rebuilt from high-level options, so that
nothing that this code has never heard of is lost.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

from stigmer_doctor.analysis import replacement
from stigmer_doctor.model.changes import Changes
from stigmer_doctor.model.container import Variable
from stigmer_doctor.model.inspected import InspectedImage
from stigmer_doctor.model.ports import Json

_ENDPOINT_KEYS = ("Aliases", "IPAMConfig", "Links", "DriverOpts", "GwPriority")
_WITHOUT_NETWORK = ("host", "none")
_NO_RESTART = {"Name": "no", "MaximumRetryCount": 0}


def body(raw: Json, wanted: Changes, image: InspectedImage, *, by_id: bool) -> dict[str, Any]:
    """What to create. `image` is the container's; `by_id` when its tag means another image by now."""
    config, host = copy.deepcopy(dict(raw["Config"])), copy.deepcopy(dict(raw["HostConfig"]))
    mode = network_mode(raw, wanted)
    config["Image"] = raw["Image"] if by_id else config["Image"]
    config["Env"] = _environment(config.get("Env") or [], image.environment, wanted)
    host["NetworkMode"] = mode
    hosts = replacement.extra_hosts(host.get("ExtraHosts") or [], wanted)
    host["ExtraHosts"] = [f"{name}:{target}" for name, target in hosts] or None
    host["RestartPolicy"] = dict(_NO_RESTART)
    host["Links"] = [_link(link) for link in host.get("Links") or []] or None
    _pin_volumes(raw, host)
    _entrypoint(config, image)
    _hostname(raw, config, mode)
    made: dict[str, Any] = {**config, "HostConfig": host}
    if primary := next(iter(endpoints(raw, wanted)), None):
        made["NetworkingConfig"] = {"EndpointsConfig": {primary[0]: primary[1]}}
    return made


def network_mode(raw: Json, wanted: Changes) -> str:
    return replacement.network_mode(str(raw["HostConfig"].get("NetworkMode") or "default"), wanted)


def endpoints(raw: Json, wanted: Changes) -> list[tuple[str, dict[str, Any]]]:
    """The networks with the settings to attach with, that of the network mode first: an engine before API 1.44 takes
    only one at creation, the others are connected afterwards."""
    mode = network_mode(raw, wanted)
    if mode in _WITHOUT_NETWORK or mode.startswith("container:") or wanted.network:
        return []
    attached = raw["NetworkSettings"].get("Networks") or {}
    primary = "bridge" if mode == "default" else mode
    ordered = sorted(attached.items(), key=lambda item: item[0] != primary)
    return [(name, _endpoint(settings or {}, raw)) for name, settings in ordered]


def _endpoint(settings: Json, raw: Json) -> dict[str, Any]:
    kept = {key: copy.deepcopy(settings[key]) for key in _ENDPOINT_KEYS if settings.get(key)}
    own = {str(raw["Id"])[:12], str(raw["Config"].get("Hostname") or "")}
    if "Aliases" in kept:
        kept["Aliases"] = [alias for alias in kept["Aliases"] if alias not in own]
    return kept


def _environment(pairs: list[str], of_image: Mapping[str, str], wanted: Changes) -> list[str]:
    """What is not changed stays as it is: a name without a value keeps the image's variable out."""
    split = (pair.partition("=") for pair in pairs)
    variables = [
        Variable(name=name, value=value, from_image=bool(equals) and of_image.get(name) == value)
        for name, equals, value in split
    ]
    written = dict(zip(variables, pairs, strict=True))
    afterwards = replacement.environment(variables, wanted)
    return [written.get(variable, f"{variable.name}={variable.value}") for variable in afterwards]


def _link(link: str) -> str:
    """Inspect says "/other:/this/alias", create wants "other:alias"."""
    other, _, alias = link.partition(":")
    return f"{other.lstrip('/')}:{alias.rpartition('/')[2]}"


def _pin_volumes(raw: Json, host: dict[str, Any]) -> None:
    """Anonymous volumes are bound by their names: left to the image's own list, they would be new and empty."""
    binds = list(host.get("Binds") or [])
    named = {bind.split(":")[1] for bind in binds if bind.count(":")}
    named |= {str(other.get("Target")) for other in host.get("Mounts") or []}
    for mount in raw.get("Mounts") or []:
        if mount.get("Type") == "volume" and mount.get("Destination") not in named:
            mode = mount.get("Mode") or ("rw" if mount.get("RW", True) else "ro")
            binds.append(f"{mount['Name']}:{mount['Destination']}:{mode}")
    host["Binds"] = binds or None


def _entrypoint(config: dict[str, Any], image: InspectedImage) -> None:
    """`--entrypoint ""` is stored as null, and null would inherit the image's."""
    if config.get("Entrypoint") is None and image.entrypoint:
        config["Entrypoint"] = [""]


def _hostname(raw: Json, config: dict[str, Any], mode: str) -> None:
    old = str(raw["HostConfig"].get("NetworkMode") or "")
    config["Hostname"] = replacement.hostname(str(config.get("Hostname") or ""), str(raw["Id"]), (old, mode))
    if mode.startswith("container:"):
        config["ExposedPorts"] = None

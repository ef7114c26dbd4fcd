"""What `docker run` needs to make the container again: the engine's settings as its options.

Nothing is left out silently: a setting that differs from the engine's default and that no option here carries is named.
Labels are not carried: they can hold anything.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

from stigmer_doctor.model.ports import Json, Redactor


class Recreation(NamedTuple):
    """The last four fields of the `Container` fact."""

    entrypoint: tuple[str, ...]
    overrides: tuple[str, ...] | None
    run_options: tuple[str, ...]
    unsupported_options: tuple[str, ...]


def recreation(raw: Json, image: Json | None, redactor: Redactor) -> Recreation:
    """`image` is the inspected image's config, None when it is gone (then `own` is None: not known)."""
    config, host = raw.get("Config") or {}, raw.get("HostConfig") or {}
    options = [*_from_config(config, image or {}), *_from_host(host)]
    return Recreation(
        entrypoint=redactor.arguments(config.get("Entrypoint") or (), "command"),
        overrides=None if image is None else _own(config, image),
        run_options=tuple(redactor.text(option, "options") for option in options),
        unsupported_options=tuple(_unsupported_options(host)),
    )


def _own(config: Json, image: Json) -> tuple[str, ...]:
    keys = {"user": "User", "working_dir": "WorkingDir", "entrypoint": "Entrypoint", "command": "Cmd"}
    return tuple(name for name, key in keys.items() if (config.get(key) or None) != (image.get(key) or None))


def _from_config(config: Json, image: Json) -> Iterable[str]:
    if config.get("StopSignal") and config["StopSignal"] != image.get("StopSignal"):
        yield f"--stop-signal={config['StopSignal']}"
    if config.get("StopTimeout"):
        yield f"--stop-timeout={config['StopTimeout']}"
    if config.get("Tty"):
        yield "--tty"
    if config.get("OpenStdin"):
        yield "--interactive"


def _log_options(value: Mapping[str, Any]) -> Iterable[str]:
    if value.get("Type") not in ("", "json-file", None) or value.get("Config"):
        yield f"--log-driver={value['Type']}"
    for name, item in sorted((value.get("Config") or {}).items()):
        yield f"--log-opt={name}={item}"


def _ports(value: Mapping[str, Any]) -> Iterable[str]:
    for inside, bindings in sorted(value.items()):
        for binding in bindings or ():
            address = f"{binding['HostIp']}:" if binding.get("HostIp") else ""
            yield f"--publish={address}{binding.get('HostPort', '')}:{inside}"


def _devices(value: Iterable[Mapping[str, str]]) -> Iterable[str]:
    for item in value:
        yield f"--device={item['PathOnHost']}:{item['PathInContainer']}:{item['CgroupPermissions']}"


def _ulimits(value: Iterable[Mapping[str, Any]]) -> Iterable[str]:
    for item in value:
        yield f"--ulimit={item['Name']}={item['Soft']}:{item['Hard']}"


def _each(option: str) -> Callable[[Any], Iterable[str]]:
    return lambda values: [f"--{option}={value}" for value in values]


def _pairs(option: str, separator: str = "=") -> Callable[[Any], Iterable[str]]:
    return lambda values: [
        f"--{option}={name}{separator if item else ''}{item}" for name, item in sorted(values.items())
    ]


def _one(option: str) -> Callable[[Any], Iterable[str]]:
    return lambda value: [f"--{option}={value}"]


def _flag(option: str) -> Callable[[Any], Iterable[str]]:
    return lambda _: [f"--{option}"]


_CARRIED: Mapping[str, Callable[[Any], Iterable[str]]] = {
    "LogConfig": _log_options,
    "PortBindings": _ports,
    "CapAdd": _each("cap-add"),
    "CapDrop": _each("cap-drop"),
    "Devices": _devices,
    "Privileged": _flag("privileged"),
    "ReadonlyRootfs": _flag("read-only"),
    "Init": _flag("init"),
    "Memory": _one("memory"),
    "NanoCpus": lambda value: [f"--cpus={value / 1e9:g}"],
    "CpuShares": _one("cpu-shares"),
    "PidsLimit": _one("pids-limit"),
    "SecurityOpt": _each("security-opt"),
    "GroupAdd": _each("group-add"),
    "Dns": _each("dns"),
    "DnsOptions": _each("dns-option"),
    "DnsSearch": _each("dns-search"),
    "Tmpfs": _pairs("tmpfs", ":"),
    "Sysctls": _pairs("sysctl"),
    "Ulimits": _ulimits,
}
# Carried by facts of their own, computed by the engine, or the engine's defaults.
_ELSEWHERE = frozenset({"Binds", "Mounts", "NetworkMode", "RestartPolicy", "ExtraHosts"})
_DEFAULTS: Mapping[str, tuple[Any, ...]] = {
    "IpcMode": ("private", "shareable"),
    "CgroupnsMode": ("host", "private"),
    "ShmSize": (64 * 1024 * 1024,),
    "Runtime": ("runc",),
    "ConsoleSize": ([0, 0],),
    "MemorySwappiness": (-1,),
    "PidsLimit": (-1,),
}
_COMPUTED = frozenset({"MaskedPaths", "ReadonlyPaths", "MemorySwap", "ContainerIDFile", "VolumeDriver", "UsernsMode"})


def _from_host(host: Json) -> Iterable[str]:
    for name, options in _CARRIED.items():
        if _set(name, host.get(name)):
            yield from options(host[name])


def _unsupported_options(host: Json) -> Iterable[str]:
    known = _CARRIED.keys() | _ELSEWHERE | _COMPUTED
    return sorted(name for name, value in host.items() if name not in known and _set(name, value))


def _set(name: str, value: Any) -> bool:
    """Whether a setting differs from the engine's default."""
    return bool(value) and value not in _DEFAULTS.get(name, ())

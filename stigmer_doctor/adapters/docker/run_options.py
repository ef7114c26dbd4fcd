"""What `docker run` needs to make the container again: the engine's settings as its options.

Nothing is left out silently: a setting that differs from the engine's default and that no option here carries, or that
cannot be read, is named. Labels are not carried: their values can be anything.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar

import msgspec

from stigmer_doctor.adapters.docker.lenient import mapping, number, text
from stigmer_doctor.model.ports import Json

T = TypeVar("T")


class RunOptions(msgspec.Struct, frozen=True):
    """Options, one word each, and the names of the settings that none of them carries."""

    options: tuple[str, ...]
    unsupported: tuple[str, ...]


def run_options(config: Json, host: Json) -> RunOptions:
    """`config` and `host` are `Config` and `HostConfig` of an inspected container."""
    carried, unreadable = _from_host(host)
    return RunOptions((*image_options(config), *_from_config(config), *carried), _unsupported(host, unreadable))


def image_options(config: Json) -> tuple[str, ...]:
    """Those that an image can give as well as a container."""
    signal = text(config.get("StopSignal"))
    return (f"--stop-signal={signal}",) if signal else ()


def _from_config(config: Json) -> Iterable[str]:
    if seconds := number(config.get("StopTimeout")):
        yield f"--stop-timeout={seconds}"
    if config.get("Tty") is True:
        yield "--tty"
    if config.get("OpenStdin") is True:
        yield "--interactive"


def _from_host(host: Json) -> tuple[list[str], list[str]]:
    """The options, and the names of those settings that are not in the form in which an engine gives them."""
    options: list[str] = []
    unreadable = []
    for name, made in _CARRIED.items():
        if _set(name, host.get(name)):
            try:
                options += list(made(host[name]))
            except (KeyError, TypeError, ValueError, AttributeError):
                unreadable.append(name)
    return options, unreadable


def _unsupported(host: Json, unreadable: Iterable[str]) -> tuple[str, ...]:
    known = _CARRIED.keys() | _ELSEWHERE | _COMPUTED
    unknown = [name for name, value in host.items() if name not in known and _set(name, value)]
    return tuple(sorted([*unknown, *unreadable]))


def _log_options(value: Mapping[str, Any]) -> Iterable[str]:
    if value.get("Type") not in ("", "json-file", None) or value.get("Config"):
        yield f"--log-driver={value['Type']}"
    for name, item in sorted(mapping(value.get("Config")).items()):
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
    return lambda values: [f"--{option}={value}" for value in _a(list, values)]


def _pairs(option: str, separator: str = "=") -> Callable[[Any], Iterable[str]]:
    return lambda values: [
        f"--{option}={name}{separator if item else ''}{item}" for name, item in sorted(values.items())
    ]


def _one(option: str) -> Callable[[Any], Iterable[str]]:
    return lambda value: [f"--{option}={_a(int, value)}"]


def _flag(option: str) -> Callable[[Any], Iterable[str]]:
    return lambda value: [f"--{option}"] if _a(bool, value) else []


def _a(kind: type[T], value: Any) -> T:
    """The value, where it is of that type."""
    if not isinstance(value, kind):
        raise TypeError(kind.__name__)
    return value


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


def _set(name: str, value: Any) -> bool:
    """Whether a setting differs from the engine's default."""
    return bool(value) and value not in _DEFAULTS.get(name, ())

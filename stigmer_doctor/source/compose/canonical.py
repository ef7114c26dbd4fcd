"""Short forms of a compose file written out, as far as what is checked afterwards needs it."""

from __future__ import annotations

import ipaddress
from typing import Any

from stigmer_doctor.lean_objects import compiled_later
from stigmer_doctor.source.compose.values import Open, Path, ValueRefused

_MOST_DIGITS = 20
"""Of a number of 64 bits, with its sign: what has more is none for compose."""
_FLAGS = {"true": True, "false": False, "y": True, "yes": True, "on": True, "n": False, "no": False, "off": False}
_WHOLE, _REAL = compiled_later(r"[-+]?[0-9]+"), compiled_later(r"[-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?")
_CASTS = {
    "cpu_count": "whole", "cpu_percent": "real", "cpu_period": "whole", "cpu_quota": "whole",
    "cpu_rt_period": "whole", "cpu_rt_runtime": "whole", "cpus": "real", "cpu_shares": "whole", "init": "flag",
    "oom_kill_disable": "flag", "oom_score_adj": "whole", "pids_limit": "whole", "privileged": "flag",
    "read_only": "flag", "ulimits.*": "whole", "ulimits.*.hard": "whole", "ulimits.*.soft": "whole",
    "volumes.*.read_only": "flag", "volumes.*.volume.nocopy": "flag", "depends_on.*.required": "flag",
    "depends_on.*.restart": "flag", "healthcheck.retries": "whole", "healthcheck.disable": "flag",
    "ports.*.target": "whole", "stdin_open": "flag", "tty": "flag", "deploy.replicas": "whole",
    "deploy.update_config.parallelism": "whole", "deploy.update_config.max_failure_ratio": "real",
    "deploy.rollback_config.parallelism": "whole", "deploy.rollback_config.max_failure_ratio": "real",
    "deploy.restart_policy.max_attempts": "whole", "deploy.placement.max_replicas_per_node": "whole",
    "scale": "whole", "attach": "flag", "build.no_cache": "flag", "build.pull": "flag", "build.privileged": "flag",
}  # fmt: skip
_RESOURCES = ("networks", "volumes", "secrets", "configs")
_SWITCHES = ("external", "internal", "attachable", "enable_ipv4", "enable_ipv6")


def typed(value: dict[str, Any]) -> None:
    """Texts turned into what their key takes, in place. Raises Refused where one is none."""
    for kind in ("services", "jobs"):
        for name, service in _members(value, kind):
            for pattern, wanted in _CASTS.items():
                _cast(service, pattern.split("."), wanted, (kind, name))
    for kind in _RESOURCES:
        for name, resource in _members(value, kind):
            for key in _SWITCHES:
                _cast(resource, [key], "flag", (kind, name))


def _members(value: dict[str, Any], kind: str) -> list[tuple[str, dict[str, Any]]]:
    found = value.get(kind)
    return [(name, item) for name, item in found.items() if isinstance(item, dict)] if isinstance(found, dict) else []


def _cast(value: Any, keys: list[str], wanted: str, path: Path) -> None:
    if not isinstance(value, dict | list):
        return
    places = range(len(value)) if isinstance(value, list) else list(value) if keys[0] == "*" else [keys[0]]
    if isinstance(value, list) and keys[0] != "*":
        return
    for place in places:
        if isinstance(value, dict) and place not in value:
            continue
        inner = value[place]  # type: ignore[index] # a list's places are numbers, a mapping's its keys
        if len(keys) > 1:
            _cast(inner, keys[1:], wanted, (*path, str(place)))
        elif isinstance(inner, str):
            value[place] = _converted(inner, wanted, (*path, str(place)))  # type: ignore[index]


def _converted(text: str, wanted: str, path: Path) -> Any:
    if wanted == "flag" and text.lower() in _FLAGS:
        return _FLAGS[text.lower()]
    if wanted == "whole" and _WHOLE.fullmatch(text) and len(text) <= _MOST_DIGITS:
        return int(text)
    if wanted == "real" and _REAL.fullmatch(text):
        return float(text)
    words = {"flag": "true or false", "whole": "a whole number", "real": "a number"}
    raise ValueRefused(path, f"must be {words[wanted]}", certain=not isinstance(text, Open))


def written_out(value: dict[str, Any]) -> None:
    """Short forms written out, in place. The value is of the right shape already. Raises Refused."""
    for kind in ("services", "jobs"):
        for name, service in _members(value, kind):
            _service(service, (kind, name))
    for kind in _RESOURCES:
        for name, resource in _members(value, kind):
            external = resource.get("external")
            if isinstance(external, dict):
                resource["external"] = True
                if external.get("name", resource.get("name")) != resource.get("name", external.get("name")):
                    raise ValueRefused((kind, name), "has two names")
                resource.update({"name": external["name"]} if "name" in external else {})


def _service(service: dict[str, Any], path: Path) -> None:
    for key in ("networks", "models"):
        if isinstance(service.get(key), list):
            service[key] = dict.fromkeys(service[key])
    if isinstance(service.get("depends_on"), list):
        preset = {"condition": "service_started", "required": True}
        service["depends_on"] = {name: dict(preset) for name in service["depends_on"]}
    if isinstance(service.get("build"), str):
        service["build"] = {"context": service["build"]}
    for key, whole in (("secrets", service), ("configs", service), ("secrets", service.get("build") or {})):
        _keyed(whole, key, "source")
    if isinstance(service.get("env_file"), str):
        service["env_file"] = [service["env_file"]]
    _keyed(service, "env_file", "path")
    volumes = _list(service, "volumes")
    service["volumes"] = [_volume(volume, (*path, "volumes", str(at))) for at, volume in enumerate(volumes)]
    for at, entry in enumerate(_list(service, "ports")):
        _port(entry, (*path, "ports", str(at)))
    _refuse_odd_ones(service, path)


def _keyed(whole: dict[str, Any], key: str, name: str) -> None:
    """A list's texts as mappings that have the text under a name."""
    if isinstance(whole.get(key), list):
        whole[key] = [{name: entry} if isinstance(entry, str) else entry for entry in whole[key]]


def _refuse_odd_ones(service: dict[str, Any], path: Path) -> None:
    for at, entry in enumerate(_list(service, "devices")):
        if isinstance(entry, str) and entry.count(":") > 2:
            raise ValueRefused((*path, "devices", str(at)), "has too many colons")
    for name, entry in (service.get("ulimits") or {}).items():
        if isinstance(entry, str):
            raise ValueRefused((*path, "ulimits", name), "must be a whole number", certain=not isinstance(entry, Open))


def _list(value: dict[str, Any], key: str) -> list[Any]:
    found = value.get(key)
    return found if isinstance(found, list) else []


def _volume(value: Any, path: Path) -> dict[str, Any]:
    if isinstance(value, dict):
        if not isinstance(value.get("target"), str):
            raise ValueRefused(path, "lacks target")
        return value
    parts = _sections(value)
    if not value or (len(value) > 2 and not all(parts)):
        raise ValueRefused(path, "has an empty part between colons", certain=not isinstance(value, Open))
    if len(parts) > 3:
        raise ValueRefused(path, "has too many colons", certain=not isinstance(value, Open))
    if len(parts) == 1 or len(value) < 3:
        return {"type": "volume", "target": value}
    source = parts[0]
    folder = source[0] in "./~" or source.startswith("\\\\") or (source[1:2] == ":" and source[0].isalpha())
    made = Open(source) if isinstance(value, Open) else source
    return {"type": "bind" if folder else "volume", "source": made, "target": parts[1]}


def mount_target(text: str) -> str:
    """Where the short form of a volume is mounted."""
    parts = _sections(text)
    return parts[0] if len(parts) == 1 else parts[1]


def _sections(text: str) -> list[str]:
    """The parts between colons; the colon of a drive letter is none."""
    parts, here = [], ""
    for character in text:
        if character == ":" and not (len(here) == 1 and here.isalpha()):
            parts.append(here)
            here = ""
        else:
            here += character
    return [*parts, here]


def _port(value: Any, path: Path) -> None:
    if isinstance(value, dict):
        if "target" not in value:
            raise ValueRefused(path, "lacks target")
        host = value.get("host_ip")
        if isinstance(host, str) and not _address(host):
            raise ValueRefused((*path, "host_ip"), "is not an address", certain=not isinstance(host, Open))
        return
    if not _port_fits(str(value)):
        raise ValueRefused(path, "is not a port that compose knows", certain=not isinstance(value, Open))


def _port_fits(text: str) -> bool:
    """`address:host:target/protocol`, of which only the target must be there."""
    rest, _, protocol = text.partition("/")
    rest, _, target = rest.rpartition(":")
    address, _, host = rest.rpartition(":")
    ports, hosts = _range(target), _range(host)
    if not ports or 0 in ports or hosts is None or protocol.lower() not in ("", "tcp", "udp", "sctp"):
        return False
    if address and not _address(address.removeprefix("[").removesuffix("]")):
        return False
    return not hosts or len(hosts) == len(ports) or len(ports) == 1


def _range(text: str) -> range | None:
    if not text:
        return range(0)
    first, _, last = text.partition("-")
    if not all(_WHOLE.fullmatch(other) and len(other) <= _MOST_DIGITS for other in (first, last or first)):
        return None
    start, end = int(first), int(last or first)
    return range(start, end + 1) if 0 <= start <= end <= 65535 else None


def _address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True

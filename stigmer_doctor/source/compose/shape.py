"""What may stand where in a compose file, and whether it does.

A shape is a text of names joined by "|" ("text", "whole", "number", "flag", "null"), a list of one shape, a mapping of
keys to shapes ("*" is any other key; "x-" keys may stand everywhere), a tuple of shapes of which one must fit, or a set
of the only texts that may stand there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from stigmer_doctor.lean_objects import compiled_later
from stigmer_doctor.source.compose.values import Open, Path

Shape = Any
ANY = "any"
FLAG, WHOLE, NUMBER = "flag|text", "whole|text", "number|text"
TEXTS = ["text"]


class Unique(list[str]):
    """A list shape of which no two may be equal."""


NAMES = Unique(["text"])
TEXT_OR_LIST = ("text", TEXTS)
PAIRS = ({"*": "text|number|flag|null"}, TEXTS)
HOSTS = ({"*": ("text", TEXTS)}, NAMES)
COMMAND = ("null|text", TEXTS)
OPTIONS = {"*": "text|number"}
EXTERNAL = ("flag|text", {"name": "text", "*": ANY})
_LIMIT, _WEIGHT = [{"path": "text", "rate": WHOLE}], [{"path": "text", "weight": WHOLE}]
_MOUNTED = [("text", {"source": "text", "target": "text", "uid": "text", "gid": "text", "mode": NUMBER})]
_ULIMITS = {"*": (WHOLE, {"hard!": WHOLE, "soft!": WHOLE})}
_DEVICE = {"capabilities!": TEXTS, "count": WHOLE, "device_ids": TEXTS, "driver": "text", "options": PAIRS}
_HOOK = {"command!": COMMAND, "user": "text", "privileged": FLAG, "working_dir": "text", "environment": PAIRS}
_ROLLING = {
    "parallelism": WHOLE, "delay": "text", "failure_action": "text", "monitor": "text", "max_failure_ratio": NUMBER,
    "order": {"start-first", "stop-first"},
}  # fmt: skip

BUILD = {
    "context": "text", "dockerfile": "text", "dockerfile_inline": "text", "entitlements": TEXTS, "args": PAIRS,
    "ssh": PAIRS, "labels": PAIRS, "cache_from": TEXTS, "cache_to": TEXTS, "no_cache": FLAG,
    "no_cache_filter": TEXT_OR_LIST, "additional_contexts": PAIRS, "network": "text", "provenance": FLAG, "sbom": FLAG,
    "pull": FLAG, "target": "text", "shm_size": WHOLE, "extra_hosts": HOSTS, "isolation": "text", "privileged": FLAG,
    "secrets": _MOUNTED, "tags": TEXTS, "ulimits": _ULIMITS, "platforms": TEXTS,
}  # fmt: skip
DEPLOY = {
    "mode": "text", "endpoint_mode": "text", "replicas": WHOLE, "labels": PAIRS, "rollback_config": _ROLLING,
    "update_config": _ROLLING,
    "resources": {
        "limits": {"cpus": NUMBER, "memory": "text", "pids": WHOLE},
        "reservations": {
            "cpus": NUMBER, "memory": "text", "devices": [_DEVICE],
            "generic_resources": [{"discrete_resource_spec": {"kind": "text", "value": NUMBER}}],
        },
    },
    "restart_policy": {"condition": "text", "delay": "text", "max_attempts": WHOLE, "window": "text"},
    "placement": {"constraints": TEXTS, "preferences": [{"spread": "text"}], "max_replicas_per_node": WHOLE},
}  # fmt: skip
_WATCH = {
    "path!": "text", "action!": {"rebuild", "sync", "restart", "sync+restart", "sync+exec"}, "ignore": TEXT_OR_LIST,
    "include": TEXT_OR_LIST, "target": "text", "exec": _HOOK, "initial_sync": "flag",
}  # fmt: skip
_ATTACHED = {
    "aliases": TEXTS, "interface_name": "text", "ipv4_address": "text", "ipv6_address": "text",
    "link_local_ips": TEXTS, "mac_address": "text", "driver_opts": OPTIONS, "priority": "number",
    "gw_priority": "number", "use_service_name_alias": FLAG,
}  # fmt: skip
_VOLUME = {
    "type!": {"bind", "volume", "tmpfs", "cluster", "npipe", "image"}, "source": "text", "target": "text",
    "read_only": FLAG, "consistency": "text",
    "bind": {
        "propagation": "text", "create_host_path": FLAG, "recursive": {"enabled", "disabled", "writable", "readonly"},
        "selinux": {"z", "Z"},
    },
    "volume": {"labels": PAIRS, "nocopy": FLAG, "subpath": "text"},
    "tmpfs": {"size": WHOLE, "mode": NUMBER}, "image": {"subpath": "text"},
}  # fmt: skip
_PORT = {
    "name": "text", "mode": "text", "host_ip": "text", "target": WHOLE, "published": WHOLE, "protocol": "text",
    "app_protocol": "text",
}  # fmt: skip
HEALTHCHECK = {
    "disable": FLAG, "interval": "text", "retries": NUMBER, "test": TEXT_OR_LIST, "timeout": "text",
    "start_period": "text", "start_interval": "text",
}  # fmt: skip
_PULL = re.compile(r"always|never|build|if_not_present|missing|refresh|daily|weekly|every_(?:[0-9]+[wdhms])+")
CONTAINER = {
    "annotations": PAIRS,
    "blkio_config": {
        "device_read_bps": _LIMIT, "device_read_iops": _LIMIT, "device_write_bps": _LIMIT, "device_write_iops": _LIMIT,
        "weight": WHOLE, "weight_device": _WEIGHT,
    },
    "cap_add": TEXTS, "cap_drop": TEXTS, "cgroup": {"host", "private"}, "cgroup_parent": "text", "command": COMMAND,
    "configs": _MOUNTED, "cpu_count": WHOLE, "cpu_percent": WHOLE, "cpu_shares": NUMBER, "cpu_quota": NUMBER,
    "cpu_period": NUMBER, "cpu_rt_period": NUMBER, "cpu_rt_runtime": NUMBER, "cpus": NUMBER, "cpuset": "text",
    "credential_spec": {"config": "text", "file": "text", "registry": "text"}, "device_cgroup_rules": NAMES,
    "devices": [("text", {"source!": "text", "target": "text", "permissions": "text"})], "dns": TEXT_OR_LIST,
    "dns_opt": TEXTS, "dns_search": TEXT_OR_LIST, "domainname": "text", "entrypoint": COMMAND,
    "env_file": ("text", [("text", {"path!": "text", "format": "text", "required": FLAG})]),
    "label_file": TEXT_OR_LIST, "environment": PAIRS, "extra_hosts": HOSTS, "gpus": ({"all"}, [{"*": ANY}]),
    "group_add": Unique(["text|number"]), "hostname": "text", "image": "text", "init": FLAG, "ipc": "text",
    "isolation": "text", "labels": PAIRS, "logging": {"driver": "text", "options": {"*": "text|number|null"}},
    "mac_address": "text", "mem_limit": NUMBER, "mem_reservation": WHOLE, "mem_swappiness": WHOLE,
    "memswap_limit": NUMBER, "network_mode": "text",
    "models": (NAMES, {"*": ("null", {"endpoint_var": "text", "model_var": "text"})}),
    "networks": (NAMES, {"*": ("null", _ATTACHED)}), "oom_kill_disable": FLAG, "oom_score_adj": WHOLE,
    "pid": "text|null", "pids_limit": NUMBER, "platform": "text", "privileged": FLAG, "pull_policy": _PULL,
    "pull_refresh_after": "text", "read_only": FLAG, "runtime": "text", "security_opt": NAMES, "shm_size": NUMBER,
    "secrets": _MOUNTED, "sysctls": PAIRS, "stop_grace_period": "text", "stop_signal": "text",
    "storage_opt": {"*": ANY}, "tmpfs": TEXT_OR_LIST, "ulimits": _ULIMITS, "umask": "whole|text|null",
    "use_api_socket": "flag", "user": "text", "uts": "text", "userns_mode": "text", "volumes": [("text", _VOLUME)],
    "volumes_from": NAMES, "working_dir": "text",
}  # fmt: skip
WORKLOAD = {
    "build": ("text", BUILD),
    "depends_on": (
        NAMES,
        {
            "*": {
                "condition!": {"service_started", "service_healthy", "service_completed_successfully"},
                "restart": FLAG, "required": FLAG,
            }
        },
    ),
    "healthcheck": HEALTHCHECK, "ports": [("number|text", _PORT)], "expose": ["text|number"], "stdin_open": FLAG,
    "tty": FLAG,
}  # fmt: skip
SERVICE = CONTAINER | WORKLOAD | {
    "deploy": ("null", DEPLOY), "develop": ("null", {"watch": [_WATCH]}), "profiles": TEXTS, "restart": "text",
    "scale": WHOLE, "attach": FLAG, "container_name": re.compile(r".*[a-zA-Z0-9][a-zA-Z0-9_.-]+.*", re.DOTALL),
    "provider": {"type!": "text", "options": {"*": ANY}},
    "extends": ("text", {"service!": "text", "file": "text"}), "links": TEXTS, "external_links": NAMES,
    "pre_start": [CONTAINER | {"per_replica": FLAG}], "post_start": [_HOOK], "pre_stop": [_HOOK],
}  # fmt: skip
_JOB = CONTAINER | WORKLOAD | {"profiles": TEXTS, "triggers!": {"manual": FLAG, "schedule": [ANY]}}
_NETWORK = {
    "name": "text", "driver": "text", "driver_opts": OPTIONS,
    "ipam": {
        "driver": "text", "options": {"*": "text"},
        "config": [{"subnet": "text", "ip_range": "text", "gateway": "text", "aux_addresses": {"*": "text"}}],
    },
    "external": EXTERNAL, "internal": FLAG, "enable_ipv4": FLAG, "enable_ipv6": FLAG, "attachable": FLAG,
    "labels": PAIRS,
}  # fmt: skip
_STORE = {"name": "text", "driver": "text", "driver_opts": OPTIONS, "external": EXTERNAL, "labels": PAIRS}
_FILE = {
    "name": "text", "environment": "text", "file": "text", "external": EXTERNAL, "labels": PAIRS,
    "template_driver": "text",
}  # fmt: skip
FILE = {
    "version": "text", "name": "text",
    "include": [("text", {"path": TEXT_OR_LIST, "env_file": TEXT_OR_LIST, "project_directory": "text"})],
    "services": {"*": SERVICE}, "jobs": {"*": _JOB},
    "models": {
        "*": {"name": "text", "model!": "text", "context_size": "whole", "runtime_flags": TEXTS},
    },
    "networks": {"*": ("null", _NETWORK)}, "volumes": {"*": ("null", _STORE)},
    "secrets": {"*": _FILE | {"driver": "text", "driver_opts": OPTIONS}}, "configs": {"*": _FILE | {"content": "text"}},
}  # fmt: skip
"""A whole compose file."""
_NAMED = ("services", "jobs", "models", "networks", "volumes", "secrets", "configs")
_RESOURCE = compiled_later(r"[a-zA-Z0-9._-]+")
_WORDS = {"text": "text", "whole": "a whole number", "number": "a number", "flag": "true or false", "null": "nothing"}


def misfits(value: Any, shape: Shape = FILE, path: Path = ()) -> Iterator[tuple[Path, str, bool]]:
    """Where the value is not of the shape: the path, what is wrong as a clause, and whether that is certain."""
    if isinstance(shape, tuple):
        yield from _one_of(value, shape, path)
    elif isinstance(shape, dict):
        yield from _mapping(value, shape, path)
    elif isinstance(shape, list):
        yield from _list(value, shape, path)
    elif not _fits(value, shape):
        yield path, f"must be {_wanted(shape)}", not isinstance(value, Open)


def _one_of(value: Any, shapes: tuple[Shape, ...], path: Path) -> Iterator[tuple[Path, str, bool]]:
    """What is wrong with the shape of the same kind, where there is one: that one was meant."""
    kind = type(value) if isinstance(value, dict | list) else (str, set, re.Pattern)
    meant = [shape for shape in shapes if isinstance(shape, kind)]
    if len(meant) == 1:
        yield from misfits(value, meant[0], path)
    elif not any(_fits(value, entry) for entry in meant):
        yield path, f"must be {' or '.join(_wanted(shape) for shape in shapes)}", not isinstance(value, Open)


def _mapping(value: Any, shape: dict[str, Shape], path: Path) -> Iterator[tuple[Path, str, bool]]:
    if not isinstance(value, dict):
        yield path, "must be a mapping", not isinstance(value, Open)
        return
    for name, inner in value.items():
        wanted = shape.get(name, shape.get(f"{name}!", shape.get("*")))
        if wanted is None:
            if not name.startswith("x-"):
                yield (*path, name), "is a key that compose does not know there", True
        elif len(path) == 1 and path[0] in _NAMED and not _RESOURCE.fullmatch(name):
            yield (*path, name), "is not a name that compose accepts", True
        else:
            yield from misfits(inner, wanted, (*path, name))
    for name in shape:
        if name.endswith("!") and name[:-1] not in value:
            yield path, f"lacks {name[:-1]}", True


def _list(value: Any, shape: list[Shape], path: Path) -> Iterator[tuple[Path, str, bool]]:
    if not isinstance(value, list):
        yield path, "must be a list", not isinstance(value, Open)
        return
    for at, entry in enumerate(value):
        yield from misfits(entry, shape[0], (*path, str(at)))
    if isinstance(shape, Unique) and len({repr(entry) for entry in value}) < len(value):
        yield path, "lists something twice", not any(isinstance(entry, Open) for entry in value)


def _fits(value: Any, shape: Shape) -> bool:
    if isinstance(shape, set):
        return isinstance(value, str) and value in shape
    if isinstance(shape, re.Pattern):
        return isinstance(value, str) and bool(shape.fullmatch(value))
    return shape == ANY or any(_is(value, word) for word in shape.split("|"))


def _is(value: Any, name: str) -> bool:
    match name:
        case "text":
            return isinstance(value, str)
        case "null":
            return value is None
        case "flag":
            return isinstance(value, bool)
        case "whole":
            return isinstance(value, int) and not isinstance(value, bool)
        case _:
            return isinstance(value, int | float) and not isinstance(value, bool)


def _wanted(shape: Shape) -> str:
    if isinstance(shape, dict | list):
        return "a mapping" if isinstance(shape, dict) else "a list"
    if isinstance(shape, set):
        return f"one of {', '.join(sorted(shape))}"
    if isinstance(shape, re.Pattern):
        return "a value that compose knows"
    return " or ".join(_WORDS.get(word, word) for word in str(shape).split("|"))

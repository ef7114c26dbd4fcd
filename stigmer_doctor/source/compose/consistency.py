"""What a whole compose project must be beyond its shape: what it refers to is there, and nothing excludes another."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from typing import Any

from stigmer_doctor.lean_objects import compiled_later
from stigmer_doctor.source.compose.values import Open, Path

Fault = tuple[Path, str, bool]
_SHARED = ("network_mode", "ipc", "pid", "uts", "cgroup")
_DURATION = compiled_later(r"[-+]?(?:0|(?:(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:ns|us|µs|μs|ms|s|m|h|d|w))+)")
_SIZE = compiled_later(r"[0-9]+(?:\.[0-9]*)? ?(?:[kKmMgGtTpPeE]?[iI]?[bB]?)")
_DURATIONS = (
    "stop_grace_period", "healthcheck.interval", "healthcheck.timeout", "healthcheck.start_period",
    "healthcheck.start_interval", "deploy.restart_policy.delay", "deploy.restart_policy.window",
    "deploy.update_config.delay", "deploy.update_config.monitor", "deploy.rollback_config.delay",
    "deploy.rollback_config.monitor",
)  # fmt: skip
_SIZES = (
    "mem_limit", "mem_reservation", "memswap_limit", "shm_size", "deploy.resources.limits.memory",
    "deploy.resources.reservations.memory", "build.shm_size",
)  # fmt: skip
_DISTINCT = (
    ("scale", "deploy.replicas"), ("cpus", "deploy.resources.limits.cpus"),
    ("mem_limit", "deploy.resources.limits.memory"), ("mem_reservation", "deploy.resources.reservations.memory"),
    ("pids_limit", "deploy.resources.limits.pids"),
)  # fmt: skip


def faults(model: dict[str, Any], profiles: set[str]) -> Iterator[Fault]:
    """Every fault of a merged project whose short forms are written out."""
    services = {name: item or {} for name, item in (model.get("services") or {}).items()}
    enabled = {name for name, item in services.items() if _enabled(item, profiles)}
    for name in sorted(services):
        yield from _values(services[name], ("services", name))
    for name in sorted(enabled):
        yield from _service(services[name], ("services", name), model, services, enabled)
    yield from _stores(model)
    yield from _cycle({name: _needed(services[name]) & enabled for name in sorted(enabled)})


def _enabled(service: dict[str, Any], profiles: set[str]) -> bool:
    own = service.get("profiles")
    return not own or "*" in profiles or bool(profiles & set(own))


def _at(value: dict[str, Any], key: str) -> Any:
    found: Any = value
    for part in key.split("."):
        found = found.get(part) if isinstance(found, dict) else None
    return found


def _values(service: dict[str, Any], path: Path) -> Iterator[Fault]:
    for keys, pattern, what in ((_DURATIONS, _DURATION, "duration"), (_SIZES, _SIZE, "size")):
        for key in keys:
            value = _at(service, key)
            if isinstance(value, str) and not pattern.fullmatch(value):
                yield (*path, *key.split(".")), f"is no {what}", not isinstance(value, Open)
    hosts = service.get("extra_hosts")
    for host in hosts if isinstance(hosts, list) else ():
        name, _, address = host.replace("=", ":", 1).partition(":")
        if not name or not address:
            yield (*path, "extra_hosts"), f"maps {name or 'nothing'} to nothing", not isinstance(host, Open)


def _service(
    service: dict[str, Any], path: Path, model: dict[str, Any], services: dict[str, Any], enabled: set[str]
) -> Iterator[Fault]:
    if service.get("build") is None and not service.get("image") and not service.get("provider"):
        yield path, "has neither an image nor a build", not isinstance(service.get("image"), Open)
    if service.get("network_mode") and service.get("networks"):
        yield (*path, "network_mode"), "cannot stand beside networks", not isinstance(service["network_mode"], Open)
    yield from _references(service, path, model)
    for needed in sorted(_needed(service)):
        required = _at(service, "depends_on") or {}
        condition = required.get(needed) or {}
        if needed not in services or (needed not in enabled and condition.get("required", True)):
            yield (*path, "depends_on"), f"names {needed}, which is not a service in force", True
    yield from _build(service, path)
    yield from _numbers(service, path)
    yield from _health(service, path)
    yield from _mounts(service, path)
    for at, watch in enumerate(_at(service, "develop.watch") or []):
        if not watch.get("target") and watch.get("action") not in ("rebuild", "restart"):
            yield (*path, "develop", "watch", str(at)), "lacks target", True


def _build(service: dict[str, Any], path: Path) -> Iterator[Fault]:
    build = service.get("build") or {}
    if build.get("dockerfile") and build.get("dockerfile_inline"):
        yield (*path, "build"), "has both dockerfile and dockerfile_inline", True
    platforms = build.get("platforms")
    if platforms and service.get("platform") and service["platform"] not in platforms:
        yield (*path, "platform"), "is none of build.platforms", True


def _numbers(service: dict[str, Any], path: Path) -> Iterator[Fault]:
    for one, other in _DISTINCT:
        first, second = _at(service, one), _at(service, other)
        if first not in (None, 0, "") and second is not None and str(first) != str(second):
            yield (*path, *one.split(".")), f"differs from {other}", True
    count = service.get("scale", _at(service, "deploy.replicas"))
    if isinstance(count, int) and count < 0:
        yield path, "has a negative number of replicas", True
    if isinstance(count, int) and count > 1 and service.get("container_name"):
        yield (*path, "container_name"), f"is one name for {count} containers of {path[1]}", True


def _references(service: dict[str, Any], path: Path, model: dict[str, Any]) -> Iterator[Fault]:
    for name in service.get("networks") or {}:
        if name != "default" and name not in (model.get("networks") or {}):
            yield (*path, "networks", name), f"names the network {name}, which is not defined", True
    for name in service.get("models") or {}:
        if name not in (model.get("models") or {}):
            yield (*path, "models", name), f"names the model {name}, which is not defined", True
    for at, volume in enumerate(service.get("volumes") or []):
        source = volume.get("source")
        if volume.get("type") == "volume" and source and source not in (model.get("volumes") or {}):
            certain = not isinstance(source, Open)
            yield (*path, "volumes", str(at)), f"names the volume {source}, which is not defined", certain
    build = service.get("build") or {}
    for kind, listed in (("secrets", service), ("configs", service), ("secrets", build)):
        for at, entry in enumerate(listed.get(kind) or []):
            if entry.get("source") not in (model.get(kind) or {}):
                yield (*path, kind, str(at)), f"names {entry.get('source')}, which {kind} do not define", True


def _health(service: dict[str, Any], path: Path) -> Iterator[Fault]:
    test = _at(service, "healthcheck.test")
    if isinstance(test, list) and test and test[0] not in ("CMD", "CMD-SHELL", "NONE"):
        yield (*path, "healthcheck", "test"), "must begin with CMD, CMD-SHELL or NONE", True
    retries = _at(service, "healthcheck.retries")
    if isinstance(retries, int | float) and retries < 0:
        yield (*path, "healthcheck", "retries"), "is negative", True


def _mounts(service: dict[str, Any], path: Path) -> Iterator[Fault]:
    tmpfs = service.get("tmpfs") or []
    targets = [tmpf.partition(":")[0] for tmpf in (tmpfs if isinstance(tmpfs, list) else [tmpfs])]
    last = {posixpath.normpath(volume["target"]): volume for volume in service.get("volumes") or []}
    for target in [*targets, *last]:
        if [*targets, *last].count(target) > 1:
            yield (*path, "tmpfs"), f"mounts {target} twice", True
            return


def _needed(service: dict[str, Any]) -> set[str]:
    """The services that it cannot be without."""
    found = set(service.get("depends_on") or {})
    found |= {link.partition(":")[0] for link in service.get("links") or [] if isinstance(link, str)}
    for key in _SHARED:
        value = service.get(key)
        if isinstance(value, str) and value.startswith("service:"):
            found.add(value.partition(":")[2])
    volumes = [source for source in service.get("volumes_from") or [] if isinstance(source, str)]
    return found | {volume.partition(":")[0] for volume in volumes if not volume.startswith("container:")}


def _stores(model: dict[str, Any]) -> Iterator[Fault]:
    for kind in ("volumes", "networks"):
        for name, item in (model.get(kind) or {}).items():
            others = {key for key in item or {} if not key.startswith("x-")} - {"name", "external"}
            if kind == "volumes" and item and item.get("external") is True and others:
                yield (kind, name), f"is external, and sets {', '.join(sorted(others))}", True
    for kind, keys in (("configs", ("file", "environment", "content")), ("secrets", ("file", "environment"))):
        for name, item in (model.get(kind) or {}).items():
            given = [key for key in keys if key in (item or {})]
            if len(given) > 1:
                yield (kind, name), f"has both {' and '.join(given)}", True
            elif not given and not (item or {}).get("driver") and "external" not in (item or {}):
                yield (kind, name), f"has none of {', '.join(keys)}", True


def _cycle(graph: dict[str, set[str]]) -> Iterator[Fault]:
    """The first cycle, if there is any."""
    done: set[str] = set()
    for start, first in graph.items():
        trail, waiting = [start], [(start, iter(sorted(first)))]
        while waiting:
            _, following = waiting[-1]
            after = next((name for name in following if name not in done), None)
            if after is None:
                waiting.pop()
                done.add(trail.pop())
            elif after in trail:
                route = " → ".join([*trail[trail.index(after) :], after])
                yield ("services", after, "depends_on"), f"is in a circle of dependencies: {route}", True
                return
            else:
                trail.append(after)
                waiting.append((after, iter(sorted(graph[after]))))

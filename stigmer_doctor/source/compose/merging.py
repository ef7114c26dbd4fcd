"""One compose file over another: their plain values merged by the rules that compose has for each key."""

from __future__ import annotations

from typing import Any

from stigmer_doctor.source.compose.values import Path, ValueRefused

_APPENDED = {"dns", "dns_opt", "dns_search", "env_file", "label_file", "extra_hosts", "tmpfs"}
_PAIRS = {"annotations", "environment", "labels", "sysctls", "args", "additional_contexts"}
_REPLACED = {"command", "entrypoint", "test"}
_AS_MAPPING = {"depends_on": {"condition": "service_started", "required": True}, "networks": None, "models": None}


def merged(base: Any, over: Any, path: Path = ()) -> Any:
    """What is in force of both. Raises Refused where they do not go together."""
    special = _special(base, over, path) if len(path) > 1 else None
    if special is not None:
        return special[0]
    if over is None or base is None:
        return base if over is None else over
    if isinstance(base, dict):
        if not isinstance(over, dict):
            raise ValueRefused(path, "is a mapping in one file and something else in another")
        return _mappings(base, over, path)
    if isinstance(base, list):
        if not isinstance(over, list):
            raise ValueRefused(path, "is a list in one file and something else in another")
        return [*base, *(entry for entry in over if entry not in base)]
    return over


def _mappings(base: dict[str, Any], over: dict[str, Any], path: Path) -> dict[str, Any]:
    found = dict(base)
    for name, value in over.items():
        found[name] = merged(base[name], value, (*path, name)) if name in base else value
    return found


def _special(base: Any, over: Any, path: Path) -> tuple[Any] | None:
    """The merged value in a tuple; None where the key has no rule of its own."""
    name, service = path[-1], path[0] in ("services", "jobs") and len(path) > 2
    if name in _PAIRS and (service or name == "labels"):
        return (list(_by_name([*_listed(base), *_listed(over)]).values()),)
    if not service:
        return None
    if name in _REPLACED:
        return (over,)
    if name in _APPENDED and len(path) in (3, 4):
        first = _listed(base)
        return ([*first, *(entry for entry in _listed(over) if entry not in first)],)
    if len(path) != 3:
        return (
            ({**base, **over} if isinstance(base, dict) and isinstance(over, dict) else over,)
            if (path[-2] == "ulimits")
            else None
        )
    if name in _AS_MAPPING:
        return (_mappings(_keyed(base, name, path), _keyed(over, name, path), path),)
    if name == "build":
        return (_mappings(_build(base), _build(over), path),)
    if name == "logging" and isinstance(base, dict) and isinstance(over, dict):
        same = "driver" not in base or "driver" not in over or base["driver"] == over["driver"]
        return None if same else (over,)
    return None


def _by_name(entries: list[Any]) -> dict[Any, Any]:
    return {entry.partition("=")[0] if isinstance(entry, str) else repr(entry): entry for entry in entries}


def _listed(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return [name if item is None else f"{name}={_text(item)}" for name, item in value.items()]
    if isinstance(value, list):
        return value
    return [value] if isinstance(value, str) else []


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _keyed(value: Any, name: str, path: Path) -> dict[str, Any]:
    if isinstance(value, dict):
        return value
    names = value if isinstance(value, list) else [value] if isinstance(value, str) else []
    known = value is None or value == [] or bool(names)
    if not known or not all(isinstance(other, str) for other in names):
        raise ValueRefused(path, "is neither a list of names nor a mapping")
    preset = _AS_MAPPING[name]
    return {other: dict(preset) if preset else None for other in names}


def _build(value: Any) -> dict[str, Any]:
    return {"context": value} if isinstance(value, str) else value if isinstance(value, dict) else {}


def without(value: Any, resets: list[Path], path: Path = ()) -> Any:
    """The value without what `!reset` and `!override` of a later file take away."""
    if not resets or not isinstance(value, dict):
        return value
    return {name: without(item, resets, (*path, name)) for name, item in value.items() if (*path, name) not in resets}

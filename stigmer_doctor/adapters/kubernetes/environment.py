"""The variables of a pod's container: as its process has them, else as the pod's specification gives them.

A Secret is never read: what it gives is known of a running process alone.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

import msgspec

from stigmer_doctor.adapters.docker.lenient import mapping, mappings, pairs, text
from stigmer_doctor.adapters.kubernetes.inspection import PodReading
from stigmer_doctor.lean_objects import compiled_later
from stigmer_doctor.model.ports import Json

MOST_BYTES = 4 * 1024 * 1024
PROGRAM = "import sys; sys.stdout.buffer.write(open(sys.argv[1], 'rb').read())"
"""Prints a file, where there is no cat."""
_REFERENCE = compiled_later(r"\$\$|\$\((?P<name>[^()$]{1,300})\)")


class SpecifiedEnvironment(msgspec.Struct, frozen=True):
    """What the specification gives. `opaque` are names whose values it does not have; `complete`: it has all names."""

    values: dict[str, str]
    opaque: tuple[str, ...]
    complete: bool


def of_process(raw: bytes) -> dict[str, str]:
    """/proc/<id>/environ: entries that end with a NUL."""
    return pairs(raw.decode("utf-8", "replace").rstrip("\0").split("\0")) if raw else {}


def specified(reading: PodReading, config_maps: Mapping[str, Mapping[str, str]] | None) -> SpecifiedEnvironment:
    """`config_maps` are the data of the namespace's, by name; None where they could not be read."""
    values: dict[str, str] = {}
    opaque: dict[str, None] = {}
    complete = True
    for source in mappings(reading.container.get("envFrom")):
        given = mapping(source.get("configMapRef"))
        if not given or config_maps is None:
            complete = False
            continue
        prefix = text(source.get("prefix"))
        values |= {f"{prefix}{key}": item for key, item in config_maps.get(text(given.get("name")), {}).items()}
    for variable in mappings(reading.container.get("env")):
        name, value = text(variable.get("name")), _value(variable, reading, config_maps)
        values.pop(name, None)
        opaque.pop(name, None)
        if value is None:
            opaque[name] = None
        elif value is not _UNSET:
            values[name] = _expanded(value, values)
    return SpecifiedEnvironment(values, tuple(opaque), complete)


_UNSET = "\0"
"""Stands for a variable that stays unset: its key, or what has it, is missing and optional."""


def _value(variable: Json, reading: PodReading, config_maps: Mapping[str, Mapping[str, str]] | None) -> str | None:
    origin = mapping(variable.get("valueFrom"))
    if not origin:
        return text(variable.get("value"))
    given = mapping(origin.get("configMapKeyRef"))
    if given and config_maps is not None:
        return config_maps.get(text(given.get("name")), {}).get(text(given.get("key")), _UNSET)
    field = text(mapping(origin.get("fieldRef")).get("fieldPath"))
    return _fields(reading).get(field) or None


def _fields(reading: PodReading) -> dict[str, str]:
    return {
        "metadata.name": reading.name,
        "metadata.namespace": text(reading.metadata.get("namespace")),
        "metadata.uid": reading.uid,
        "spec.nodeName": text(reading.spec.get("nodeName")),
        "status.podIP": text(reading.status.get("podIP")),
        "status.hostIP": text(reading.status.get("hostIP")),
    }


def _expanded(value: str, before: Mapping[str, str]) -> str:
    """With $(NAME) of what stands before it replaced, as the kubelet does it."""

    def replaced(match: re.Match[str]) -> str:
        name = match["name"]
        return "$" if name is None else before.get(name, match[0])

    return _REFERENCE.sub(replaced, value)

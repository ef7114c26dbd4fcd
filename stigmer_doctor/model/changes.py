"""What would fix a fault: changes of the container's configuration, described and not performed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec


class Change(msgspec.Struct, frozen=True, kw_only=True, tag_field="change", tag=lambda name: name):
    """Base of the changes."""


class SetVariable(Change, frozen=True, kw_only=True):
    """Set a variable of the container. The value is never a secret."""

    name: str
    value: str


class RemoveVariable(Change, frozen=True, kw_only=True):
    name: str


class UseNetwork(Change, frozen=True, kw_only=True):
    """Run on that network: "bridge" or "host". `as_localhost` are names of this machine that are localhost there."""

    mode: str
    as_localhost: tuple[str, ...] = ()


class MapHost(Change, frozen=True, kw_only=True):
    """Map a host name, as `--add-host name:target` does; `host-gateway` is the engine's way to the host."""

    name: str
    target: str


AnyChange = SetVariable | RemoveVariable | UseNetwork | MapHost


class Changes(msgspec.Struct):
    """What must become different about the container. A variable with None is removed."""

    variables: dict[str, str | None] = msgspec.field(default_factory=dict)
    network: str | None = None
    hosts: dict[str, str] = msgspec.field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.variables or self.network or self.hosts)


def lines(changes: Iterable[AnyChange]) -> Iterator[str]:
    """The changes as the lines of a diff: what is there afterwards behind a "+", what is not behind a "-"."""
    for change in changes:
        match change:
            case SetVariable(name=name, value=value):
                yield f"+ {name}={value}"
            case RemoveVariable(name=name):
                yield f"- {name}"
            case UseNetwork(mode=mode):
                yield f"+ network {mode}"
            case MapHost(name=name, target=target):
                yield f"+ add-host {name}:{target}"

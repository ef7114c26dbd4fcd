"""The container that is to replace another one.

The recipe that a person runs prints this description. What `fix` asks the engine for is made of the engine's own, so
that nothing is lost, and makes its changes with the same functions.
"""

from __future__ import annotations

from collections.abc import Iterable

from stigmer_doctor.model.changes import Changes
from stigmer_doctor.model.facts import Container, Engine, Facts, Lookup, Mount, Variable
from stigmer_doctor.model.record import Part

_GATEWAY = "host-gateway"
_PUBLISH = "--publish="
_DESKTOP_MOUNTS = "/host_mnt"
_HIDDEN = "<hidden "


class ReplacementNetwork(Part, frozen=True, kw_only=True):
    """A network by its name, with the names that are given to the container there."""

    name: str
    aliases: tuple[str, ...] = ()


class Replacement(Part, frozen=True, kw_only=True):
    """What is not said is the image's or the engine's: `user`, `working_dir`, `entrypoint` and `command` are None
    then, `hostname` is "", and `environment` and `labels` (names: their values stay in the container) are without the
    image's own. `networks` are those to attach it to, that of the network mode first; `options` further words for
    `docker run`. Sources of bind mounts are paths of this machine."""

    name: str
    image: str
    restart_policy: str
    network_mode: str
    networks: tuple[ReplacementNetwork, ...]
    extra_hosts: tuple[tuple[str, str], ...]
    hostname: str
    user: str | None
    working_dir: str | None
    entrypoint: tuple[str, ...] | None
    command: tuple[str, ...] | None
    options: tuple[str, ...]
    mounts: tuple[Mount, ...]
    environment: tuple[Variable, ...]
    labels: tuple[str, ...]


def replacement(container: Container, changes: Changes, facts: Facts) -> Replacement:
    """Of the container with the changes made. `facts` tell what its image is called by now, and whose paths it has."""
    mode = network_mode(container.network_mode, changes)
    overrides = container.overrides or ()
    own_command = bool({"entrypoint", "command"} & {*overrides})
    return Replacement(
        name=container.name,
        image=_image(container, facts),
        restart_policy=container.restart_policy or "no",
        network_mode=mode,
        networks=_networks(container, changes),
        extra_hosts=extra_hosts(container.extra_hosts, changes),
        hostname=hostname(container.hostname, container.id, (container.network_mode, mode)),
        user=container.user if "user" in overrides else None,
        working_dir=container.working_dir if "working_dir" in overrides else None,
        entrypoint=container.entrypoint if "entrypoint" in overrides else None,
        command=container.argv[len(container.entrypoint) :] if own_command else None,
        options=tuple(word for word in container.run_options if not (mode == "host" and word.startswith(_PUBLISH))),
        mounts=tuple(_mount(mount, facts) for mount in container.mounts),
        environment=tuple(one for one in environment(container.environment, changes) if not one.from_image),
        labels=container.labels,
    )


# ---- what the changes change -----------------------------------------------------------------------------------------


def network_mode(mode: str, changes: Changes) -> str:
    return changes.network or mode


def environment(variables: Iterable[Variable], changes: Changes) -> tuple[Variable, ...]:
    """The variables afterwards, those that were changed at the end. One of the image can only be emptied: the engine
    puts back what is left out."""
    old = tuple(variables)
    of_image = {variable.name for variable in old if variable.from_image}
    kept = [variable for variable in old if variable.name not in changes.variables]
    changed = [
        Variable(name=name, value=value or "")
        for name, value in changes.variables.items()
        if value is not None or name in of_image
    ]
    return (*kept, *changed)


def extra_hosts(entries: Iterable[str], changes: Changes) -> tuple[tuple[str, str], ...]:
    """The mapped host names with their targets afterwards; `entries` are `name:target` or `name=target`. On the host's
    network this machine is localhost, and nothing leads to it by another name."""
    split = (entry.partition("=" if "=" in entry else ":") for entry in entries)
    old = [(name, target) for name, _, target in split]
    if changes.network == "host":
        return tuple((name, target) for name, target in old if target != _GATEWAY)
    kept = ((name, changes.hosts.get(name, target)) for name, target in old)
    return tuple(dict.fromkeys((*kept, *changes.hosts.items())))


def hostname(name: str, container_id: str, modes: tuple[str, str]) -> str:
    """The host name to give, "" to leave it to the engine. One that the engine gave is its own business: it is the old
    id, or on the host's network the host's name. `modes` are the network modes before and afterwards."""
    given = name not in ("", container_id[:12])
    return name if given and "host" not in modes and not modes[1].startswith("container:") else ""


# ---- what facts say otherwise ----------------------------------------------------------------------------------------


def _networks(container: Container, changes: Changes) -> tuple[ReplacementNetwork, ...]:
    """None where the network mode says it all. Another network than the container's is the only one."""
    mode = network_mode(container.network_mode, changes)
    if mode in ("host", "none"):
        return ()
    if changes.network:
        return (ReplacementNetwork(name=mode),)
    attached = [ReplacementNetwork(name=network.name, aliases=network.aliases) for network in container.networks]
    ordered = sorted(attached, key=lambda attachment: attachment.name != mode)
    return tuple(ordered) if ordered and ordered[0].name == mode else ()


def _mount(mount: Mount, facts: Facts) -> Mount:
    """Docker Desktop reports a path of this machine as its VM has it, below /host_mnt."""
    desktop = isinstance(facts.engine, Engine) and facts.engine.operating_system.startswith("Docker Desktop")
    if mount.type != "bind" or not desktop:
        return mount
    return Mount(
        type=mount.type,
        source=mount.source.removeprefix(_DESKTOP_MOUNTS),
        destination=mount.destination,
        writable=mount.writable,
    )


def _image(container: Container, facts: Facts) -> str:
    """The reference while it still means the image of the container (the engine's list says the id otherwise), and
    nothing in it is hidden."""
    listed = (*facts.lookup.candidates, *facts.lookup.runners) if isinstance(facts.lookup, Lookup) else ()
    named = any(option.id == container.id and option.image == container.image for option in listed)
    usable = named and _HIDDEN not in container.image
    return container.image if usable else container.image_id or container.image

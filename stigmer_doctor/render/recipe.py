"""The recipe that recreates a plain container with the changes, and keeps the old one beside it."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable

from stigmer_doctor.model.changes import Changes
from stigmer_doctor.model.facts import Container, DataDir, Engine, Facts, Lookup, Mount, Variable
from stigmer_doctor.render.clean import holds_hidden, printable
from stigmer_doctor.render.step import Step

_EXPORTABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_ENVIRONMENT = "'{{range .Config.Env}}{{println .}}{{end}}'"


def steps(container: Container, wanted: Changes, facts: Facts, docker: str) -> tuple[Step, ...]:
    """Hidden values first, then the recreation, then the daemon's record of the id."""
    run = _run(container, wanted, facts, docker)
    return (*_secrets(container, wanted, docker), run, *_record(container, facts, docker))


def way_back(container: Container, docker: str) -> tuple[Step, ...]:
    """How to go back to the old container, and how to remove it."""
    name, before = shlex.quote(container.name), shlex.quote(f"{container.name}.before")
    back = f"{docker} rm -f {name} &&\n  {docker} rename {before} {name} &&\n  {docker} start {name}"
    return (
        Step(title="If it did not, go back:", commands=(back,)),
        Step(title="When all is well, remove the old container:", commands=(f"{docker} rm {before}",)),
    )


def _run(container: Container, wanted: Changes, facts: Facts, docker: str) -> Step:
    before, name = shlex.quote(f"{container.name}.before"), shlex.quote(container.name)
    options = [f"--name {name}", *_options(container, wanted, facts)]
    run = " \\\n    ".join((f"{docker} run -d", *options, _image(container, facts), *_arguments(container)))
    connect = [f"{docker} network connect {shlex.quote(other)} {name}" for other in _others(container, wanted)]
    # Stopped first: an engine fails to rename a container that it is just restarting.
    chain = (f"{docker} stop {name}", f"{docker} rename {name} {before}", run, *connect)
    return Step(
        title=f"Recreate the container: {'; '.join(_summary(container, wanted))}. The old one is kept as "
        f"{container.name}.before, with all that was written in it outside its mounts.",
        commands=(" &&\n  ".join(chain),),
        notes=tuple(_notes(container)),
    )


def _summary(container: Container, wanted: Changes) -> Iterable[str]:
    if wanted.network:
        yield f"network {container.network_mode} becomes {wanted.network}"
    for name, value in wanted.variables.items():
        yield f"without {name}" if value is None else f"{name}={value}"
    for name, target in wanted.hosts.items():
        yield f"{name} leads to {target}"


# ---- environment -----------------------------------------------------------------------------------------------------


def _secrets(container: Container, wanted: Changes, docker: str) -> Iterable[Step]:
    """Values that are hidden here are taken from the container, and pass through nobody's eyes or arguments."""
    names = [
        variable.name
        for variable in _kept(container, wanted)
        if _is_hidden(variable) and _EXPORTABLE.fullmatch(variable.name)
    ]
    inspect = f"{docker} inspect {shlex.quote(container.name)} \\\n  --format {_ENVIRONMENT}"
    if names:
        yield Step(
            title="Export the values that are hidden here, from the container as it is:",
            commands=tuple(f"export {name}=\"$({inspect} |\n  sed -n 's/^{name}=//p')\"" for name in names),
        )


def _kept(container: Container, wanted: Changes) -> list[Variable]:
    return [
        variable
        for variable in container.environment
        if not variable.from_image and variable.name not in wanted.variables
    ]


def _is_hidden(variable: Variable) -> bool:
    return variable.hidden or holds_hidden(variable.value)


def _environment(container: Container, wanted: Changes) -> Iterable[str]:
    for variable in _kept(container, wanted):
        if _is_hidden(variable):
            if _EXPORTABLE.fullmatch(variable.name):
                yield f"-e {variable.name}"
        elif printable(variable.value):
            yield f"-e {shlex.quote(f'{variable.name}={variable.value}')}"
    for name, value in wanted.variables.items():
        if value is not None:
            yield f"-e {shlex.quote(f'{name}={value}')}"
        elif (old := container.variable(name)) and old.from_image:
            yield f"-e {shlex.quote(f'{name}=')}"  # an image's variable can only be emptied


# ---- the other options -----------------------------------------------------------------------------------------------


def _options(container: Container, wanted: Changes, facts: Facts) -> Iterable[str]:
    mode = wanted.network or container.network_mode
    if container.restart_policy not in ("", "no"):
        yield f"--restart {shlex.quote(container.restart_policy)}"
    if mode != "bridge":
        yield f"--network {shlex.quote(mode)}"
    for name, target in _hosts(container, wanted).items():
        yield f"--add-host {shlex.quote(f'{name}:{target}')}"
    # Docker names a container after its id, or after the machine on host networking; both are its own business.
    if container.hostname not in ("", container.id[:12]) and not container.host_network and mode != "host":
        yield f"--hostname {shlex.quote(container.hostname)}"
    overrides = container.overrides or ()
    if "user" in overrides:
        yield f"--user {shlex.quote(container.user)}"
    if "working_dir" in overrides:
        yield f"--workdir {shlex.quote(container.working_dir)}"
    for option in container.run_options:
        if not holds_hidden(option) and not (mode == "host" and option.startswith("--publish=")):
            yield shlex.quote(option)
    yield from (_mount(mount, facts) for mount in container.mounts)
    yield from _environment(container, wanted)
    if "entrypoint" in overrides:
        yield f"--entrypoint {shlex.quote(next(iter(container.entrypoint), ''))}"


def _hosts(container: Container, wanted: Changes) -> dict[str, str]:
    entries = (host.partition("=" if "=" in host else ":") for host in container.extra_hosts)
    return {name: target for name, _, target in entries} | wanted.hosts


def _others(container: Container, wanted: Changes) -> list[str]:
    """The networks that it is attached to besides the one it runs on."""
    names = [network.name for network in container.networks]
    if wanted.network or container.network_mode not in names:
        return []
    return [name for name in names if name != container.network_mode]


def _mount(mount: Mount, facts: Facts) -> str:
    source = mount.source
    if mount.type == "bind" and _desktop(facts):
        source = source.removeprefix("/host_mnt")
    if mount.type == "tmpfs":
        return f"--tmpfs {shlex.quote(mount.destination)}"
    if mount.type in ("bind", "volume"):
        return f"-v {shlex.quote(f'{source}:{mount.destination}' + ('' if mount.writable else ':ro'))}"
    parts = [f"type={mount.type}", f"source={source}", f"target={mount.destination}"]
    return f"--mount {shlex.quote(','.join(parts if mount.writable else [*parts, 'readonly']))}"


def _desktop(facts: Facts) -> bool:
    """Docker Desktop reports a path of this machine as its VM has it, below /host_mnt."""
    return isinstance(facts.engine, Engine) and facts.engine.operating_system.startswith("Docker Desktop")


def _image(container: Container, facts: Facts) -> str:
    """The reference while it still means the image of the container (the engine's list says the id otherwise)."""
    listed = (*facts.lookup.candidates, *facts.lookup.runners) if isinstance(facts.lookup, Lookup) else ()
    named = any(option.id == container.id and option.image == container.image for option in listed)
    return shlex.quote(container.image if named else container.image_id or container.image)


def _arguments(container: Container) -> list[str]:
    overrides, first = container.overrides or (), len(container.entrypoint)
    if not {"entrypoint", "command"} & {*overrides} or _hidden_command(container):
        return []
    return [shlex.quote(word) for word in container.argv[min(first, 1) if "entrypoint" in overrides else first :]]


def _hidden_command(container: Container) -> bool:
    return any(holds_hidden(word) for word in container.argv)


def _notes(container: Container) -> Iterable[str]:
    lost = [*_lost(container)]
    if "AutoRemove" in lost:
        yield "The old container was started with --rm: stopping it deletes it."
    if container.overrides is None or container.unsupported_options is None:
        yield "User, working directory and command are the image's; further options were not looked at."
    if lost:
        yield f"Not carried over: {', '.join(lost)}."


def _lost(container: Container) -> Iterable[str]:
    for variable in container.environment:
        if not variable.from_image and (
            not _EXPORTABLE.fullmatch(variable.name) if _is_hidden(variable) else not printable(variable.value)
        ):
            yield f"{variable.name} (its value cannot be printed)"
    for option in container.run_options:
        if holds_hidden(option):
            yield f"{option.partition('=')[0]} (it holds a hidden value)"
    if _hidden_command(container) and {"entrypoint", "command"} & {*(container.overrides or ())}:
        yield "the command (it holds a hidden value)"
    yield from container.unsupported_options or ()


# ---- afterwards ------------------------------------------------------------------------------------------------------


def _record(container: Container, facts: Facts, docker: str) -> Iterable[Step]:
    """The daemon stops the container whose id stands in its file, not the one of that name."""
    if isinstance(facts.data_dir, DataDir) and facts.data_dir.recorded_id == container.id:
        file = _path(f"{facts.data_dir.path.rstrip('/')}/{facts.data_dir.id_file}")
        name = shlex.quote(container.name)
        yield Step(
            title="Tell the Stigmer daemon which container it is now:",
            commands=(f"{docker} inspect --format '{{{{.Id}}}}' {name} |\n  tr -d '\\n' > {file}",),
            notes=("When it starts the container anew, it does so with its own settings: upgrade it as well.",),
        )


def _path(path: str) -> str:
    """Quoted, but for the `~/` that the shell is to replace."""
    return f"~/{shlex.quote(path[2:])}" if path.startswith("~/") else shlex.quote(path)

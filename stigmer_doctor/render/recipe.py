"""The recipe that recreates a plain container with the changes, and keeps the old one beside it."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterable

from stigmer_doctor.analysis.replacement import Replacement, ReplacementNetwork, replacement
from stigmer_doctor.model.changes import Changes
from stigmer_doctor.model.facts import Container, DataDir, Facts, Mount, Variable
from stigmer_doctor.render.clean import holds_hidden, printable
from stigmer_doctor.render.step import ReportStep

_EXPORTABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_ENVIRONMENT = "'{{range .Config.Env}}{{println .}}{{end}}'"


def steps(container: Container, wanted: Changes, facts: Facts, docker: str) -> tuple[ReportStep, ...]:
    """Hidden values first, then the recreation, then the daemon's record of the id."""
    new = replacement(container, wanted, facts)
    run = ReportStep(
        title=f"Recreate the container: {'; '.join(_summary(container, wanted))}. The old one is kept as "
        f"{container.name}.before, with all that was written in it outside its mounts.",
        commands=(_recreate(new, docker),),
        notes=tuple(_notes(container, new)),
    )
    return (*_secrets(new, docker), run, *_record(container, facts, docker))


def way_back(container: Container, docker: str) -> tuple[ReportStep, ...]:
    """How to go back to the old container, and how to remove it."""
    name, before = shlex.quote(container.name), shlex.quote(f"{container.name}.before")
    back = f"{docker} rm -f {name} &&\n  {docker} rename {before} {name} &&\n  {docker} start {name}"
    return (
        ReportStep(title="If it did not, go back:", commands=(back,)),
        ReportStep(title="When all is well, remove the old container:", commands=(f"{docker} rm {before}",)),
    )


def _recreate(new: Replacement, docker: str) -> str:
    before, name = _before(new), shlex.quote(new.name)
    options = [f"--name {name}", *_options(new), *_labels(new, before, docker)]
    run = " \\\n    ".join((f"{docker} run -d", *options, *_what_runs(new)))
    connect = [_connect(network, name, docker) for network in new.networks[1:]]
    # Stopped first: an engine fails to rename a container that it is just restarting.
    return " &&\n  ".join((f"{docker} stop {name}", f"{docker} rename {name} {before}", run, *connect))


def _before(new: Replacement) -> str:
    return shlex.quote(f"{new.name}.before")


def _connect(network: ReplacementNetwork, name: str, docker: str) -> str:
    aliases = "".join(f"--alias {shlex.quote(alias)} " for alias in network.aliases)
    return f"{docker} network connect {aliases}{shlex.quote(network.name)} {name}"


def _summary(container: Container, wanted: Changes) -> Iterable[str]:
    if wanted.network:
        yield f"network {container.network_mode} becomes {wanted.network}"
    for name, value in wanted.variables.items():
        yield f"without {name}" if value is None else f"{name}={value}"
    for name, target in wanted.hosts.items():
        yield f"{name} leads to {target}"


# ---- environment -----------------------------------------------------------------------------------------------------


def _secrets(new: Replacement, docker: str) -> Iterable[ReportStep]:
    """Values that are hidden here are taken from the container, and pass through nobody's eyes or arguments."""
    names = [variable.name for variable in new.environment if _is_hidden(variable) and _exportable(variable)]
    inspect = f"{docker} inspect {shlex.quote(new.name)} \\\n  --format {_ENVIRONMENT}"
    if names:
        yield ReportStep(
            title="Export the values that are hidden here, from the container as it is:",
            commands=tuple(f"export {name}=\"$({inspect} |\n  sed -n 's/^{name}=//p')\"" for name in names),
        )


def _exportable(variable: Variable) -> bool:
    return bool(_EXPORTABLE.fullmatch(variable.name))


def _is_hidden(variable: Variable) -> bool:
    return variable.hidden or holds_hidden(variable.value)


def _environment(new: Replacement) -> Iterable[str]:
    for variable in new.environment:
        if _is_hidden(variable):
            if _exportable(variable):
                yield f"-e {variable.name}"
        elif printable(variable.value):
            yield f"-e {shlex.quote(f'{variable.name}={variable.value}')}"


# ---- the other options -----------------------------------------------------------------------------------------------


def _options(new: Replacement) -> Iterable[str]:
    if new.restart_policy != "no":
        yield f"--restart {shlex.quote(new.restart_policy)}"
    if new.network_mode != "bridge":
        yield f"--network {shlex.quote(new.network_mode)}"
    for alias in new.networks[0].aliases if new.networks else ():
        yield f"--network-alias {shlex.quote(alias)}"
    for name, target in new.extra_hosts:
        yield f"--add-host {shlex.quote(f'{name}:{target}')}"
    if new.hostname:
        yield f"--hostname {shlex.quote(new.hostname)}"
    if new.user is not None:
        yield f"--user {shlex.quote(new.user)}"
    if new.working_dir is not None:
        yield f"--workdir {shlex.quote(new.working_dir)}"
    yield from (shlex.quote(option) for option in new.options if not holds_hidden(option))
    yield from (_mount(mount) for mount in new.mounts)
    yield from _environment(new)


def _mount(mount: Mount) -> str:
    if mount.type == "tmpfs":
        return f"--tmpfs {shlex.quote(mount.destination)}"
    if mount.type in ("bind", "volume"):
        return f"-v {shlex.quote(f'{mount.source}:{mount.destination}' + ('' if mount.writable else ':ro'))}"
    parts = [f"type={mount.type}", f"source={mount.source}", f"target={mount.destination}"]
    return f"--mount {shlex.quote(','.join(parts if mount.writable else [*parts, 'readonly']))}"


def _labels(new: Replacement, before: str, docker: str) -> Iterable[str]:
    """With the values that the old container has, which is renamed by then."""
    for name in filter(_showable, new.labels):
        value = shlex.quote(f"{{{{index .Config.Labels {json.dumps(name)}}}}}")
        yield f'--label {shlex.quote(name)}="$({docker} inspect --format {value} {before})"'


def _showable(name: str) -> bool:
    return printable(name) and not holds_hidden(name)


def _what_runs(new: Replacement) -> list[str]:
    """The image, and what else decides about the program: an entrypoint is one word, the others are arguments."""
    entrypoint = new.entrypoint or ()
    words = () if _hidden_command(new) else (*entrypoint[1:], *(new.command or ()))
    option = [] if new.entrypoint is None else [f"--entrypoint {shlex.quote(next(iter(entrypoint), ''))}"]
    return [*option, shlex.quote(new.image), *map(shlex.quote, words)]


def _hidden_command(new: Replacement) -> bool:
    return any(holds_hidden(word) for word in (*(new.entrypoint or ()), *(new.command or ())))


def _notes(container: Container, new: Replacement) -> Iterable[str]:
    lost = [*_lost(new), *(container.unsupported_options or ())]
    if "AutoRemove" in lost:
        yield "The old container was started with --rm: stopping it deletes it."
    if container.overrides is None or container.unsupported_options is None:
        yield "User, working directory and command are the image's; further options were not looked at."
    if lost:
        yield f"Not carried over: {', '.join(lost)}."


def _lost(new: Replacement) -> Iterable[str]:
    for variable in new.environment:
        if not (_exportable(variable) if _is_hidden(variable) else printable(variable.value)):
            yield f"{variable.name} (its value cannot be printed)"
    for option in new.options:
        if holds_hidden(option):
            yield f"{option.partition('=')[0]} (it holds a hidden value)"
    if not all(map(_showable, new.labels)):
        yield "labels whose names cannot be printed"
    if _hidden_command(new):
        yield "the command (it holds a hidden value)"


# ---- afterwards ------------------------------------------------------------------------------------------------------


def _record(container: Container, facts: Facts, docker: str) -> Iterable[ReportStep]:
    """The daemon stops the container whose id stands in its file, not the one of that name."""
    if isinstance(facts.data_dir, DataDir) and facts.data_dir.recorded_id == container.id:
        file = _path(f"{facts.data_dir.path.rstrip('/')}/{facts.data_dir.id_file}")
        name = shlex.quote(container.name)
        yield ReportStep(
            title="Tell the Stigmer daemon which container it is now:",
            commands=(f"{docker} inspect --format '{{{{.Id}}}}' {name} |\n  tr -d '\\n' > {file}",),
            notes=("When it starts the container again, it does so with its own settings: upgrade it as well.",),
        )


def _path(path: str) -> str:
    """Quoted, but for the `~/` that the shell is to replace."""
    return f"~/{shlex.quote(path[2:])}" if path.startswith("~/") else shlex.quote(path)

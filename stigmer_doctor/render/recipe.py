"""The recipe that recreates a plain container with the changes, and keeps the old one beside it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from stigmer_doctor.analysis.replacement import Replacement, ReplacementNetwork, replacement
from stigmer_doctor.lean_objects import compiled_later
from stigmer_doctor.model.changes import Changes
from stigmer_doctor.model.container import RUN_FLAGS, RUN_OPTIONS
from stigmer_doctor.model.facts import Container, DataDir, Facts, Mount, Variable
from stigmer_doctor.render.clean import holds_hidden, printable
from stigmer_doctor.render.step import ReportStep
from stigmer_doctor.rules.commands import Output, command, continued, export, in_turn, into_file, option

_EXPORTABLE = compiled_later(r"[A-Za-z_][A-Za-z0-9_]*")
_ENVIRONMENT = "{{range .Config.Env}}{{println .}}{{end}}"


def steps(container: Container, wanted: Changes, facts: Facts, docker: Sequence[str]) -> tuple[ReportStep, ...]:
    """Hidden values first, then the recreation, then the daemon's record of the id."""
    new = replacement(container, wanted, facts)
    run = ReportStep(
        title=f"Recreate the container: {'; '.join(_summary(container, wanted))}. The old one is kept as "
        f"{container.name}.before, with all that was written in it outside its mounts.",
        commands=(_recreate(new, docker),),
        notes=tuple(_notes(container, new)),
    )
    return (*_secrets(new, docker), run, *_record(container, facts, docker))


def way_back(container: Container, docker: Sequence[str]) -> tuple[ReportStep, ...]:
    """How to go back to the old container, and how to remove it."""
    name, before = container.name, f"{container.name}.before"
    back = in_turn(
        command(*docker, "rm", "-f", operands=(name,)),
        command(*docker, "rename", operands=(before, name)),
        command(*docker, "start", operands=(name,)),
    )
    return (
        ReportStep(title="If it did not, go back:", commands=(back,)),
        ReportStep(
            title="When all is well, remove the old container:", commands=(command(*docker, "rm", operands=(before,)),)
        ),
    )


def _recreate(new: Replacement, docker: Sequence[str]) -> str:
    before, name = f"{new.name}.before", new.name
    options = [("--name", name), *_options(new)]
    given = [command(*option(*words) if len(words) == 2 else words) for words in options]
    run = continued(command(*docker, "run", "-d"), *given, *_labels(new, before, docker), *_what_runs(new), indent=4)
    # Stopped first: an engine fails to rename a container that it is just restarting.
    return in_turn(
        command(*docker, "stop", operands=(name,)),
        command(*docker, "rename", operands=(name, before)),
        run,
        *(_connect(network, name, docker) for network in new.networks[1:]),
    )


def _connect(network: ReplacementNetwork, name: str, docker: Sequence[str]) -> str:
    aliases = [word for alias in network.aliases for word in option("--alias", alias)]
    return command(*docker, "network", "connect", *aliases, operands=(network.name, name))


def _summary(container: Container, wanted: Changes) -> Iterable[str]:
    if wanted.network:
        yield f"network {container.network_mode} becomes {wanted.network}"
    for name, value in wanted.variables.items():
        yield f"without {name}" if value is None else f"{name}={value}"
    for name, target in wanted.hosts.items():
        yield f"{name} leads to {target}"


# ---- environment -----------------------------------------------------------------------------------------------------


def _secrets(new: Replacement, docker: Sequence[str]) -> Iterable[ReportStep]:
    """Values that are hidden here are taken from the container, and pass through nobody's eyes or arguments."""
    names = [variable.name for variable in new.environment if _is_hidden(variable) and _exportable(variable)]
    inspect = continued(command(*docker, "inspect"), command("--format", _ENVIRONMENT), command(operands=(new.name,)))
    if names:
        yield ReportStep(
            title="Export the values that are hidden here, from the container as it is:",
            commands=tuple(export(name, inspect) for name in names),
        )


def _exportable(variable: Variable) -> bool:
    return bool(_EXPORTABLE.fullmatch(variable.name))


def _is_hidden(variable: Variable) -> bool:
    return variable.hidden or holds_hidden(variable.value)


def _environment(new: Replacement) -> Iterable[tuple[str, str]]:
    for variable in new.environment:
        if _is_hidden(variable):
            if _exportable(variable):
                yield "-e", variable.name
        elif printable(variable.value):
            yield "-e", f"{variable.name}={variable.value}"


# ---- the other options -----------------------------------------------------------------------------------------------


def _options(new: Replacement) -> Iterable[tuple[str, ...]]:
    """Options with their values, and those that the collector has written as one word."""
    if new.restart_policy != "no":
        yield "--restart", new.restart_policy
    if new.network_mode != "bridge":
        yield "--network", new.network_mode
    for alias in new.networks[0].aliases if new.networks else ():
        yield "--network-alias", alias
    for name, target in new.extra_hosts:
        yield "--add-host", f"{name}:{target}"
    if new.hostname:
        yield "--hostname", new.hostname
    if new.user is not None:
        yield "--user", new.user
    if new.working_dir is not None:
        yield "--workdir", new.working_dir
    yield from ((word,) for word in new.options if _is_option(word))
    yield from (_mount(mount) for mount in new.mounts)
    yield from _environment(new)


def _is_option(word: str) -> bool:
    """Anything else would be the image, or an option that nobody collected: a snapshot may say anything."""
    name, separator, _ = word.removeprefix("--").partition("=")
    known = name in (RUN_OPTIONS if separator else RUN_FLAGS)
    return known and word.startswith("--") and not holds_hidden(word)


def _mount(mount: Mount) -> tuple[str, str]:
    if mount.type == "tmpfs":
        return "--tmpfs", mount.destination
    if mount.type in ("bind", "volume"):
        return "-v", f"{mount.source}:{mount.destination}{'' if mount.writable else ':ro'}"
    parts = [f"type={mount.type}", f"source={mount.source}", f"target={mount.destination}"]
    return "--mount", ",".join(parts if mount.writable else [*parts, "readonly"])


def _labels(new: Replacement, before: str, docker: Sequence[str]) -> Iterable[str]:
    """With the values that the old container has, which is renamed by then."""
    import json  # few labels are anybody's own

    for name in filter(_showable, new.labels):
        value = f"{{{{index .Config.Labels {json.dumps(name)}}}}}"
        inspect = command(*docker, "inspect", "--format", value, operands=(before,))
        words = option("--label", f"{name}=")
        yield command(*words[:-1], Output(before=words[-1], command=inspect))


def _showable(name: str) -> bool:
    return printable(name) and not holds_hidden(name)


def _what_runs(new: Replacement) -> list[str]:
    """The image, and what else decides about the program: an entrypoint is one word, the others are arguments."""
    entrypoint = new.entrypoint or ()
    words = () if _hidden_command(new) else (*entrypoint[1:], *(new.command or ()))
    begins = [] if new.entrypoint is None else [command(*option("--entrypoint", next(iter(entrypoint), "")))]
    return [*begins, command(operands=(new.image,)), *map(command, words)]


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
    for word in new.options:
        if holds_hidden(word):
            yield f"{word.partition('=')[0]} (it holds a hidden value)"
        elif not _is_option(word):
            yield f"{word} (it is not an option)"
    if not all(map(_showable, new.labels)):
        yield "labels whose names cannot be printed"
    if _hidden_command(new):
        yield "the command (it holds a hidden value)"


# ---- afterwards ------------------------------------------------------------------------------------------------------


def _record(container: Container, facts: Facts, docker: Sequence[str]) -> Iterable[ReportStep]:
    """The daemon stops the container whose id stands in its file, not the one of that name."""
    if isinstance(facts.data_dir, DataDir) and facts.data_dir.recorded_id == container.id:
        file = f"{facts.data_dir.path.rstrip('/')}/{facts.data_dir.id_file}"
        inspect = command(*docker, "inspect", "--format", "{{.Id}}", operands=(container.name,))
        yield ReportStep(
            title="Tell the Stigmer daemon which container it is now:",
            commands=(into_file(inspect, file, two_lines=True),),
            notes=("When it starts the container again, it does so with its own settings: upgrade it as well.",),
        )

"""What to change in a compose file: compose itself must recreate its container, or the file and it disagree."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from stigmer_doctor.model.changes import Changes
from stigmer_doctor.model.facts import Compose
from stigmer_doctor.render.step import ReportStep
from stigmer_doctor.rules.commands import command, continued, option


def steps(owner: Compose, wanted: Changes, docker: Sequence[str]) -> tuple[ReportStep, ...]:
    """The lines to change, and the command that makes compose apply them."""
    files = " or ".join(owner.config_files) or "the compose file"
    return (
        ReportStep(title=f"Change the service {owner.service} in {files}:", lines=tuple(_lines(wanted))),
        ReportStep(title="Let compose recreate the container:", commands=(_up(owner, docker),)),
    )


def _lines(wanted: Changes) -> Iterable[str]:
    if wanted.network == "bridge":
        yield 'remove  network_mode: "host"'
    elif wanted.network:
        yield f"set     network_mode: {_scalar(wanted.network)}, and remove networks: and ports:"
    for name, value in wanted.variables.items():
        if value is None:
            yield f"remove  environment: {name}"
        else:
            yield f"set     environment: {name}: {_scalar(value)}"
    for name, target in wanted.hosts.items():
        yield f"add     extra_hosts: {_scalar(f'{name}:{target}')}"


def _scalar(value: str) -> str:
    """A double-quoted YAML scalar; compose reads a `$` as a variable unless it is doubled."""
    import json  # only where there is something to write for compose

    return json.dumps(value, ensure_ascii=False).replace("$", "$$")


def _up(owner: Compose, docker: Sequence[str]) -> str:
    options = [command(*option("-f", file)) for file in owner.config_files]
    # Without it, compose takes the first file's directory.
    if owner.working_dir and owner.config_files and not _is_folder_of(owner.working_dir, owner.config_files[0]):
        options.append(command(*option("--project-directory", owner.working_dir)))
    options.append(command(*option("-p", owner.project)))
    return continued(command(*docker, "compose"), *options, command("up", "-d", operands=(owner.service,)))


def _is_folder_of(folder: str, file: str) -> bool:
    return file.replace("\\", "/").rpartition("/")[0] == folder.replace("\\", "/").rstrip("/")

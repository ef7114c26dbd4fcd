"""The compose tool of this machine, run as the user would run it: `docker compose`, else `docker-compose`."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from stigmer_doctor.model.container import Compose
from stigmer_doctor.model.engine import EngineSearch
from stigmer_doctor.model.errors import DoctorError
from stigmer_doctor.model.ports import Redactor

_TOOLS = (("docker", "compose"), ("docker-compose",))
_ASKED_WITHIN_S, _DONE_WITHIN_S = 30, 180
_LONGEST = 400


class _Tool(NamedTuple):
    argv: tuple[str, ...]
    version: str


class LocalCompose:
    """Implements ComposeTool. `engine` says which engine was diagnosed: the tool is to work on the same one."""

    def __init__(self, environ: Mapping[str, str], engine: Callable[[], EngineSearch], redactor: Redactor) -> None:
        self._given, self._engine, self._redactor = environ, engine, redactor
        self._found: list[_Tool] | None = None

    def check(self, owner: Compose) -> str:
        tool = self._tool(owner)
        if tool is None:
            return "neither `docker compose` nor `docker-compose` can be run here"
        if not owner.hash or tool.version != owner.version:
            return ""  # another version makes another hash of the same service
        said = self._run([*tool.argv, *_project(owner), "config", "--hash", owner.service], _ASKED_WITHIN_S)
        if said.split()[-1:] != [owner.hash]:
            return (
                "its compose file was changed since the container was created: recreating it would change more than is "
                "planned. Let compose recreate it first"
            )
        return ""

    def up(self, owner: Compose) -> None:
        tool = self._tool(owner)
        if tool is None:
            raise DoctorError("neither `docker compose` nor `docker-compose` can be run here")
        options = ["up", "--detach", "--no-deps", "--no-build", owner.service]
        self._run([*tool.argv, *_project(owner), *options], _DONE_WITHIN_S)

    def _tool(self, owner: Compose) -> _Tool | None:
        """The one of the same major version that created the container, else the first one."""
        if self._found is None:
            self._found = [tool for argv in _TOOLS if (tool := self._asked(argv))]
        major = owner.version.partition(".")[0]
        same = (program for program in self._found if program.version.partition(".")[0] == major)
        return next(same, self._found[0] if self._found else None)

    def _asked(self, argv: tuple[str, ...]) -> _Tool | None:
        try:
            version = self._run([*argv, "version", "--short"], _ASKED_WITHIN_S).strip().removeprefix("v")
        except DoctorError:
            return None
        return _Tool(argv, version)

    def _run(self, argv: Sequence[str], within: int) -> str:
        environ = _environment(self._given, self._engine())
        try:
            done = subprocess.run(  # noqa: S603 - the user's own compose, without a shell
                argv,
                env=environ,
                capture_output=True,
                encoding="utf-8",
                errors="replace",
                timeout=within,
                check=False,
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise DoctorError(f"{' '.join(argv[:2])} could not be run: {type(error).__name__}") from error
        if done.returncode:
            clean = self._redactor.text(done.stderr, "errors")
            lines = [line.strip() for line in clean.splitlines() if line.strip()]
            said = " ".join(lines[-3:])[:_LONGEST]
            raise DoctorError(f"compose failed: {said or f'exit code {done.returncode}'}")
        return done.stdout


def _project(owner: Compose) -> list[str]:
    options = [word for file in owner.config_files for word in ("-f", file)]
    options += [word for file in owner.environment_files for word in ("--env-file", file)]
    if owner.working_dir:
        options += ["--project-directory", owner.working_dir]
    return [*options, "-p", owner.project]


def _environment(environ: Mapping[str, str], search: EngineSearch) -> dict[str, str]:
    """With what `--host` or `--context` said; what the environment or the current context say is in force anyway."""
    if search.source == "--host":
        return {**environ, "DOCKER_HOST": search.endpoint}
    if search.source == "--context":
        return {
            **{name: value for name, value in environ.items() if name != "DOCKER_HOST"},
            "DOCKER_CONTEXT": search.context,
        }
    return dict(environ)

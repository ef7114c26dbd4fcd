"""What the commands write about a planted runner, and which canaries are in it."""

from __future__ import annotations

import contextlib
import io
import json
import os
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple
from unittest import mock

from msgspec.structs import replace

from stigmer_doctor.adapters.probe import container_probe
from stigmer_doctor.cli import composition, main
from stigmer_doctor.model.engine_ports import Channel
from stigmer_doctor.model.errors import Refused
from stigmer_doctor.render.formats import FORMATS
from tests import fakes
from tests.canaries.planted import Planted
from tests.fix.world import OLD, READY, Clients, World

_HEALTHY = Path(__file__).parents[2] / "fixtures" / "snapshots" / "healthy.json"


@dataclass
class Watched(World):
    """Remembers how programs are started."""

    started: list[str] = field(default_factory=list)

    def execute(self, container_id: str, argv: list[str]) -> Channel:
        self.started.append(" ".join(argv))
        return super().execute(container_id, argv)


class Outcome(NamedTuple):
    """What a command wrote where."""

    channel: str
    text: str


def outcomes(planted: Planted) -> list[Outcome]:
    """Everything that every command writes of it."""
    with tempfile.TemporaryDirectory() as folder:
        return [*reports(planted), *tickets(planted), *_fixes(planted, Path(folder)), *_refused(planted)]


def reports(planted: Planted, formats: Iterable[str] = tuple(FORMATS["report"])) -> list[Outcome]:
    """A snapshot, and its report in every format."""
    with tempfile.TemporaryDirectory() as folder:
        return list(_reports(planted, Path(folder), formats))


def tickets(planted: Planted) -> list[Outcome]:
    """A ticket with its files, and what is different from a healthy runner."""
    with tempfile.TemporaryDirectory() as folder:
        written = _run(planted, "ticket", folder)
        files = sorted(Path(folder).iterdir())
        written += [Outcome(f"ticket file {path.suffix}", path.read_text("utf-8")) for path in files]
        for name in FORMATS["diff"]:
            written += _run(planted, "diff", str(_HEALTHY), str(files[0]), "--format", name)
    return [Outcome(f"ticket, {channel}", text) for channel, text in written]


def planned(planted: Planted) -> list[Outcome]:
    """What a dry run of `fix` writes."""
    return _run(planted, "fix", "--dry-run", "--format", "json")


def _reports(planted: Planted, folder: Path, formats: Iterable[str]) -> Iterator[Outcome]:
    file = folder / "snapshot.json"
    yield from _run(planted, "snapshot", str(file))
    assert "Worker ready" in file.read_text("utf-8")  # what was not collected cannot leak
    yield Outcome("snapshot file", file.read_text("utf-8"))
    for name in formats:
        for outcome in _run(planted, "check", *planted.options, "--snapshot", str(file), "--format", name):
            yield outcome._replace(channel=f"{name}, {outcome.channel}")


_FIXING = (
    ["fix", "--dry-run", "--format", "json"],
    ["fix", "--dry-run"],
    ["fix", "--yes", "--wait", "1"],
    ["undo", "--list"],
    ["undo", "--yes"],
)


def _fixes(planted: Planted, folder: Path) -> Iterator[Outcome]:
    environ = {"XDG_STATE_HOME": str(folder), "HOME": str(folder)}
    world = _world(planted)
    (folder / ".stigmer" / "data").mkdir(parents=True)
    for words in _FIXING:
        for outcome in _run(planted, *words, environ=environ, world=world):
            yield outcome._replace(channel=f"{' '.join(words[:2])}, {outcome.channel}")
        for path in folder.rglob("stigmer-doctor/*"):
            yield Outcome("state folder", f"{path.name} {_without_description(path.read_text('utf-8'))}")
    yield Outcome("process arguments", "\n".join(world.started))


def _without_description(text: str) -> str:
    """A journal but for the container's own description: nothing else puts the container back."""
    try:
        journal = dict(json.loads(text))
    except (ValueError, TypeError):
        return text
    return json.dumps({key: value for key, value in journal.items() if key not in ("old", "body")})


_COMMANDS = {"describe": ("topology",), "containers": ("check",), "container": ("fix",)}
"""What to run where a call is refused."""
_CALLS = tuple(_COMMANDS)


def _refused(planted: Planted) -> Iterator[Outcome]:
    """An engine that repeats secrets in its error."""
    for method, words in zip(_CALLS * len(planted.refusals), planted.refusals, strict=False):
        world = _world(planted)
        world.fail[method] = Refused(f"the engine refused: {words}")
        for command in _COMMANDS[method]:
            for outcome in _run(planted, command, world=world):
                yield outcome._replace(channel=f"{command} refused, {outcome.channel}")


def _world(planted: Planted) -> Watched:
    log = b"".join(b"2026-01-22T03:20:00.000Z " + line.encode() + b"\n" for line in planted.log)
    return Watched(inspect={OLD: json.loads(json.dumps(planted.raw))}, log=log + READY)


def _run(planted: Planted, *argv: str, environ: Mapping[str, str] = {}, world: Watched | None = None) -> list[Outcome]:
    """A command on the fakes, through the command line and all that it prints."""
    found = world or _world(planted)
    ports = fakes.ports(fakes.FakeSource(found), clients=Clients(world=found))
    ports = replace(ports, probe_command=container_probe.command)

    @contextlib.contextmanager
    def collecting(*_: object, **__: object) -> Iterator[Any]:
        with composition._clean_errors(ports.redactor):
            yield fakes.collect_options(), ports

    out, err = io.BytesIO(), io.StringIO()
    stdout = io.TextIOWrapper(out, "utf-8")
    patched = mock.patch.object(composition, "collecting", collecting)
    home = mock.patch.dict(os.environ, {"HOME": environ.get("HOME", "/nonexistent")})
    with patched, home, contextlib.redirect_stdout(stdout), contextlib.redirect_stderr(err):
        main.main(argv, environ)
        stdout.flush()
    return [Outcome("stdout", out.getvalue().decode()), Outcome("stderr", err.getvalue())]


def leaks(planted: Planted, written: list[Outcome]) -> set[tuple[str, str]]:
    """Which canary is shown in which channel."""
    return {
        (canary.name, outcome.channel)
        for outcome in written
        for canary in planted.canaries
        if any(form in outcome.text for form in canary.shown())
    }

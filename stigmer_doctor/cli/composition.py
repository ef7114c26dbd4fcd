"""The composition root: the one module that builds real adapters.

What it builds it imports where it builds it: loading the libraries overlaps with what the engine and the services do.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence

from stigmer_doctor import lean_imports
from stigmer_doctor.adapters.clients.clients import ProtocolClients
from stigmer_doctor.cli.collect_options import (
    asks_services,
    collect_options,
    in_cluster,
    only_source,
    refuse_contradictions,
)
from stigmer_doctor.model.errors import DoctorError, UsageError

TYPE_CHECKING = False  # as in `cli.main`
if TYPE_CHECKING:
    from typing import Any

    from stigmer_doctor.adapters.files.passes import KeptPasses
    from stigmer_doctor.collect.options import CollectOptions, EngineSource, Ports
    from stigmer_doctor.fix.run import Fixer
    from stigmer_doctor.fleet.worker import FleetMachine
    from stigmer_doctor.model.fixes import Plan
    from stigmer_doctor.model.ports import Json, Redactor, UserMachine
    from stigmer_doctor.model.profile import Profile
    from stigmer_doctor.model.server_tools import ServerTool
    from stigmer_doctor.model.tickets import Tracker


_SWITCHES_AFTER_S = 0.0005
"""A thread that loads libraries is not to keep one waiting that asks: the usual 5 ms count at every step."""


@contextlib.contextmanager
def collecting(
    options: argparse.Namespace,
    environ: Mapping[str, str],
    *,
    progress: Callable[[str], None] = lambda _: None,
    meanwhile: Callable[[], None] = lambda: None,
) -> Iterator[tuple[CollectOptions, Ports]]:
    """What to collect, and the ports to collect it through. `progress` is told each step, and "" at the end;
    `meanwhile` is done while the container is waited for."""
    clients = ProtocolClients()
    try:
        sys.setswitchinterval(_SWITCHES_AFTER_S)
        if asks_services(options):
            clients.warm_up()  # first of all: its libraries load on another core while this process loads its own
        lean_imports.msgspec_untried()
        wanted, ports = _assembled(options, environ, clients, progress, meanwhile)
        with _clean_errors(ports.redactor):
            yield wanted, ports
    finally:
        clients.close()
        progress("")


def _assembled(
    options: argparse.Namespace,
    environ: Mapping[str, str],
    clients: ProtocolClients,
    progress: Callable[[str], None],
    meanwhile: Callable[[], None],
) -> tuple[CollectOptions, Ports]:
    """The same, with every adapter built."""
    refuse_contradictions(options, environ)
    engine = None if in_cluster(options) else _engine(options, environ)
    from pathlib import Path

    from stigmer_doctor import profile
    from stigmer_doctor.adapters.files.source_files import SourceTree, checkout

    known = profile.load()
    wanted = collect_options(options, known, lambda: checkout(Path.cwd(), known.source_markers))
    from stigmer_doctor.adapters.files.gofmt import gofmt
    from stigmer_doctor.adapters.probe import container_probe
    from stigmer_doctor.collect.options import Ports
    from stigmer_doctor.lean_objects import made_later

    ports = Ports(
        engine=engine or _cluster(options, environ, known),
        user=made_later(_machine),
        clients=clients,
        probe_command=container_probe.command,
        start_probe=container_probe.PodProbe if in_cluster(options) else container_probe.Probe,
        read_contract=_read_contract,
        redactor=made_later(lambda: _redactor(known)),
        source=SourceTree(wanted.source),
        gofmt=gofmt,
        profile=known,
        now=_now,
        progress=progress,
        meanwhile=meanwhile,
    )
    return wanted, ports


def _engine(options: argparse.Namespace, environ: Mapping[str, str]) -> EngineSource:
    """The engine that the options name. A check connects while it loads the rest: what it asks first is loaded before
    all else."""
    from stigmer_doctor.adapters.docker.named_engine import NamedEngine

    engine = NamedEngine(options.host, options.context, environ)
    if options.command == "check" and not only_source(options):
        engine.connect()
    return engine


def _redactor(known: Profile) -> Redactor:
    """What hides secrets: not needed before the engine was asked."""
    from stigmer_doctor.redaction.redactor import SecretRedactor

    return SecretRedactor(known.shown_variables, known.vocabulary)


def _machine() -> UserMachine:
    """This machine: looked at while the container is waited for."""
    from stigmer_doctor.adapters.machine.user_machine import LocalMachine

    return LocalMachine()


def _cluster(options: argparse.Namespace, environ: Mapping[str, str], known: Profile) -> EngineSource:
    """The cluster that the options name."""
    from stigmer_doctor.adapters.kubernetes.named_cluster import NamedCluster

    return NamedCluster(
        options.kube_context or "",
        options.namespace or "",
        environ,
        images=known.images,
        names=known.compose_services,
        interpreters=known.interpreters,
        debug=options.debug_container,
    )


@contextlib.contextmanager
def fixing(
    options: argparse.Namespace,
    environ: Mapping[str, str],
    say: Callable[[str], None],
    show: Callable[[Plan], None],
    progress: Callable[[str], None] = lambda _: None,
) -> Iterator[Fixer]:
    """A fix. `say` prints a line, `show` a plan; `progress` is told each step, and "" at the end."""
    with collecting(options, environ, progress=progress) as (wanted, ports):
        from stigmer_doctor.adapters.docker.compose_tool import LocalCompose
        from stigmer_doctor.adapters.files.git import uncommitted
        from stigmer_doctor.adapters.files.local_files import LocalFiles
        from stigmer_doctor.adapters.files.state import StateFolder
        from stigmer_doctor.fix.context import FixContext
        from stigmer_doctor.fix.run import Fixer

        yield Fixer(
            FixContext(
                collect_options=wanted,
                ports=ports,
                state=StateFolder(environ),
                files=LocalFiles(),
                uncommitted=uncommitted,
                compose=LocalCompose(environ, ports.engine.search, ports.redactor),
                say=lambda line: say(ports.redactor.text(line, "messages")),
                show=lambda plan: show(ports.redactor.sweep(plan)),
            )
        )


def kept_passes(environ: Mapping[str, str]) -> KeptPasses:
    """The snapshots of checks that passed."""
    from stigmer_doctor.adapters.files.passes import KeptPasses

    return KeptPasses(environ)


def keep_modules() -> None:
    """Keep what this process has loaded, so that the next loads it faster. Raises OSError and SyntaxError."""
    from pathlib import Path

    from stigmer_doctor import lean_modules
    from stigmer_doctor.adapters.files.atomic import replace_file

    place = Path(lean_modules.PLACE)
    if not sys.dont_write_bytecode and os.access(place.parent, os.W_OK):
        replace_file(place, lean_modules.whole(), 0o644, durable=False)


def tracker(repository: str, environ: Mapping[str, str]) -> Tracker | None:
    """The repository's issues; None where there is no program to file them with."""
    from stigmer_doctor.adapters.tickets.github import github

    return github(repository, environ)


def copy(text: str, environ: Mapping[str, str]) -> str:
    """Copy to the user's clipboard; what did it, "" where nothing could."""
    from stigmer_doctor.adapters.tickets import clipboard

    return clipboard.copy(text, environ, sys.stderr)


def open_page(address: str, environ: Mapping[str, str], agreed: Callable[[], bool]) -> bool:
    """Whether the user's browser was told to open it: where there is one, and the user agreed."""
    from stigmer_doctor.adapters.tickets import browser

    return browser.has_browser(environ) and agreed() and browser.open_page(address)


def serve(
    tools: Sequence[ServerTool],
    words: Callable[[str, Mapping[str, Any]], list[str]],
    environ: Mapping[str, str],
    instructions: str,
) -> None:
    """Offer the tools to the program that started this one; `words` are the command line of a call. Raises UsageError
    where the SDK is not installed."""
    from importlib.util import find_spec

    if find_spec("mcp") is None:
        raise UsageError(
            "the server needs the extra mcp: install stigmer-doctor[mcp] in place of stigmer-doctor, in a clone with "
            "pipx install '.[mcp]'"
        )
    from stigmer_doctor import __version__
    from stigmer_doctor.adapters.mcp import own_command, server

    server.serve(
        tools, lambda name, given: own_command.document(words(name, given), environ), __version__, instructions
    )


def machine(name: str, words: Sequence[str], environ: Mapping[str, str]) -> FleetMachine:
    """What a worker of a fleet has of this machine; `words` are the options of its checks."""
    from functools import partial

    from stigmer_doctor.adapters.files import last_verdict
    from stigmer_doctor.adapters.mcp import own_command
    from stigmer_doctor.fleet.worker import FleetMachine

    return FleetMachine(
        name=name,
        take=lambda: own_command.document(["snapshot", "-", *words], environ).encode(),
        keep=partial(last_verdict.save, name, environ=environ),
    )


def cleaned(error: DoctorError) -> str:
    """What an error says that came from another program, without secrets."""
    from stigmer_doctor import profile

    return _redactor(profile.load()).error(error)


@contextlib.contextmanager
def _clean_errors(redactor: Redactor) -> Iterator[None]:
    """What ends a command is printed, and may hold what an engine or a program said."""
    try:
        yield
    except DoctorError as error:
        error.args = (redactor.error(error),)
        raise


def _read_contract(files: dict[str, bytes]) -> Json:
    """Few checks read code on this machine, so that the reader is imported by those alone."""
    from stigmer_doctor.probe.contract import read_contract

    return read_contract(files)


def _now() -> str:
    import datetime as dt

    from stigmer_doctor.analysis.moments import written

    return written(dt.datetime.now(dt.UTC))


def load_the_rest() -> None:
    """Import what looking from inside, listing sockets, judging, printing and keeping need, in this order."""
    from stigmer_doctor.collect import looking  # isort: split
    from stigmer_doctor import judge, snapshot
    from stigmer_doctor.adapters.files import passes
    from stigmer_doctor.adapters.machine import listeners
    from stigmer_doctor.render import text
    from stigmer_doctor.rules import registry

    _ = (looking, judge, listeners, registry, text, passes, snapshot)

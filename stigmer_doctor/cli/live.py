"""Builds the real adapters and collects: the composition root of everything that is live."""

from __future__ import annotations

import argparse
import contextlib
import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from stigmer_doctor.adapters.clients.clients import ProtocolClients
from stigmer_doctor.cli import output
from stigmer_doctor.model.errors import UsageError

if TYPE_CHECKING:
    from stigmer_doctor.collect.options import CollectOptions, Ports
    from stigmer_doctor.fix.run import Fixer
    from stigmer_doctor.model.facts import Facts
    from stigmer_doctor.model.fixes import Plan
    from stigmer_doctor.model.ports import Json
    from stigmer_doctor.model.profile import Profile
    from stigmer_doctor.model.survey import Survey


def gather(
    options: argparse.Namespace, environ: Mapping[str, str], meanwhile: Callable[[], None] = lambda: None
) -> Facts:
    """The facts of the container that the options name. `meanwhile` is done while the container is waited for."""
    clients = ProtocolClients()
    show = output.progress()
    try:
        if not options.passive and not only_source(options):
            clients.warm_up()  # first of all: its libraries load on another core while this process loads its own
        return _gather(options, environ, clients, show, meanwhile)
    finally:
        clients.close()
        show("")


def _gather(
    options: argparse.Namespace,
    environ: Mapping[str, str],
    clients: ProtocolClients,
    show: Callable[[str], None],
    meanwhile: Callable[[], None],
) -> Facts:
    from stigmer_doctor import app, profile

    known = profile.load()
    ports = _ports(options, environ, known, clients, show, meanwhile)
    return app.gather(_collect_options(options, known), ports)


def survey(options: argparse.Namespace, environ: Mapping[str, str]) -> Survey:
    """The ways from containers to this machine, measured with throwaway containers."""
    from stigmer_doctor import app, profile

    known = profile.load()
    show = output.progress()
    try:
        ports = _ports(options, environ, known, ProtocolClients(), show, lambda: None)
        return app.survey(_collect_options(options, known), ports, options.image or "")
    finally:
        show("")


@contextlib.contextmanager
def repairing(
    options: argparse.Namespace, environ: Mapping[str, str], say: Callable[[str], None], show: Callable[[Plan], None]
) -> Iterator[Fixer]:
    """A repair with the real adapters."""
    from stigmer_doctor import profile
    from stigmer_doctor.adapters.docker.compose_tool import LocalCompose
    from stigmer_doctor.adapters.files.git import uncommitted
    from stigmer_doctor.adapters.files.state import LocalFiles, State
    from stigmer_doctor.fix.context import FixContext
    from stigmer_doctor.fix.run import Fixer

    known = profile.load()
    clients = ProtocolClients()
    try:
        if not only_source(options):
            clients.warm_up()
        ports = _ports(options, environ, known, clients, lambda _: None, lambda: None)
        yield Fixer(
            FixContext(
                collect_options=_collect_options(options, known),
                ports=ports,
                state=State(environ),
                files=LocalFiles(),
                uncommitted=uncommitted,
                compose=LocalCompose(environ, ports.engine.search, ports.redactor),
                say=say,
                show=show,
            )
        )
    finally:
        clients.close()


def _collect_options(options: argparse.Namespace, known: Profile) -> CollectOptions:
    from stigmer_doctor import __version__
    from stigmer_doctor.collect.options import CollectOptions

    source = _source(options, known)
    return CollectOptions(
        container=options.container or known.container_name,
        data_dir=options.data_dir or known.data_dir,
        tool_version=__version__,
        passive=getattr(options, "passive", False),
        timeout=options.timeout,
        source=source,
        compose=_compose(options, source),
        engine=not only_source(options),
    )


def only_source(options: argparse.Namespace) -> bool:
    """Whether only rules about source files are selected: they need no engine."""
    from stigmer_doctor.rules.codes import about_source

    codes = getattr(options, "select", ())
    return bool(codes) and all(map(about_source, codes))


def _source(options: argparse.Namespace, known: Profile) -> str:
    """The source tree that was named, or the checkout in which the doctor was started."""
    from stigmer_doctor.adapters.files.source_files import checkout

    if options.source and not Path(options.source).expanduser().is_dir():
        raise UsageError(f"{options.source} is no folder: --source takes a Stigmer checkout")
    # As an absolute path: what compose wrote into labels is compared with it.
    named = str(Path(options.source).expanduser().absolute()) if options.source else ""
    return named or checkout(Path.cwd(), known.source_markers)


def _compose(options: argparse.Namespace, source: str) -> tuple[str, ...]:
    """The compose files that were named; relative names are relative to the working directory, not to the tree."""
    for file in options.compose:
        try:
            Path(file).expanduser().open("rb").close()
        except OSError as error:
            raise UsageError(f"cannot read {file}: {error.strerror or error}") from error
    return tuple(str(Path(file).absolute()) if source else file for file in options.compose)


def _ports(
    options: argparse.Namespace,
    environ: Mapping[str, str],
    known: Profile,
    clients: ProtocolClients,
    show: Callable[[str], None],
    meanwhile: Callable[[], None],
) -> Ports:
    from stigmer_doctor.adapters.files.gofmt import gofmt
    from stigmer_doctor.adapters.files.source_files import SourceTree
    from stigmer_doctor.adapters.machine.user_machine import LocalMachine
    from stigmer_doctor.adapters.probe import container_probe
    from stigmer_doctor.cli.engine import NamedEngine
    from stigmer_doctor.collect.options import Ports
    from stigmer_doctor.redact import SecretRedactor

    return Ports(
        engine=NamedEngine(options.host, options.context, environ),
        user=LocalMachine(),
        clients=clients,
        probe_command=container_probe.command,
        start_probe=container_probe.Probe,
        read_contract=_read_contract,
        redactor=SecretRedactor(known.shown_variables, (known.container_name, *known.images, *known.host_aliases)),
        source=SourceTree(_source(options, known)),
        gofmt=gofmt,
        profile=known,
        now=_now,
        progress=show,
        meanwhile=meanwhile,
    )


def _read_contract(files: dict[str, bytes]) -> Json:
    """Few checks read code on this machine, so that the reader is imported by those alone."""
    from stigmer_doctor.probe.contract import read_contract

    return read_contract(files)


def _now() -> str:
    return dt.datetime.now(dt.UTC).isoformat(timespec="seconds").replace("+00:00", "Z")

"""Builds the real adapters and collects: the composition root of everything that is live."""

from __future__ import annotations

import argparse
import datetime as dt
from collections.abc import Mapping
from pathlib import Path

from stigmer_doctor import __version__, app, profile
from stigmer_doctor.adapters import container_probe, engine_search
from stigmer_doctor.adapters.clients import ProtocolClients
from stigmer_doctor.adapters.engine_address import Address
from stigmer_doctor.adapters.user_machine import LocalMachine
from stigmer_doctor.cli import output
from stigmer_doctor.collect.question import Outside, Question
from stigmer_doctor.model.errors import EngineError
from stigmer_doctor.model.facts import EngineSearch, Facts
from stigmer_doctor.model.ports import EngineClient
from stigmer_doctor.probe.contract import read_contract
from stigmer_doctor.redact import SecretRedactor


def gather(options: argparse.Namespace, environ: Mapping[str, str]) -> Facts:
    """The facts of the container that the options name."""
    known = profile.load()
    question = Question(
        container=options.container or known.container_name,
        data_dir=options.data_dir or known.data_dir,
        tool_version=__version__,
        passive=options.passive,
        timeout=options.timeout,
    )
    show = output.progress()
    outside = Outside(
        engine=NamedEngine(options.host, options.context, environ),
        user=LocalMachine(),
        clients=ProtocolClients(),
        probe_command=container_probe.command,
        start_probe=container_probe.Probe,
        read_contract=read_contract,
        redactor=SecretRedactor(known.shown_variables, (known.container_name, *known.images, *known.host_aliases)),
        profile=known,
        now=_now,
        progress=show,
    )
    try:
        return app.gather(question, outside)
    finally:
        show("")


class NamedEngine:
    """Implements EngineSource: the engine that flags and environment name."""

    def __init__(self, host: str | None, context: str | None, environ: Mapping[str, str]) -> None:
        self._host, self._context, self._environ = host, context, environ
        self._home = Path(environ.get("HOME") or environ.get("USERPROFILE") or Path.home())

    def search(self) -> EngineSearch:
        address = self._address()
        return EngineSearch(
            endpoint=address.display, source=address.source, local=address.local, context=address.context
        )

    def open(self) -> EngineClient:
        from stigmer_doctor.adapters.docker_engine import DockerEngine

        return DockerEngine(self._address())

    def live_sockets(self) -> tuple[str, ...]:
        try:
            asked = self._address().url
        except EngineError:
            asked = ""
        return engine_search.live_sockets(self._home, self._environ, besides=asked)

    def _address(self) -> Address:
        return engine_search.find(host=self._host, context=self._context, environ=self._environ, home=self._home)


def _now() -> str:
    return dt.datetime.now(dt.UTC).isoformat(timespec="seconds").replace("+00:00", "Z")

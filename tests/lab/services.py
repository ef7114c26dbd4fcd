"""The services on the user's machine, each started and stopped at run time."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from tests.lab.install import temporal_binary
from tests.lab.namespace import Namespace
from tests.lab.reaper import Record

ROOT = Path(__file__).parents[2]
PORTS = {"backend": 7234, "temporal": 7233, "llm": 11434}
_PORTS = PORTS | {"older-backend": 7234, "whole-backend": 7234, "redis": 6379, "other": 9090}
MODEL = "qwen2.5-coder:7b"
# stigmer-server listens on all interfaces; Temporal and Ollama on loopback.
_BACKENDS = ("backend", "older-backend", "whole-backend")
_BIND = dict.fromkeys(_PORTS, "127.0.0.1") | dict.fromkeys(_BACKENDS, "[::]")
_STARTS_WITHIN = 200


class Services:
    """Backend, Temporal and LLM of one lab."""

    def __init__(self, folder: Path, user: Namespace, record: Record) -> None:
        self._folder, self._user, self._record = folder, user, record
        self._running: dict[str, subprocess.Popen[bytes]] = {}
        self._bound: dict[str, str] = {}

    def start(self, *names: str, bind: str = "", models: Sequence[str] = (MODEL,)) -> None:
        """Start what does not run yet, and wait until each answers. `bind` replaces the address it listens on."""
        started = [name for name in names if name not in self._running]
        for name in started:
            address = bind or _BIND[name]
            self._bound[name] = "127.0.0.1" if address == "[::]" else address
            log = (self._folder / f"{name}.log").open("ab")
            self._running[name] = subprocess.Popen(
                self._user.enter(self._argv(name, address, models)),
                cwd=ROOT, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True,
            )  # fmt: skip
            self._record.add_process(self._running[name].pid)
        for name in started:
            self._await(name)

    def stop(self, *names: str) -> None:
        """Stop what runs; all of them when none is named."""
        for name in names or tuple(self._running):
            if process := self._running.pop(name, None):
                process.kill()
                process.wait()

    def running(self) -> set[str]:
        """The names of those whose process lives."""
        return {name for name, process in self._running.items() if process.poll() is None}

    def backend_calls(self) -> list[str]:
        """What the backend was called with, the oldest first."""
        calls = self._folder / "backend-calls"
        return calls.read_text(encoding="utf-8").splitlines() if calls.exists() else []

    def pollers(self) -> dict[str, datetime]:
        """Who asks Temporal for the runner's activities, by identity, and when each asked last."""
        address = f"{self._bound['temporal']}:{_PORTS['temporal']}"
        ask = [
            str(temporal_binary()), "task-queue", "describe", "--address", address,
            "--task-queue", "agent_execution_runner", "--task-queue-type", "activity",
            "--output", "json",
        ]  # fmt: skip
        listed = subprocess.run(self._user.enter(ask), capture_output=True, text=True, timeout=60).stdout
        found = (json.loads(listed) if listed else {}).get("pollers") or ()
        return {poller["identity"]: datetime.fromisoformat(poller["lastAccessTime"]) for poller in found}

    def _argv(self, name: str, bind: str, models: Sequence[str]) -> list[str]:
        port = _PORTS[name]
        if name == "redis":
            return [
                "redis-server",
                "--bind",
                bind,
                "--port",
                str(port),
                "--protected-mode",
                "no",
                "--save",
                "",
                "--dir",
                str(self._folder),
            ]
        if name == "temporal":
            return [
                str(temporal_binary()), "server", "start-dev", "--ip", bind, "--port", str(port), "--headless",
                "--log-level", "error",
            ]  # fmt: skip
        options = {"llm": ["--models", *models]}.get(name, [])
        if name in _BACKENDS:
            options = ["--calls", f"{self._folder}/backend-calls"]
        return [sys.executable, "-m", "tests.lab.servers", name, "--bind", bind, "--port", str(port), *options]

    def _await(self, name: str) -> None:
        deadline = time.monotonic() + _STARTS_WITHIN
        while not self._ready(name):
            if self._running[name].poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"{name} did not start:\n{(self._folder / f'{name}.log').read_text()[-2000:]}")
            time.sleep(0.05)

    def _ready(self, name: str) -> bool:
        if not self._user.accepts(self._bound[name], _PORTS[name]):
            return False
        if name != "temporal":
            return True
        # It accepts connections before its namespace is registered.
        ask = [
            str(temporal_binary()),
            "operator",
            "namespace",
            "describe",
            "--address",
            f"{self._bound[name]}:7233",
            "default",
        ]
        return subprocess.run(self._user.enter(ask), capture_output=True, timeout=30).returncode == 0

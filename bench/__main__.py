"""`make bench`: how fast a check is, against the same questions asked by hand, and how much memory it takes.

Everything is measured in one run on the lab, interleaved; only the ratios mean anything on another machine. A ratio is
the median of those of all rounds: what slows a machine down for seconds slows both halves of a round. Exits with 1 when
a target is missed.
"""

from __future__ import annotations

import compileall
import json
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import msgspec
from rich.console import Console
from rich.table import Table

import stigmer_doctor
from bench import tree
from bench.process import peak_memory_mib
from stigmer_doctor import app, profile, snapshot
from stigmer_doctor.model.facts import Logs
from tests.lab.lab import Lab
from tests.lab.scenarios import SCENARIOS

ROUNDS, FEW_ROUNDS = 25, 3
TIMEOUT_S = 3.0
RUNNER = "stigmer-agent-runner"
INTERPRETER = "/app/.venv/bin/python"
GRPC_CALL = """
import grpc
channel = grpc.insecure_channel("127.0.0.1:7234", options=[("grpc.enable_http_proxy", 0)])
try:
    channel.unary_unary("/grpc.health.v1.Health/Check")(b"", timeout=3)
except grpc.RpcError as error:
    print(error.code())
"""


@dataclass(frozen=True)
class Row:
    """A measurement beside its limit, both in the same unit."""

    what: str
    measured: float
    limit: float
    unit: str
    detail: str

    @property
    def met(self) -> bool:
        return self.measured <= self.limit


def seconds(action: Callable[[], object]) -> float:
    started = time.perf_counter()
    action()
    return time.perf_counter() - started


class Times(NamedTuple):
    """How long something took, round by round, in seconds."""

    rounds: list[float]

    @property
    def median(self) -> float:
        return statistics.median(self.rounds)

    def against(self, other: Times) -> float:
        """How often the other fits into this one, as the median of all rounds."""
        return statistics.median(one / two for one, two in zip(self.rounds, other.rounds, strict=True))


def interleaved(actions: Sequence[Callable[[], object]], rounds: int = ROUNDS) -> list[Times]:
    """How long each takes, one after the other in each round, so that all see the same machine."""
    times = [Times([]) for _ in actions]
    for _ in range(rounds):
        for index, action in enumerate(actions):
            times[index].rounds.append(seconds(action))
    return times


def by_hand(lab: Lab, temporal: str) -> Callable[[], None]:
    """What a person asks, one command after the other."""
    dial = "import socket; socket.create_connection(('host.docker.internal', {}), 3)".format
    commands = [
        ["docker", "inspect", RUNNER],
        ["docker", "logs", "--tail", "2000", RUNNER],
        *(["docker", "exec", RUNNER, INTERPRETER, "-c", dial(port)] for port in (7234, 7233, 11434)),
        [sys.executable, "-c", GRPC_CALL],
        [temporal, "task-queue", "describe", "--address", "127.0.0.1:7233", "--task-queue", "agent_execution_runner"],
    ]

    def ask() -> None:
        for command in commands:
            done = lab.as_user(command, timeout=60)
            if done.returncode:
                raise RuntimeError(f"{command[:3]}: {done.stderr}")

    return ask


def floor(lab: Lab) -> Callable[[], None]:
    """What no check can do without: an interpreter, an inspect and an exec."""

    def ask() -> None:
        lab.as_user([sys.executable, "-c", "pass"])
        lab.as_user(["docker", "inspect", RUNNER])
        lab.as_user(["docker", "exec", RUNNER, INTERPRETER, "-c", "pass"])

    return ask


def healthy(lab: Lab) -> list[Row]:
    """(a) a check against asking by hand, (c) what needs no engine, (d) memory."""
    from tests.lab.install import temporal_binary

    SCENARIOS["healthy"].bring_up(lab)
    lab.doctor("check")  # as after an installation its first one keeps what it has loaded
    check, hand, least = interleaved([lambda: lab.doctor("check"), by_hand(lab, str(temporal_binary())), floor(lab)])
    snapshot = Path(lab.home) / "bench.json"
    lab.doctor("snapshot", str(snapshot))
    bare, helping, judging = interleaved(
        [
            lambda: lab.as_user([sys.executable, "-c", "pass"]),
            lambda: lab.doctor("--help"),
            lambda: lab.doctor("check", "--snapshot", str(snapshot)),
        ],
    )
    peak = peak_memory_mib(lab, "check")
    return [
        _ratio("(a) check / by hand", check, hand, 0.45, f", floor {least.median * 1000:.0f} ms"),
        _ratio("(c) --help / python -c pass", helping, bare, 2.2),
        _ratio("(c) --snapshot / python -c pass", judging, bare, 6),
        Row("(d) peak memory of check", peak, 120, "MiB", "largest process"),
    ]


def _ratio(what: str, one: Times, other: Times, limit: float, further: str = "") -> Row:
    detail = f"{one.median * 1000:.0f} ms / {other.median * 1000:.0f} ms{further}"
    return Row(what, one.against(other), limit, "x", detail)


def black_holed(lab: Lab) -> Row:
    """(b) all three services dropped, not refused."""
    SCENARIOS["black-hole"].bring_up(lab)
    (took,) = interleaved([lambda: lab.doctor("check", "--timeout", str(TIMEOUT_S))], FEW_ROUNDS)
    return Row("(b) all three black-holed", took.median, TIMEOUT_S + 0.5, "s", f"connection timeout {TIMEOUT_S:g} s")


def large_log(lab: Lab) -> Row:
    """(d) once more, with 500 MiB in the container's log."""
    runner = SCENARIOS["healthy"].bring_up(lab)
    log = Path(json.loads(lab.as_user(["docker", "inspect", runner.id]).stdout)[0]["LogPath"])
    line = json.dumps({"log": "x" * 1000 + "\n", "stream": "stdout", "time": "2026-01-22T03:00:00.000000000Z"}) + "\n"
    with log.open("a", encoding="utf-8") as stream:
        for _ in range(500):
            stream.write(line * (1024 * 1024 // len(line)))
    size = log.stat().st_size >> 20
    return Row("(d) with a large log", peak_memory_mib(lab, "check"), 120, "MiB", f"a log of {size} MiB")


def long_log() -> Row:
    """(f) judging facts with 2,000 ordinary lines in the log, all rules included."""
    saved = Path(__file__).parents[1] / "fixtures" / "snapshots" / "healthy.json"
    facts, known = snapshot.load(saved.read_bytes(), saved.name), profile.load()
    lines = tuple(
        f'2026-01-22 03:00:00,{n % 1000:03} - httpx - INFO - HTTP Request: POST /api/chat "200 OK"' for n in range(2000)
    )
    logged = msgspec.structs.replace(facts, logs=Logs(lines=lines))
    (took,) = interleaved([lambda: app.diagnose(logged, known)])
    return Row("(f) judging a log", took.median * 1000, 4, "ms", f"{len(lines)} lines, all rules")


def source_tree() -> list[Row]:
    """(e) a tree of 20,000 files, cold, against a grep through it."""
    judging, grep, peak = tree.measure()
    files = f"{tree.GO_FILES + tree.OTHER_FILES} files"
    return [
        _ratio("(e) check --source / grep", Times(judging), Times(grep), 1.17, f", {files}"),
        Row("(e) peak memory of check --source", peak, 30, "MiB", files),
    ]


def show(rows: Sequence[Row]) -> None:
    table = Table("measure", "measured", "limit", "", "detail")
    for row in rows:
        verdict = "met" if row.met else "MISSED"
        table.add_row(row.what, f"{row.measured:.2f} {row.unit}", f"{row.limit:g} {row.unit}", verdict, row.detail)
    Console(width=110).print(table)


def main() -> int:
    from tests.lab.install import missing

    if reasons := missing():
        print(f"the lab cannot run here: {'; '.join(reasons)}")
        return 0
    # As after an installation, also where this environment keeps Python from writing what it has compiled.
    compileall.compile_dir(Path(stigmer_doctor.__file__).parent, quiet=2)
    with Lab.start("desktop") as lab:
        rows = healthy(lab)
        lab.reset()
        rows.append(black_holed(lab))
        lab.reset()
        rows.append(large_log(lab))
    rows.append(long_log())
    rows += source_tree()
    show(rows)
    return 0 if all(row.met for row in rows) else 1


if __name__ == "__main__":
    raise SystemExit(main())

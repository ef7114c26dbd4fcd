"""One run of the doctor against a hostile engine, in a process of its own with limits, and what became of it."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tests.hostile.answers import CALLS
from tests.hostile.engine import EVERY, HostileEngine
from tests.hostile.faults import FAULTS

WITHIN_S = 30.0
MOST_BYTES = 250 * 1024 * 1024
_LOOK_EVERY_S = 0.02

COMMANDS: dict[str, tuple[str, ...]] = {
    "check": ("check", "--timeout", "1"),
    "topology": ("topology", "--timeout", "1"),
    "fix": ("fix", "--dry-run", "--yes", "--timeout", "1"),
    "snapshot": ("snapshot", "facts.json", "--timeout", "1"),
}

_FAIR: dict[str, Callable[[str], bool]] = {
    "check": lambda _: False,
    "topology": lambda output: output.startswith("USE ") and "Measured with" in output,
    "fix": lambda output: "Plan for" in output,
    "snapshot": lambda output: "wrote facts.json" in output and "no runner in it" not in output,
}
"""Whether a command may end with 0: a check of this runner never, the others where they say what they are for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """`problems` are of "hang", "memory", "internal error", "traceback", "PASS"; `code` is None where it was ended."""

    command: str
    call: str
    fault: str
    code: int | None
    seconds: float
    peak: int
    asked: frozenset[str]
    problems: tuple[str, ...]
    output: str


def run(command: str, call: str = "", fault: str = "") -> Run:
    """Run one command. Without a fault the engine is decent."""
    with tempfile.TemporaryDirectory(prefix="hostile-") as folder:
        engine = HostileEngine(Path(folder) / "e.sock", call, FAULTS.get(fault))
        try:
            return _judged(command, call, fault, Path(folder), engine)
        finally:
            engine.close()


def _judged(command: str, call: str, fault: str, folder: Path, engine: HostileEngine) -> Run:
    started = time.monotonic()
    code, peak, output = _ended(COMMANDS[command], folder)
    found = {
        "hang": code is None and peak <= MOST_BYTES,
        "memory": peak > MOST_BYTES,
        "internal error": "internal error" in output or ": crash" in output.lower(),
        "traceback": "Traceback (most recent" in output or (code is not None and code < 0),
        "PASS": code == 0 and not _FAIR[command](output),
    }
    return Run(
        command=command,
        call=call,
        fault=fault,
        code=code,
        seconds=time.monotonic() - started,
        peak=peak,
        asked=frozenset(engine.asked),
        problems=tuple(name for name, is_so in found.items() if is_so),
        output=output,
    )


def _ended(words: tuple[str, ...], folder: Path) -> tuple[int | None, int, str]:
    """Exit code (None where it took too long or too much), most bytes of memory, and what it wrote."""
    environ = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(Path(__file__).parents[2]),
        "HOME": str(folder),
        "XDG_STATE_HOME": str(folder),
        "DOCKER_HOST": f"unix://{folder}/e.sock",
        "TMPDIR": str(folder),
    }
    argv = [sys.executable, "-m", "stigmer_doctor", *words]
    with (folder / "output").open("wb") as output:
        process = subprocess.Popen(
            argv, cwd=folder, env=environ, stdout=output, stderr=output, stdin=subprocess.DEVNULL
        )
        code, peak = _watched(process)
    return code, peak, (folder / "output").read_bytes()[:200_000].decode("utf-8", "replace")


def _watched(process: subprocess.Popen[bytes]) -> tuple[int | None, int]:
    ends, peak = time.monotonic() + WITHIN_S, 0
    while process.poll() is None:
        peak = max(peak, _memory(process.pid))
        if peak > MOST_BYTES or time.monotonic() > ends + _starved(process.pid):
            process.kill()
            process.wait()
            return None, peak
        time.sleep(_LOOK_EVERY_S)
    return process.returncode, peak


def _memory(pid: int) -> int:
    """The most that it ever had, in bytes."""
    with contextlib.suppress(OSError, StopIteration):
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
        return 1024 * int(next(line for line in lines if line.startswith("VmHWM")).split()[1])
    return 0


def _starved(pid: int) -> float:
    """How long a thread of it could run and was not let by a busy machine, in seconds: the one that could run most."""
    found = [0.0]
    for file in Path(f"/proc/{pid}/task").glob("*/schedstat"):
        with contextlib.suppress(OSError, IndexError):
            found.append(int(file.read_text().split()[1]) / 1e9)
    return max(found)


def calls_of(command: str) -> list[str]:
    """The calls that the command makes of a decent engine, in the order of the table; also those that it makes of one
    that runs no program. Then all of them at once."""
    decent = run(command).asked
    refusing = run(command, "exec-create", "409").asked
    return [*(call for call in CALLS if call in decent | refusing), EVERY]

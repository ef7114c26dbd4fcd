"""A source tree of Stigmer's size, and how long it takes to judge it against a grep through it."""

from __future__ import annotations

import contextlib
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from bench.process import WRAPPER

INCIDENT = Path(__file__).parents[1] / "fixtures" / "source" / "incident"
GO_FILES, OTHER_FILES = 1000, 19_000
SUFFIXES = ("ts", "tsx", "py", "md", "json", "proto", "yml", "yaml", "css", "sh")
ROUNDS = 7
_CACHES = Path("/proc/sys/vm/drop_caches")
_FUNCTION = """\
// F{0} does something.
func F{0}(a, b int) int {{
	if a > b {{
		return a - b + {0}
	}}
	return b
}}

"""


def make(root: Path) -> None:
    """The incident's files among 20,000 others."""
    shutil.copytree(INCIDENT, root)
    body = "".join(_FUNCTION.format(number) for number in range(60))
    for number in range(GO_FILES):
        folder = root / "pkg" / f"p{number // 10}"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"f{number % 10}.go").write_text(f"package p{number // 10}\n\n{body.replace('F', f'F{number}x')}")
    for number in range(OTHER_FILES):
        folder = root / "other" / f"d{number % 40}" / f"e{number // 50}"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"f{number}.{SUFFIXES[number % len(SUFFIXES)]}").write_text(f"line {number}\n" * 40)


def cold(argv: Sequence[str]) -> float:
    """How long it takes in seconds with nothing of the file system in memory, where this user may see to that."""
    subprocess.run(["sync"], check=False)
    with contextlib.suppress(OSError):
        _CACHES.write_text("3\n")
    started = time.perf_counter()
    subprocess.run(argv, stdout=subprocess.DEVNULL, check=False)
    return time.perf_counter() - started


def measure() -> tuple[list[float], list[float], float]:
    """The seconds that judging the tree and the grep take, round by round, and the peak memory of judging in MiB."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "stigmer"
        make(root)
        doctor = [sys.executable, "-m", "stigmer_doctor", "check", "--source", str(root), "--select", "SD8,SD9"]
        grep = ["grep", "-rl", "--include=*.go", "--include=*.yml", "-e", "--network", str(root)]
        times = [(cold(doctor), cold(grep)) for _ in range(ROUNDS)]
        peak = subprocess.run(
            [sys.executable, "-c", WRAPPER, *doctor], capture_output=True, text=True, check=True
        ).stdout
    return (
        [judging for judging, _ in times],
        [grep for _, grep in times],
        int(peak) / 1024,
    )

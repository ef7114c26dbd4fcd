"""Commands of a report are given to a real shell, with a `docker` that writes down its arguments."""

from __future__ import annotations

import subprocess
from pathlib import Path

from stigmer_doctor.render.step import ReportStep

_DOCKER = r"""
docker() {
  case "$1" in
    inspect)
      case "$*" in
        *Labels*) shift; printf 'value of %s' "$*" ;;
        *) printf 'MODE=local\nANTHROPIC_API_KEY=s3cr3t=x y\n' ;;
      esac ;;
    *) for word in "$@"; do printf '%s\0' "$word" >> "$RECORD"; done; printf '\n\0' >> "$RECORD" ;;
  esac
}
"""


def run(steps: tuple[ReportStep, ...], tmp_path: Path, *, seen: str = "") -> list[list[str]]:
    """The argument lists of all calls of docker but inspect."""
    record = tmp_path / "record"
    commands = [command for step in steps for command in step.commands if "stigmer-doctor" not in command]
    script = "\n".join(["set -eu", _DOCKER, *commands, seen])
    environment = {"PATH": "/usr/bin:/bin", "HOME": str(tmp_path), "RECORD": str(record)}
    subprocess.run(["sh", "-c", script], env=environment, check=True, timeout=20)
    words = record.read_text().split("\0")[:-1]
    calls: list[list[str]] = [[]]
    for word in words:
        if word == "\n":
            calls.append([])
        else:
            calls[-1].append(word)
    return calls[:-1]

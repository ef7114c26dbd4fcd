"""Commands are given to a real sh, all of them in one, with programs that do nothing but write down their arguments."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from tests.injection.extraction import PROGRAMS
from tests.injection.payloads import CANARY, cut

_BUILT_IN = ("export",)
_RECORD = r"""
record() {
  { for word; do printf '%s\0' "$word"; done; printf '\n\0'; } >> "$RECORD"
  case "$*" in *Config.Env*) echo MODE=local ;; *inspect*) echo value ;; esac
}
"""
_RUN = r"""
for number in $NUMBERS; do
  RECORD=$RECORDS/$number
  ( . "$SCRIPTS/$number" ) < /dev/null > /dev/null 2>> "$RECORDS/errors"
  if [ -e CANARY ]; then mv CANARY "$RECORDS/$number.canary"; fi
done
"""


class Ran(NamedTuple):
    """The argument lists that programs got, the program first; and whether something else was run."""

    calls: tuple[tuple[str, ...], ...]
    canary: bool


def run(commands: Sequence[str], folder: Path) -> list[Ran]:
    """Every command in a subshell of its own, in an empty folder."""
    programs, scripts, records, work = (folder / name for name in ("programs", "scripts", "records", "work"))
    for made in (programs, scripts, records, work / ".stigmer/data"):
        made.mkdir(parents=True)
    for name in ("sed", "tr", "touch", "mv"):
        (programs / name).symlink_to(shutil.which(name) or name)
    for number, command in enumerate(commands):
        (scripts / str(number)).write_bytes(os.fsencode(command) + b"\n")
    environment = {
        "PATH": str(programs),
        "HOME": str(work),
        "SCRIPTS": str(scripts),
        "RECORDS": str(records),
        "NUMBERS": " ".join(map(str, range(len(commands)))),
    }
    text = f"{_RECORD}{_stubs(programs)}{_RUN}"
    subprocess.run(["/bin/sh", "-c", text], cwd=work, env=environment, check=True, timeout=600)
    strange = any(path.name == CANARY for path in work.rglob("*"))
    return [_ran(records / str(number), canary=strange) for number in range(len(commands))]


def _stubs(programs: Path) -> str:
    """Functions, as to start a program takes ten times as long; a program where its name cannot be a function's."""
    functions = []
    for name in sorted(set(PROGRAMS) - {*_BUILT_IN}):
        if name.isidentifier():
            functions.append(f'{name}() {{ record {name} "$@"; }}\n')
        else:
            (programs / name).write_text(f'#!/bin/sh\n{_RECORD}record "${{0##*/}}" "$@"\n')
            (programs / name).chmod(0o755)
    return "".join([*functions, "export RECORD\n"])


def _ran(record: Path, *, canary: bool) -> Ran:
    calls: list[tuple[str, ...]] = []
    words: list[str] = []
    written = record.read_bytes() if record.exists() else b""
    for word in os.fsdecode(written).split("\0")[:-1]:
        if word == "\n":
            calls.append(tuple(words))
            words = []
        else:
            words.append(word)
    return Ran(tuple(calls), canary or record.with_suffix(".canary").exists())


def problems(ran: Ran, payload: str) -> list[str]:
    """What went wrong with one command: a canary, nothing that ran, a word that is a part of the payload or has become
    an option."""
    found = ["canary"] if ran.canary else []
    if not ran.calls:
        found.append("nothing ran")
    for call in ran.calls:
        if any(cut(word, payload) for word in call):
            found.append(f"cut: {call}")
        if payload.startswith("-") and any(word.startswith(payload[:8]) for word in _options(call)):
            found.append(f"option: {call}")
    return found


def _options(call: tuple[str, ...]) -> Sequence[str]:
    """The words that a program may take for options: those before "--", and those that `docker run` has before its
    image, where an option is one word or is followed by its value."""
    before = call[: call.index("--")] if "--" in call else call
    if "run" not in before:
        return before
    at = before.index("run") + 1
    while at < len(before) and before[at].startswith("-"):
        at += 1 if "=" in before[at] or before[at] == "-d" else 2
    return before[:at]

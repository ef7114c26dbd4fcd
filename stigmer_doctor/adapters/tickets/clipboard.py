"""The user's clipboard: a program of the desktop, or the terminal itself. The text never stands in an argument."""

from __future__ import annotations

import base64
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from typing import TextIO

_WITHIN_S = 5.0
MOST_FOR_TERMINAL = 74_000
"""Bytes in base64: what terminals take at once."""


def copy(text: str, environ: Mapping[str, str], terminal: TextIO) -> str:
    """Copy the text; what did it, "" where nothing could. `terminal` is asked last, where it is one: whether it did as
    it was asked, nobody hears."""
    for name, *options in _programs(environ):
        program = shutil.which(name, path=environ.get("PATH", ""))
        if program and _piped([program, *options], text, name, environ):
            return name
    return "the terminal" if _by_terminal(text, environ, terminal) else ""


def _programs(environ: Mapping[str, str]) -> Iterator[Sequence[str]]:
    """What is worth trying: a program for a display that is not there would only fail late."""
    if sys.platform == "darwin":
        yield ("pbcopy",)
    if environ.get("WAYLAND_DISPLAY"):
        yield ("wl-copy",)
    if environ.get("DISPLAY"):
        yield "xclip", "-selection", "clipboard"
        yield "xsel", "--clipboard", "--input"
    if sys.platform == "win32" or environ.get("WSL_DISTRO_NAME"):
        yield ("clip.exe",)


def _piped(command: list[str], text: str, name: str, environ: Mapping[str, str]) -> bool:
    # Windows takes other bytes for the code page of the day.
    data = text.encode("utf-16") if name == "clip.exe" else text.encode()
    try:
        done = subprocess.run(  # noqa: S603 - a fixed command line, without a shell
            command, input=data, timeout=_WITHIN_S, check=False, env=dict(environ),
            # Some stay to serve the clipboard, and would hold a pipe open.
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


def _by_terminal(text: str, environ: Mapping[str, str], terminal: TextIO) -> bool:
    """OSC 52: the one way that also works through ssh."""
    encoded = base64.b64encode(text.encode()).decode("ascii")
    if not terminal.isatty() or environ.get("TERM", "dumb") == "dumb" or len(encoded) > MOST_FOR_TERMINAL:
        return False
    terminal.write(f"\x1b]52;c;{encoded}\x07")
    terminal.flush()
    return True

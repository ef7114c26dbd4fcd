"""The line of progress: on a terminal alone, with the seconds of a step that takes its time."""

from __future__ import annotations

import io
import time

import pytest

from stigmer_doctor.cli import progress as module
from stigmer_doctor.cli.output import say
from stigmer_doctor.cli.progress import progress


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def _wait_for(terminal: io.StringIO, words: str) -> None:
    until = time.monotonic() + 30
    while words not in terminal.getvalue() and time.monotonic() < until:
        time.sleep(0.01)
    assert words in terminal.getvalue()


def test_a_slow_step_says_its_seconds_and_the_end_wipes_the_line(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = _Terminal()
    monkeypatch.setattr("sys.stderr", terminal)
    monkeypatch.setattr(module, "_EVERY_S", 0.01)
    show = progress()
    show("asking the engine")
    _wait_for(terminal, "asking the engine ... 0 s")
    show("dialling")
    _wait_for(terminal, "dialling ... 0 s")
    say("A line.")
    show("")
    time.sleep(0.05)
    assert "\r\x1b[KA line.\n" in terminal.getvalue()
    assert terminal.getvalue().endswith("\r\x1b[K")


def test_without_a_terminal_nothing_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    show = progress()
    show("asking the engine")
    show("")
    say("A line.")
    assert capsys.readouterr().err == "A line.\n"

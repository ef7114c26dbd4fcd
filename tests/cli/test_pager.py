"""`rule --all` on a terminal goes through the user's pager; piped, it does not."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

pty = pytest.importorskip("pty", reason="a terminal of the test's own needs Unix")


def test_all_rules_are_shown_by_the_pager_on_a_terminal(tmp_path: Path) -> None:
    seen = tmp_path / "seen"
    pager = tmp_path / "pager"
    pager.write_text(f"#!/bin/sh\ncat > {seen}\n")
    pager.chmod(0o755)
    controller, terminal = pty.openpty()
    environ = {"PATH": os.environ["PATH"], "PAGER": str(pager), "TERM": "xterm"}
    command = [sys.executable, "-m", "stigmer_doctor", "rule", "--all"]
    done = subprocess.run(command, stdin=terminal, stdout=terminal, env=environ, timeout=60)
    os.close(terminal)
    os.close(controller)
    assert done.returncode == 0
    assert "SD201" in seen.read_text("utf-8")
    seen.unlink()
    assert b"SD201" in subprocess.run(command, stdout=subprocess.PIPE, env=environ, timeout=60).stdout
    assert not seen.exists()

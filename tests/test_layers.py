"""The layers of the design, and the adapters as the only home of the libraries that do input and output."""

from __future__ import annotations

import subprocess
import sys


def test_layers_hold() -> None:
    done = subprocess.run(
        [sys.executable, "-c", "from importlinter.cli import lint_imports_command; lint_imports_command()"],
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout

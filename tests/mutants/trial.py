"""Copies of the tree, and what the tests say in one of them about a change."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from tests.mutants import reached
from tests.mutants.changes import Change, lines_of
from tests.mutants.reached import Reached

_LEFT_OUT = shutil.ignore_patterns(".git", ".venv", ".*_cache", ".hypothesis", "__pycache__")
_OPTIONS = ("-q", "-p", "no:cacheprovider", "--hypothesis-seed=0")
_TEST_SECONDS, _SECONDS, _RECORDING_SECONDS = 120, 900, 3600
"""How long one test, those of one change and all that are recorded may take on a busy machine; a change that makes an
endless loop is noticed so."""


class Verdict(Enum):
    NOTICED = "noticed"
    NOT_NOTICED = "not noticed"
    NOT_REACHED = "not reached by any test"


@dataclass(frozen=True, slots=True)
class Copy:
    """A copy of the tree, so that the tree itself is never changed."""

    root: Path

    @classmethod
    def of(cls, tree: Path, root: Path) -> Copy:
        shutil.copytree(tree, root, ignore=_LEFT_OUT)
        return cls(root)

    def again(self, root: Path) -> Copy:
        """With what Python has compiled, whose times are kept."""
        shutil.copytree(self.root, root)
        return Copy(root)

    def record(self, folder: Path, workers: int) -> Reached:
        """Run all tests that need no lab, unchanged. Raises RuntimeError where they fail."""
        folder.mkdir()
        words = ["-p", "tests.mutants.reached", "-n", str(workers), "--ignore", "tests/lab", "tests"]
        status, output = self._pytest(words, {reached.FOLDER: str(folder)}, _RECORDING_SECONDS)
        if status:
            raise RuntimeError(f"the tests fail without any change:\n{output}")
        return Reached.load(folder, self.root)

    def judge(self, change: Change, tests: Sequence[str]) -> Verdict:
        if not tests:
            return Verdict.NOT_REACHED
        file = self.root / change.path
        file.write_text(change.mutated, "utf-8")
        try:
            return self._judge(tests)
        finally:
            file.write_text(change.original, "utf-8")

    def _judge(self, tests: Iterable[str]) -> Verdict:
        names = self.root.with_suffix(".tests")
        names.write_text("\n".join(tests), "utf-8")
        words = ["-x", "-o", f"timeout={_TEST_SECONDS}", f"@{names}"]
        status, output = self._pytest(words, {"PYTHONDONTWRITEBYTECODE": "1"})
        if status == 4 and "ERROR collecting" not in output:
            # A test named after what the change alters is not found by that name: its file is asked.
            files = dict.fromkeys(test.partition("::")[0] for test in tests)
            status, output = self._pytest(["-x", *files], {"PYTHONDONTWRITEBYTECODE": "1"})
        return Verdict.NOTICED if status else Verdict.NOT_NOTICED

    def _pytest(self, words: Sequence[str], extra: dict[str, str], seconds: float = _SECONDS) -> tuple[int, str]:
        environment = {**os.environ, "PYTHONPATH": str(self.root), **extra}
        command = [sys.executable, "-m", "pytest", *_OPTIONS, *words]
        with subprocess.Popen(
            command, cwd=self.root, env=environment, text=True, errors="replace", start_new_session=True,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        ) as program:  # fmt: skip
            try:
                output, _ = program.communicate(timeout=seconds)
            except subprocess.TimeoutExpired:
                os.killpg(program.pid, signal.SIGKILL)
                output, _ = program.communicate()
        return program.returncode, output


def judge(change: Change, copy: Copy, known: Reached) -> Verdict:
    return copy.judge(change, known.by(change.path, lines_of(change)))

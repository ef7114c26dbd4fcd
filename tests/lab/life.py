"""The life of a lab: a run directory, addresses, and a reaper that ends what the lab made when its owner has gone."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.lab.addresses import Addresses
from tests.lab.namespace import command
from tests.lab.reaper import PREFIX, Record, leftovers, tear_down
from tests.lab.services import ROOT


class ReapedLab:
    """Use it in a `with`; it is torn down whatever happens. Leftovers of labs whose owner is gone are removed first."""

    def __init__(self) -> None:
        for folder in leftovers():
            tear_down(folder)
        self.folder = _run_directory()
        self._record = Record(self.folder)
        self._record.add_process(os.getpid(), "owner")
        self.addresses = Addresses.take()
        self._reaper = subprocess.Popen(
            [sys.executable, "-m", "tests.lab.reaper", str(self.folder)],
            cwd=ROOT, stdin=subprocess.PIPE, start_new_session=True, pass_fds=[self.addresses.handle],
        )  # fmt: skip
        self.home = self.folder / "home"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, _: type[BaseException] | None, __: BaseException | None, ___: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Let the reaper do its work, and wait for it."""
        if self._reaper.stdin and not self._reaper.stdin.closed:
            self._reaper.stdin.close()
        self._reaper.wait(timeout=120)
        self.addresses.release()


def _run_directory() -> Path:
    """In memory: an engine waits for the disk at every step of a container's life, and where the disk discards what is
    deleted, deleting an image takes 15 s."""
    folder = Path(tempfile.mkdtemp(prefix=PREFIX))
    command("mount", "-t", "tmpfs", "-o", "mode=755", folder.name, str(folder))
    return folder

"""A fix during which a process is killed at a step of its journal: itself, or one that is named by its id.

python -m tests.lab.killed STEP FINISHED [PID]
"""

from __future__ import annotations

import os
import signal
import sys

from stigmer_doctor.adapters.files.state import StateFolder
from stigmer_doctor.cli.main import main
from stigmer_doctor.model.fixes import FixStep, Journal


def command(step: FixStep, *, finished: bool, victim: int | None = None) -> list[str]:
    """The command line of such a fix."""
    argv = [sys.executable, "-m", "tests.lab.killed", step.name, str(int(finished))]
    return argv if victim is None else [*argv, str(victim)]


def kill_at(step: FixStep, *, finished: bool, victim: int) -> None:
    """From now on, kill the process, once, when the journal with this state has been saved."""
    victims = [victim]
    save = StateFolder.save

    def save_and_kill(self: StateFolder, journal: Journal) -> None:
        save(self, journal)
        if journal.begun is step and journal.finished is finished and victims:
            os.kill(victims.pop(), signal.SIGKILL)

    StateFolder.save = save_and_kill  # type: ignore[method-assign] # that is what this program is for


if __name__ == "__main__":
    name, done, *pid = sys.argv[1:]
    kill_at(FixStep[name], finished=bool(int(done)), victim=int(pid[0]) if pid else os.getpid())
    sys.exit(main(["fix", "--yes"]))

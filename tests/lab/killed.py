"""`python -m tests.lab.killed STEP FINISHED [PID]`: a fix during which a process is killed at that step of its journal:
itself, or the one that is named."""

from __future__ import annotations

import os
import signal
import sys

from stigmer_doctor.adapters.state import State
from stigmer_doctor.cli.main import main
from stigmer_doctor.model.fixes import Journal, Step

STEP, FINISHED = Step[sys.argv[1]], bool(int(sys.argv[2]))
victims = [int(sys.argv[3]) if len(sys.argv) > 3 else os.getpid()]
save = State.save


def save_and_kill(self: State, journal: Journal) -> None:
    save(self, journal)
    if journal.begun is STEP and journal.finished is FINISHED and victims:
        os.kill(victims.pop(), signal.SIGKILL)


if __name__ == "__main__":
    State.save = save_and_kill  # type: ignore[method-assign] # that is what this program is for
    sys.exit(main(["fix", "--yes"]))

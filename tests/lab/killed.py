"""`python -m tests.lab.killed STEP FINISHED`: a fix that kills itself at that step of its journal."""

from __future__ import annotations

import os
import signal
import sys

from stigmer_doctor.adapters.state import State
from stigmer_doctor.cli.main import main
from stigmer_doctor.model.fixes import Journal, Step

STEP, FINISHED = Step[sys.argv[1]], bool(int(sys.argv[2]))
save = State.save


def save_and_die(self: State, journal: Journal) -> None:
    save(self, journal)
    if journal.begun is STEP and journal.finished is FINISHED:
        os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    State.save = save_and_die  # type: ignore[method-assign] # that is what this program is for
    main(["fix", "--yes"])

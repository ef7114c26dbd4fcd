"""Peak memory of a process and of what it starts."""

from __future__ import annotations

import sys

from tests.lab.lab import Lab

WRAPPER = """
import resource, subprocess, sys
subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""


def peak_memory_mib(lab: Lab, *arguments: str) -> float:
    """The largest resident set of a doctor's process, in MiB (Linux counts in KiB)."""
    done = lab.as_user([sys.executable, "-c", WRAPPER, sys.executable, "-m", "stigmer_doctor", *arguments], timeout=120)
    return int(done.stdout) / 1024

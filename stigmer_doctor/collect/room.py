"""Whether the probe can be started in a container without doing harm: it counts against the container's limits."""

from __future__ import annotations

from stigmer_doctor.model.engine_ports import EngineClient
from stigmer_doctor.model.errors import NotFound, Refused
from stigmer_doctor.model.inspected import InspectedContainer, Usage

MEMORY = 256 * 1024 * 1024
"""In bytes: an interpreter that reads the runner's code ends itself before it takes so much."""
PROCESSES = 100
"""Its threads count as processes: one for each address that it dials."""
_NOT_TOLD = "it has limits, and the engine does not tell what is left of them"


def shortage(container: InspectedContainer, engine: EngineClient) -> str:
    """Why there is no room for the probe in a running container, "" where there is. A container without limits costs no
    question; one whose use is not told is not entered. Raises EngineError."""
    limits = container.limits
    if limits.user_processes:
        return "its number of processes is limited for the user"
    if not limits.memory and not limits.processes:
        return ""
    try:
        return _short_of(engine.stats(container.id))
    except (Refused, NotFound) as error:
        return f"{_NOT_TOLD} ({error})"


def _short_of(usage: Usage) -> str:
    used, memory, running, processes = usage.memory, usage.memory_limit, usage.processes, usage.processes_limit
    if used is None or memory is None or running is None or processes is None:
        return f"{_NOT_TOLD} (it says something that is not a number)"
    if memory and memory - used < MEMORY:
        return f"{max(memory - used, 0) / 1024 / 1024:.0f} MiB are left of its memory limit"
    if processes and processes - running < PROCESSES:
        return f"{max(processes - running, 0)} processes are left of its limit"
    return ""

"""Whether the probe can be started in a container without doing harm: it counts against the container's limits."""

from __future__ import annotations

from stigmer_doctor.model.errors import NotFound, Refused
from stigmer_doctor.model.ports import EngineClient, Json

MEMORY = 256 * 1024 * 1024
"""In bytes: an interpreter that reads the runner's code ends itself before it takes so much."""
PROCESSES = 100
"""Its threads count as processes: one for each address that it dials."""


def shortage(raw: Json, engine: EngineClient) -> str:
    """Why there is no room for the probe in a running container, "" where there is. A container without limits costs no
    question; one whose use is not told is not entered. Raises EngineError."""
    host = raw.get("HostConfig") or {}
    if any(ulimit.get("Name") == "nproc" for ulimit in host.get("Ulimits") or ()):
        return "its number of processes is limited for the user"
    if not _limit(host.get("Memory")) and not _limit(host.get("PidsLimit")):
        return ""
    try:
        return _short_of(engine.stats(str(raw["Id"])))
    except (Refused, NotFound, TypeError, ValueError, AttributeError) as error:
        return f"it has limits, and the engine does not tell what is left of them ({error})"


def _short_of(stats: Json) -> str:
    memory, processes = stats.get("memory_stats") or {}, stats.get("pids_stats") or {}
    left = _limit(memory.get("limit")) - _used(memory)
    if memory.get("limit") and left < MEMORY:
        return f"{max(left, 0) / 1024 / 1024:.0f} MiB are left of its memory limit"
    free = _limit(processes.get("limit")) - int(processes.get("current") or 0)
    if processes.get("limit") and free < PROCESSES:
        return f"{max(free, 0)} processes are left of its limit"
    return ""


def _used(memory: Json) -> int:
    """Without the files that the kernel keeps for later and gives up at once (cgroup 1 and 2 name them differently)."""
    detail = memory.get("stats") or {}
    kept = detail.get("total_inactive_file", detail.get("inactive_file"))
    return int(memory.get("usage") or 0) - int(kept or 0)


def _limit(value: object) -> int:
    """A limit, 0 where there is none: engines write null, 0 and -1."""
    return max(int(value), 0) if isinstance(value, int) else 0

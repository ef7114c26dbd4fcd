"""What a container uses of its limits, from the files of its control group."""

from __future__ import annotations

from stigmer_doctor.model.inspected import Usage

_V2, _V1 = "/sys/fs/cgroup/", "/sys/fs/cgroup/memory/"
FILES = (
    *(f"{_V2}{name}" for name in ("memory.current", "memory.max", "memory.stat", "pids.current", "pids.max")),
    *(f"{_V1}{name}" for name in ("memory.usage_in_bytes", "memory.limit_in_bytes", "memory.stat")),
    *(f"/sys/fs/cgroup/pids/{name}" for name in ("pids.current", "pids.max")),
)
COMMAND = ("grep", "-s", "", *FILES)
"""Prints every line of those that there are, behind `path:`."""
PROGRAM = """
import sys
for path in sys.argv[1:]:
    try:
        sys.stdout.writelines(f"{path}:{line}" for line in open(path))
    except OSError:
        pass
"""
"""The same for an interpreter, where there is no grep."""
_UNLIMITED = 2**60


def usage(printed: bytes) -> Usage:
    """What the command printed, as cgroup 1 or 2 has it. None for what it did not tell."""
    found: dict[str, str] = {}
    for line in printed.decode("utf-8", "replace").splitlines():
        path, _, rest = line.partition(":")
        name, _, value = rest.partition(" ")
        found[f"{path}:{name}" if value else path] = value or name
    current = _first(found, f"{_V2}memory.current", f"{_V1}memory.usage_in_bytes")
    kept = _first(found, f"{_V2}memory.stat:inactive_file", f"{_V1}memory.stat:total_inactive_file")
    return Usage(
        memory=None if current is None else max(current - (kept or 0), 0),
        memory_limit=_limit(_first(found, f"{_V2}memory.max", f"{_V1}memory.limit_in_bytes")),
        processes=_first(found, f"{_V2}pids.current", "/sys/fs/cgroup/pids/pids.current") or 0,
        processes_limit=_limit(_first(found, f"{_V2}pids.max", "/sys/fs/cgroup/pids/pids.max")) or 0,
    )


def _first(found: dict[str, str], *names: str) -> int | None:
    """A number, or 0 for "max"; None where none of the files has one."""
    value = next((found[name] for name in names if name in found), "")
    if value == "max":
        return 0
    return int(value) if value.isdecimal() and value.isascii() and len(value) < 30 else None


def _limit(value: int | None) -> int | None:
    return 0 if value is not None and value >= _UNLIMITED else value

"""Which machines a sweep asks, and what their task queues are called. Imported by the workflow: no input or output."""

from __future__ import annotations

from typing import NamedTuple

from stigmer_doctor.lean_objects import compiled_later

MOST_HOSTS = 20_000
"""Of one sweep: the names of them all are one payload of Temporal's, which may have 2 MB."""
HOST = compiled_later(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
_QUEUE = "stigmer-doctor/"


class HostList(NamedTuple):
    """Names in the order of the file, each once; and the lines that are not names, as `line 3`."""

    names: tuple[str, ...]
    bad_lines: tuple[str, ...] = ()


def queue(host: str) -> str:
    """The machine's own task queue."""
    return _QUEUE + host


def host_of(queue_name: str) -> str:
    """The machine whose task queue that is."""
    return queue_name.removeprefix(_QUEUE)


def read_hosts(text: str) -> HostList:
    """A name on each line; what follows a `#` is a comment. Of names beyond `MOST_HOSTS` nothing is kept."""
    names: dict[str, None] = {}
    bad: list[str] = []
    for number, line in enumerate(text.splitlines(), 1):
        name = line.partition("#")[0].strip()
        if name and HOST.fullmatch(name):
            names[name] = None
        elif name:
            bad.append(f"line {number}")
    return HostList(tuple(names), tuple(bad))

"""Whose pollers Temporal lists: the container's own worker is told by its identity and by when it asked last."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from stigmer_doctor.analysis.moments import seconds
from stigmer_doctor.lean_objects import compiled_later
from stigmer_doctor.model.facts import Container, Lookup, NotMeasured, Poller, TemporalAnswer

# A worker's request for tasks waits for about a minute, and Temporal lists the worker for some minutes more.
STALE_POLLER_S = 120.0
# A process id of so few digits is the kernel's or the system's own on any host: a worker that has one lives in a
# container.
_SHORT_PID = 2
# The host name that a container has unless it is given another.
SHORT_ID = compiled_later(r"[0-9a-f]{12}")


class WorkerPollers(msgspec.Struct, frozen=True):
    """`own` asked for tasks lately and since the start; `unclear` says why a poller cannot be told from the container's
    ("" when it can); `lately` are all that asked lately, and `earlier` the container's own that did not."""

    own: tuple[Poller, ...]
    unclear: str
    lately: tuple[Poller, ...]
    earlier: tuple[Poller, ...]


def worker_pollers(
    container: Container, collected_at: str, *, temporal: TemporalAnswer | NotMeasured, lookup: Lookup | NotMeasured
) -> WorkerPollers:
    """What Temporal's list of pollers says of the container's own worker; nothing where it gave none."""
    listed = () if isinstance(temporal, NotMeasured) else temporal.pollers or ()
    lately = asked_lately(listed, collected_at)
    named = [poller for poller in listed if is_own(poller, container)]
    own = tuple(poller for poller in named if poller in lately and since_start(poller, container) > 0)
    return WorkerPollers(
        own=own,
        unclear=_unnamed(container) or (_shared(own, container, lookup) if container.host_network else ""),
        lately=lately,
        earlier=tuple(poller for poller in named if poller not in own),
    )


def host(poller: Poller) -> str:
    """The host of `pid@host` (Python's clients) or `pid@host@queue` (Go's); "" for an identity of another form."""
    pid, _, rest = poller.identity.partition("@")
    return rest.partition("@")[0] if pid.isdigit() else ""


def is_own(poller: Poller, container: Container) -> bool:
    """Whether the identity names the container's host."""
    named = host(poller).partition(".")[0].casefold()
    return bool(named) and named == container.hostname.partition(".")[0].casefold()


def in_a_container(poller: Poller) -> bool:
    """Whether its identity is that of a process in a container: by its host's name, or on host networking by its id."""
    return bool(SHORT_ID.fullmatch(host(poller))) or _low(poller)


def since_start(poller: Poller, container: Container) -> float:
    """How many seconds after the container's start it asked last; minus infinity where that is not known. A container
    that was started again has the identity it had before; that one's last request ended as it was stopped."""
    passed = seconds(container.state.started_at, poller.last_access)
    return float("-inf") if passed is None else passed


def _low(poller: Poller) -> bool:
    pid = poller.identity.partition("@")[0]
    return pid.isdecimal() and len(pid) <= _SHORT_PID


def asked_lately(pollers: Iterable[Poller], collected_at: str) -> tuple[Poller, ...]:
    """Those that still poll: Temporal lists who has gone for some minutes."""
    return tuple(poller for poller in pollers if _lately(poller, collected_at))


def _lately(poller: Poller, collected_at: str) -> bool:
    age = seconds(poller.last_access, collected_at)
    return age is not None and age <= STALE_POLLER_S


def _unnamed(container: Container) -> str:
    if not container.hostname or container.network_mode.startswith("container:"):
        return "the container's own host name is not known, so its poller cannot be told from others"
    return ""


def _shared(own: tuple[Poller, ...], container: Container, lookup: Lookup | NotMeasured) -> str:
    """On host networking the container has its host's name, as other workers there have."""
    if not own:
        return ""
    if not any(map(_low, own)):
        return f"on host networking, a worker of {container.hostname} itself has the same name as the container's"
    runners = () if isinstance(lookup, NotMeasured) else lookup.runners
    if any(runner.state == "running" and runner.id != container.id for runner in runners):
        return "on host networking, the worker of another runner that runs there may have the same name"
    return ""

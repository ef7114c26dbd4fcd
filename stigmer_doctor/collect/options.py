"""What is asked of `collect`, and the ports that it asks through."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor
from typing import Protocol

import msgspec

from stigmer_doctor.analysis.host_names import HostNames, names_in
from stigmer_doctor.model.engine import EngineSearch
from stigmer_doctor.model.engine_ports import Channel, EngineClient
from stigmer_doctor.model.place import Place
from stigmer_doctor.model.ports import Clients, ContainerProbe, GoVerdict, Json, Redactor, SourceFiles, UserMachine
from stigmer_doctor.model.profile import Profile
from stigmer_doctor.model.reach import Vantage

_TOGETHER_S = 22.0
_LATE = 8
"""How many timeouts it takes to dial a service, to ask it with much patience, and to see that it is still there."""


class CollectOptions(msgspec.Struct, frozen=True, kw_only=True):
    """Which container to look at, and how. `timeout` is in seconds, per connection. `source` is a source tree and
    `compose` are compose files to look at as well, "" and () for none; `engine`: look at the container at all;
    `pre`: at what one would meet that is not there yet."""

    container: str
    data_dir: str
    tool_version: str
    passive: bool = False
    timeout: float = 3.0
    source: str = ""
    compose: tuple[str, ...] = ()
    engine: bool = True
    pre: bool = False
    deployment: bool = False
    """`container` is the name of a Deployment, and each of its pods is to be looked at."""
    debug_container: bool = False
    """A pod that does not run may be given an ephemeral container."""

    @property
    def together(self) -> float:
        """How long the engine is waited for in all, in seconds: as long as services may take that answer late."""
        return max(_TOGETHER_S, _LATE * self.timeout)


class EngineSource(Protocol):
    """The engine as it was named, not opened yet."""

    def search(self) -> EngineSearch:
        """Who named which endpoint. Raises EngineError where the name leads to none (an unknown context, say)."""
        ...

    def open(self, *, together: float = ...) -> EngineClient:
        """Connect to it. All that it answers, and what runs on it, comes within `together` seconds from now, by
        default whenever it does. Raises EngineError."""
        ...

    def live_sockets(self) -> tuple[str, ...]:
        """Other engine sockets of this machine that accept connections."""
        ...

    def open_socket(self, url: str) -> EngineClient:
        """Connect to one of them, only to look. Raises EngineError."""
        ...


class ProbeStarter(Protocol):
    """Sends the probe's program over a channel and waits until it runs."""

    def __call__(self, channel: Channel, vantage: Vantage, sent: Callable[[], object] = ...) -> ContainerProbe:
        """`sent` is called in between. Raises ProbeError."""
        ...


class Ports(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that `collect` needs from the outside. `now` gives ISO 8601 in UTC."""

    engine: EngineSource
    user: UserMachine
    clients: Clients
    probe_command: Callable[[str], list[str]]
    """The command line for an interpreter, to be started in or beside the container."""
    start_probe: ProbeStarter
    read_contract: Callable[[dict[str, bytes]], Json]
    redactor: Redactor
    source: SourceFiles
    gofmt: Callable[[bytes], GoVerdict | None]
    """What gofmt says of a file; None where there is no gofmt."""
    profile: Profile
    now: Callable[[], str]
    progress: Callable[[str], None] = msgspec.field(default=lambda _: None)
    meanwhile: Callable[[], None] = msgspec.field(default=lambda: None)
    """Anything that may be done while the container is waited for: not before, and not with --passive."""


class Run(msgspec.Struct, frozen=True):
    """What every part of one run works with: what was asked for, the ports, the threads, and the container's place."""

    options: CollectOptions
    ports: Ports
    pool: Executor
    place: Place

    @property
    def names(self) -> HostNames:
        """What the user's machine is called there."""
        return names_in(self.place, self.ports.profile)

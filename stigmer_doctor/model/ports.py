"""What the doctor needs from the outside, as protocols. Adapters implement them; tests use in-memory ones.

Every call has a deadline of its own and raises only errors of `model.errors`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

import msgspec

from stigmer_doctor.model.reach import Listener, Outcome, Reach, Vantage

if TYPE_CHECKING:  # who asks loads what it is answered with
    from stigmer_doctor.model.facts import (
        BackendAnswer,
        Compose,
        DataDir,
        LlmAnswer,
        Redaction,
        RedisAnswer,
        SocketProbe,
        TemporalAnswer,
        UserSystem,
    )
    from stigmer_doctor.model.fixes import Journal
    from stigmer_doctor.model.questions import BackendQuestion, TemporalQuestion

Json = Mapping[str, Any]
T = TypeVar("T")


class StateStore(Protocol):
    """The journals of fixes. Everything raises DoctorError where they cannot be kept safely."""

    def save(self, journal: Journal) -> None:
        """It is on the disk when this returns."""
        ...

    def journals(self) -> list[Journal]:
        """All of them, the oldest first."""
        ...

    def unreadable(self) -> list[str]:
        """A line for each journal that cannot be read: which one, and why."""
        ...

    def forget(self, journal: Journal) -> None: ...

    def locked(self, container: str) -> AbstractContextManager[None]:
        """One fix at a time. Raises DoctorError when another process holds the lock."""
        ...


class Files(Protocol):
    """Small files of the user's. Raises DoctorError."""

    def read(self, path: str) -> bytes: ...

    def write(self, path: str, data: bytes) -> None:
        """Replace the file's content at once; its mode, its owner and a symbolic link to it stay."""
        ...


class ComposeTool(Protocol):
    """`docker compose` or `docker-compose`. Raises DoctorError with what it said."""

    def check(self, owner: Compose) -> str:
        """Why the service must not be recreated with it; "" where nothing speaks against it."""
        ...

    def up(self, owner: Compose) -> None:
        """Make the service's container what its files say, and start it; nothing else of the project is touched."""
        ...


class SourceFiles(Protocol):
    """Text files that the user named, or a source tree. Paths have forward slashes; relative ones are relative to the
    tree, or to the working directory where there is none."""

    def paths(self, suffixes: tuple[str, ...]) -> Sequence[str]:
        """Every file of the tree whose name ends so, in no order; none without a tree."""
        ...

    def read(self, path: str) -> bytes | None:
        """None where it cannot be read; of a large file no more than 10 MiB and a byte."""
        ...

    def resolved(self, path: str) -> str:
        """The path from the root on, with its links followed; "" where there is nothing."""
        ...


class GoVerdict(msgspec.Struct, frozen=True):
    """What gofmt says of a file: the first error with its line and column (in bytes, from 1), or "" for none."""

    message: str = ""
    line: int = 0
    column: int = 0


class Banner(msgspec.Struct, frozen=True):
    """What became of dialling an address, and what was said there first ("" for nothing)."""

    address: str
    port: int
    outcome: Outcome
    latency_ms: float
    said: str


class Beacon(msgspec.Struct, frozen=True):
    """A listener on the user's machine that says its nonce to whoever connects."""

    address: str
    port: int
    nonce: str


class ContainerProbe(Protocol):
    """The doctor's program inside a container. Raises ProbeError."""

    vantage: Vantage

    @property
    def failure(self) -> str:
        """Why the program ended before it was closed; "" while it runs."""
        ...

    def contract(self, root: str) -> Json:
        """Read the code below `root`: see `probe.contract` for the shape."""
        ...

    def look(self, docker_socket: str) -> tuple[str, int, SocketProbe]:
        """The interpreter's version, the user id, and the Docker socket as that user sees it."""
        ...

    def reach(self, targets: Iterable[tuple[str, int]], timeout: float) -> Reach:
        """Resolve every host and dial every address of it, all at once: takes about one timeout at the worst.
        A target with port 0 is only resolved."""
        ...

    def gateway(self) -> str:
        """The next hop of the default route, "" where there is none."""
        ...

    def read_banners(self, targets: Iterable[tuple[str, int]], timeout: float) -> tuple[Banner, ...]:
        """Dial addresses (no names) and take what each says first, all at once."""
        ...

    def tunnel(self, address: str, port: int) -> AbstractContextManager[int]:
        """A port on this machine's loopback that leads to `address:port` as seen from inside."""
        ...

    def close(self) -> None: ...


class Clients(Protocol):
    """The real protocol clients. `port` is a tunnel's port on this machine; `authority` the host:port that the
    runner dials. `padding` is how many bytes to send along, so that a packet of the largest size goes that way. What
    went wrong is in the answer; they raise ProbeError only when there is none to be had."""

    def backend(
        self, port: int, authority: str, question: BackendQuestion, *, timeout: float, padding: int = 0
    ) -> BackendAnswer: ...

    def temporal(
        self, port: int, authority: str, question: TemporalQuestion, *, timeout: float, padding: int = 0
    ) -> TemporalAnswer: ...

    def redis(self, port: int, *, timeout: float, padding: int = 0) -> RedisAnswer: ...

    def llm(self, port: int, url: str, *, timeout: float, padding: int = 0) -> LlmAnswer:
        """`url` is the base URL as the runner has it: its scheme, host and path are kept."""
        ...


class UserMachine(Protocol):
    """The machine that the doctor runs on."""

    def listeners(self, ports: Iterable[int]) -> tuple[Listener, ...] | None:
        """None when the system does not let this user ask."""
        ...

    def reach(self, targets: Iterable[tuple[str, int]], timeout: float) -> Reach: ...

    def beacons(self, addresses: Iterable[str]) -> AbstractContextManager[tuple[Beacon, ...]]:
        """Listen on those of the addresses that are this machine's and face no outside network, while it is open."""
        ...

    def system(self) -> UserSystem:
        """Which system it is, and its routes."""
        ...

    def data_dir(self, path: str, id_files: Sequence[str]) -> DataDir:
        """What is recorded in that of the files which was written last, in the folder `path`."""
        ...


class Redactor(Protocol):
    """Hides secrets. Learns them from the environment first, so that they are found everywhere else."""

    def environment(self, pairs: Mapping[str, str], where: str) -> dict[str, tuple[str, bool]]:
        """Shown value and whether it is hidden, by name. Learns every secret in it."""
        ...

    def text(self, text: str, where: str) -> str:
        """The text without any secret that was learnt or that looks like one."""
        ...

    def reference(self, image: str, where: str) -> str:
        """The same of an image's reference, where what stands behind a colon is a tag, whatever the name before it."""
        ...

    def error(self, error: Exception) -> str:
        """What an error says, without secrets, at a length that a report has room for."""
        ...

    def arguments(self, argv: Sequence[str], where: str) -> tuple[str, ...]:
        """The command line without secrets, also where only its place tells that an argument is one."""
        ...

    def learn(self, fact: object) -> object:
        """Learn what looks like a secret in it, ahead of its sweep."""
        ...

    def sweep(self, fact: T, where: str = "sweep") -> T:
        """The same structure with every secret that was learnt or looks like one replaced in all its strings."""
        ...

    def report(self) -> tuple[Redaction, ...]:
        """How often each rule hid something, and where."""
        ...

"""What real clients were told, and what the probe saw inside."""

from __future__ import annotations

from enum import StrEnum
from typing import TypeAlias

from stigmer_doctor.model.record import Fact, Part


class Answered(StrEnum):
    """What a real client was told over an open connection."""

    YES = "answered"
    WRONG_PROTOCOL = "wrong-protocol"
    UNAVAILABLE = "unavailable"
    """The protocol is spoken, and says that the service is not serving."""
    TIMED_OUT = "timed-out"


class BackendAnswer(Fact, frozen=True, kw_only=True):
    """The answer to a gRPC health call. UNIMPLEMENTED is an answer: stigmer-server registers no health service."""

    answered: Answered
    status: str
    detail: str = ""
    latency_ms: float = 0.0


class Poller(Part, frozen=True, kw_only=True):
    """A worker that polls a task queue. `last_access` is Temporal's, ISO 8601; `kinds` are workflow and activity."""

    identity: str
    last_access: str
    kinds: tuple[str, ...] = ()


class TemporalAnswer(Fact, frozen=True, kw_only=True):
    """`namespace_exists` and `pollers` are None when the question was not answered."""

    answered: Answered
    namespace: str
    task_queue: str
    status: str = ""
    detail: str = ""
    server_version: str = ""
    namespace_exists: bool | None = None
    pollers: tuple[Poller, ...] | None = None
    latency_ms: float = 0.0


class LlmAnswer(Fact, frozen=True, kw_only=True):
    """The answer to `GET /api/tags`; `models` are the names that it lists."""

    answered: Answered
    status: int = 0
    detail: str = ""
    models: tuple[str, ...] = ()
    latency_ms: float = 0.0


Answer: TypeAlias = BackendAnswer | TemporalAnswer | LlmAnswer
"""What any of the three services answered."""


class SocketProbe(Part, frozen=True, kw_only=True):
    """The Docker socket as the runner's user sees it: `error` is "" when it could be connected to."""

    path: str
    exists: bool
    error: str = ""


class Inside(Fact, frozen=True, kw_only=True):
    """What the probe saw inside: its interpreter and user, and the Docker socket."""

    python: str
    uid: int
    docker_socket: SocketProbe


class Redaction(Part, frozen=True, kw_only=True):
    """How often a redaction rule hid something, and where (environment, logs, argv, ...)."""

    rule: str
    where: str
    count: int

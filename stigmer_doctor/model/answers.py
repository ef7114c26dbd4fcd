"""What real clients were told, and what the probe saw inside."""

from enum import StrEnum
from typing import TypeAlias

from stigmer_doctor.model.addresses import host_port
from stigmer_doctor.model.record import Fact, Part


class Answered(StrEnum):
    """What a real client was told over an open connection."""

    YES = "answered"
    WRONG_PROTOCOL = "wrong-protocol"
    UNAVAILABLE = "unavailable"
    """The protocol is spoken, and says that the service is not serving."""
    TIMED_OUT = "timed-out"


class Trouble(StrEnum):
    """What it took to get the answer, where the first question was not answered in time."""

    NONE = ""
    LATE = "late"
    """A question was answered, after the time that was allowed."""
    ONLY_SMALL = "only small packets"
    """A question that fits into a small packet was answered, and the same one in a large packet was not, twice."""


class BackendAnswer(Fact, frozen=True, kw_only=True):
    """The answer to a gRPC health call. UNIMPLEMENTED is an answer: stigmer-server registers no health service.

    `has_service` is whether the server has the backend's own service, None where it did not say; `other` is what it
    is then, as far as that is known ("Temporal"). Of further services that it was asked for it
    has those in `serves`, and not those in `lacks`.
    """

    answered: Answered
    status: str
    detail: str = ""
    latency_ms: float = 0.0
    has_service: bool | None = None
    other: str = ""
    serves: tuple[str, ...] = ()
    lacks: tuple[str, ...] = ()
    trouble: Trouble = Trouble.NONE


class Poller(Part, frozen=True, kw_only=True):
    """A worker that polls a task queue. `last_access` is Temporal's, ISO 8601; `kinds` are workflow and activity."""

    identity: str
    last_access: str
    kinds: tuple[str, ...] = ()


class SentExecution(Part, frozen=True, kw_only=True):
    """The newest execution that a server started: `by` is its identity, `at` when (ISO 8601), `to` the task queue that
    it named for the runner's activities. `pollers` ask for activities there, None when that was not answered."""

    to: str
    by: str
    at: str
    pollers: tuple[Poller, ...] | None = None


class ServerQueue(Part, frozen=True, kw_only=True):
    """The task queue in which the server's own workflows wait: who polls it for them (None when that was not answered),
    and the newest execution there; None where there is none, or it does not say where the runner's part goes."""

    name: str
    pollers: tuple[Poller, ...] | None = None
    sent: SentExecution | None = None


class TemporalAnswer(Fact, frozen=True, kw_only=True):
    """`namespace_exists` and `pollers` are None when the question was not answered; `cluster_id` is the server's, and
    `server` None where no task queue of stigmer-server is known."""

    answered: Answered
    namespace: str
    task_queue: str
    status: str = ""
    detail: str = ""
    server_version: str = ""
    namespace_exists: bool | None = None
    pollers: tuple[Poller, ...] | None = None
    latency_ms: float = 0.0
    cluster_id: str = ""
    server: ServerQueue | None = None
    trouble: Trouble = Trouble.NONE


class LlmAnswer(Fact, frozen=True, kw_only=True):
    """The answer to `GET /api/tags`; `models` are the names that it lists, `fingerprint` tells one server's list from
    another's ("" where it is empty)."""

    answered: Answered
    status: int = 0
    detail: str = ""
    models: tuple[str, ...] = ()
    latency_ms: float = 0.0
    fingerprint: str = ""
    trouble: Trouble = Trouble.NONE


class RedisAnswer(Fact, frozen=True, kw_only=True):
    """The answer to a PING. `status` is its first word: PONG, or NOAUTH, which proves that Redis is there and says
    that it wants a password, or DENIED: it serves its own machine only."""

    answered: Answered
    status: str = ""
    detail: str = ""
    latency_ms: float = 0.0
    trouble: Trouble = Trouble.NONE


Answer: TypeAlias = BackendAnswer | TemporalAnswer | LlmAnswer | RedisAnswer
"""What any of the services answered."""


class Trial(Part, frozen=True, kw_only=True):
    """One address of an endpoint, dialled several times at once: how often it accepted, and how often only after the
    first packet was sent again."""

    endpoint: str
    address: str
    port: int
    tried: int
    accepted: int
    resent: int

    @property
    def at(self) -> str:
        """What was dialled, `address:port`."""
        return host_port(self.address, self.port)


class Comparison(Fact, frozen=True, kw_only=True):
    """What was measured beyond the first dial and question, where those left it open: repeated dials from the
    container, and what the services answer on the user's machine itself (None: not asked)."""

    trials: tuple[Trial, ...] = ()
    backend: BackendAnswer | None = None
    temporal: TemporalAnswer | None = None
    llm: LlmAnswer | None = None
    redis: RedisAnswer | None = None

    def here(self, name: str) -> Answer | None:
        """The answer of the service of that name on the user's machine."""
        return {"backend": self.backend, "temporal": self.temporal, "llm": self.llm, "redis": self.redis}.get(name)

    def of(self, name: str) -> tuple[Trial, ...]:
        """The trials of the endpoint of that name."""
        return tuple(trial for trial in self.trials if trial.endpoint == name)


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

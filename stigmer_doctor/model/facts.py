"""The facts of one diagnosis: what was measured, and what could not be, with the reason.

Everything is frozen, serialisable and redacted. A snapshot is a `Facts` as JSON, and rules read nothing else, so that
a saved snapshot gives the same diagnosis as the live container. Times are ISO 8601 in UTC; latencies are milliseconds.
"""

from __future__ import annotations

import ipaddress
from enum import StrEnum

import msgspec

from stigmer_doctor.model.record import Fact, Part
from stigmer_doctor.model.record import NotMeasured as NotMeasured  # noqa: PLC0414 - part of the facts' own vocabulary
from stigmer_doctor.model.topology import Topology

SCHEMA_VERSION = 1

LOOPBACK_NAMES = frozenset({"localhost", "localhost.localdomain", "ip6-localhost"})


def is_loopback(host: str) -> bool:
    """Whether a host name or address literal means "the machine that dials"."""
    if host.lower().rstrip(".") in LOOPBACK_NAMES:
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


# ---- the engine ------------------------------------------------------------------------------------------------------


class EngineFault(StrEnum):
    """Why there is no engine to ask."""

    UNREACHABLE = "unreachable"
    PERMISSION_DENIED = "permission-denied"
    UNKNOWN_CONTEXT = "unknown-context"
    TLS = "tls"
    INVALID_ADDRESS = "invalid-address"
    TIMED_OUT = "timed-out"


class EngineSearch(Part, frozen=True, kw_only=True):
    """Which engine was asked, who named it, and what became of that.

    `source` says who named the endpoint: "--host", "--context", "DOCKER_HOST", "DOCKER_CONTEXT", "currentContext of
    <path>" or "default". `context` is the name of the docker context in use, "" without one. `live_sockets` are other
    sockets on this machine that accept connections (only looked for when the engine did not answer).
    """

    endpoint: str
    source: str
    local: bool
    context: str = ""
    fault: EngineFault | None = None
    detail: str = ""
    live_sockets: tuple[str, ...] = ()


class Engine(Fact, frozen=True, kw_only=True):
    """What the engine says of itself (`/version` and `/info`)."""

    version: str
    api_version: str
    operating_system: str
    name: str
    kernel: str
    architecture: str
    components: tuple[str, ...] = ()
    rootless: bool = False


# ---- the container ---------------------------------------------------------------------------------------------------


class Brief(Part, frozen=True, kw_only=True):
    """One line of the container list."""

    id: str
    name: str
    image: str
    state: str
    created: str


class Match(StrEnum):
    """What the container list says of the container that was asked for."""

    FOUND = "found"
    MISSING = "missing"
    AMBIGUOUS = "ambiguous"
    NOT_A_RUNNER = "not-a-runner"
    REMOVED = "removed"


class Elsewhere(Part, frozen=True, kw_only=True):
    """A container of the name that was asked for, on another engine of this machine."""

    endpoint: str
    container: Brief


class Lookup(Fact, frozen=True, kw_only=True):
    """How the container was found. `runners` are all containers that run the runner's image or carry its name;
    `candidates` those that an ambiguous id prefix or a similar name could have meant; `elsewhere` is what other
    engines of this machine have under that name, looked for only when this one has nothing."""

    asked: str
    match: Match
    detail: str = ""
    candidates: tuple[Brief, ...] = ()
    runners: tuple[Brief, ...] = ()
    elsewhere: tuple[Elsewhere, ...] = ()


class Variable(Part, frozen=True, kw_only=True):
    """A variable of the container. A hidden value is a token such as `<hidden 3>`; equal values have equal tokens."""

    name: str
    value: str
    hidden: bool = False
    from_image: bool = False


class Network(Part, frozen=True, kw_only=True):
    """A network the container is attached to. `internal` is None when the network could not be inspected."""

    name: str
    driver: str = ""
    internal: bool | None = None
    address: str = ""
    gateway: str = ""
    address6: str = ""
    gateway6: str = ""


class Mount(Part, frozen=True, kw_only=True):
    """A mount: `type` is bind, volume or tmpfs."""

    type: str
    source: str
    destination: str
    writable: bool


class State(Part, frozen=True, kw_only=True):
    """`status` is one of created, running, paused, restarting, removing, exited, dead.
    `health` is "" (no healthcheck), starting, healthy or unhealthy; `health_output` the last probe's output."""

    status: str
    exit_code: int = 0
    error: str = ""
    oom_killed: bool = False
    started_at: str = ""
    finished_at: str = ""
    health: str = ""
    health_output: str = ""


class Compose(Part, frozen=True, kw_only=True):
    """Where a compose container comes from, read from its labels."""

    project: str
    service: str
    config_files: tuple[str, ...] = ()
    working_dir: str = ""


class Container(Fact, frozen=True, kw_only=True):
    """The inspected container; only what a rule or a report reads.

    `network_mode` is as the engine has it: host, bridge, none, container:<id>, a network's name ("default" is written
    as "bridge"). `argv` is entrypoint and command together.

    The last four are what recreating it needs. `entrypoint` is the first part of `argv`. `own` names those of user,
    working_dir, entrypoint and command that were given at its creation and are not the image's. `run_options` are
    further `docker run` options, one word each ("--log-driver=json-file", "--publish=8080:80"). `uncarried` are names
    of engine settings that differ from the engine's defaults and that no `docker run` option here carries
    ("Ulimits", "AutoRemove"). None: not looked at.
    """

    id: str
    name: str
    image: str
    image_id: str
    created: str
    state: State
    restart_policy: str
    restart_count: int
    network_mode: str
    networks: tuple[Network, ...] = ()
    extra_hosts: tuple[str, ...] = ()
    dns: tuple[str, ...] = ()
    hostname: str = ""
    user: str = ""
    working_dir: str = ""
    argv: tuple[str, ...] = ()
    environment: tuple[Variable, ...] = ()
    mounts: tuple[Mount, ...] = ()
    compose: Compose | None = None
    entrypoint: tuple[str, ...] = ()
    own: tuple[str, ...] | None = None
    run_options: tuple[str, ...] = ()
    uncarried: tuple[str, ...] | None = None

    @property
    def running(self) -> bool:
        return self.state.status == "running"

    @property
    def host_network(self) -> bool:
        return self.network_mode == "host"

    def variable(self, name: str) -> Variable | None:
        """The variable of that name, or None when it is not set."""
        return next((each for each in self.environment if each.name == name), None)


class DataDir(Fact, frozen=True, kw_only=True):
    """The daemon's data directory. `recorded_id` is what the container-id file holds, None when there is no file."""

    path: str
    id_file: str
    recorded_id: str | None = None
    error: str = ""


class Logs(Fact, frozen=True, kw_only=True):
    """The container's last log lines, oldest first, without ANSI sequences. `truncated`: there were more."""

    lines: tuple[str, ...]
    truncated: bool = False


# ---- what the image reads, and what is in force ----------------------------------------------------------------------


class Read(Part, frozen=True, kw_only=True):
    """One place in the image's code that reads a variable.

    `default` is None where there is none or where it is computed; `required`: reading fails when it is unset;
    `when` is the mode that leads to this read: "local", "cloud" or "" (always); `locator` is `path:line`;
    `fallback` is the variable that is read instead when this one is unset.
    """

    name: str
    default: str | None = None
    required: bool = False
    when: str = ""
    locator: str = ""
    fallback: str = ""


class ContractSource(StrEnum):
    IMAGE = "image"
    """Parsed from the code in the image."""
    PROFILE = "profile"
    """The doctor's built-in knowledge of the runner: assumed, not measured."""


class Contract(Fact, frozen=True, kw_only=True):
    """The variables that the runner's code reads. `computed` are places that read under a name made at run time:
    where there are any, "nobody reads it" cannot be said with certainty."""

    source: ContractSource
    reads: tuple[Read, ...]
    computed: tuple[str, ...] = ()
    detail: str = ""

    def of(self, name: str) -> tuple[Read, ...]:
        """Every place that reads the variable."""
        return tuple(each for each in self.reads if each.name == name)

    def knows(self, name: str) -> bool:
        """Whether the code reads the variable anywhere."""
        return any(each.name == name for each in self.reads)


class Origin(StrEnum):
    """Where an effective value comes from."""

    ENVIRONMENT = "environment"
    IMAGE_ENVIRONMENT = "image-environment"
    DEFAULT = "default"
    """The default in the image's code: no variable sets it."""
    ASSUMED = "assumed"
    """The default of the built-in profile: the image's code could not be read."""


class Setting(Part, frozen=True, kw_only=True):
    """An effective setting. `key` is the profile's name for it (mode, namespace, task_queue, execution_mode,
    sandbox_root, llm_provider, llm_model); `variable` the one that the image reads for it."""

    key: str
    variable: str
    value: str
    origin: Origin
    locator: str = ""


class Protocol(StrEnum):
    """What is spoken on an endpoint."""

    GRPC = "grpc"
    TEMPORAL = "temporal"
    OLLAMA = "ollama"


class Endpoint(Part, frozen=True, kw_only=True):
    """An address that the runner dials, as it is in force.

    `raw` is the value before parsing (redacted); `scheme` what stood before "://"; `problem` says why the address
    cannot be used (then `host` is "" and `port` 0). `standard_port` is where the service normally listens on the
    user's machine, whatever `port` says.
    """

    name: str
    title: str
    protocol: Protocol
    variable: str
    raw: str
    origin: Origin
    host: str
    port: int
    standard_port: int
    scheme: str = ""
    tls: bool = False
    problem: str = ""
    locator: str = ""

    @property
    def address(self) -> str:
        """`host:port`, with brackets around an IPv6 literal."""
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"

    @property
    def loopback(self) -> bool:
        return is_loopback(self.host)

    @property
    def defaulted(self) -> bool:
        return self.origin in (Origin.DEFAULT, Origin.ASSUMED)


class Configuration(Fact, frozen=True, kw_only=True):
    """What is in force in the container: every endpoint that the runner will dial, and the settings that rules read.
    An endpoint that is not in use (the LLM address of a provider other than ollama) is left out."""

    endpoints: tuple[Endpoint, ...]
    settings: tuple[Setting, ...] = ()

    def endpoint(self, name: str) -> Endpoint | None:
        return next((each for each in self.endpoints if each.name == name), None)

    def setting(self, key: str) -> Setting | None:
        return next((each for each in self.settings if each.key == key), None)


# ---- reachability ----------------------------------------------------------------------------------------------------


class Outcome(StrEnum):
    """What became of a TCP connection attempt."""

    CONNECTED = "connected"
    REFUSED = "refused"
    TIMED_OUT = "timed out"
    NO_ROUTE = "no route"
    """The address family or network cannot be reached from there (ENETUNREACH, EHOSTUNREACH, EADDRNOTAVAIL)."""
    FAILED = "failed"


class Dial(Part, frozen=True, kw_only=True):
    """One connection attempt to one address. `host` is the name that was asked for, `address` what it resolved to."""

    host: str
    address: str
    port: int
    outcome: Outcome
    latency_ms: float = 0.0
    detail: str = ""


class Resolution(Part, frozen=True, kw_only=True):
    """What a name resolved to; no addresses and an error when it did not."""

    host: str
    addresses: tuple[str, ...] = ()
    error: str = ""


class Vantage(StrEnum):
    """From where it was dialled."""

    CONTAINER = "inside the container"
    CLONE = "a throwaway container with the same network settings"
    USER = "this machine"


class Reach(Fact, frozen=True, kw_only=True):
    """Name resolution and dials from one vantage."""

    vantage: Vantage
    resolutions: tuple[Resolution, ...] = ()
    dials: tuple[Dial, ...] = ()

    def resolution(self, host: str) -> Resolution | None:
        return next((each for each in self.resolutions if each.host == host), None)

    def resolves(self, host: str) -> bool | None:
        """Whether the name has an address there; None when it was not asked."""
        found = self.resolution(host)
        return None if found is None else bool(found.addresses)

    def to(self, host: str, port: int) -> tuple[Dial, ...]:
        """The dials of that host (every address separately) and port."""
        return tuple(each for each in self.dials if each.host == host and each.port == port)

    def connects(self, host: str, port: int) -> bool | None:
        """Whether any address of the host accepted on that port; None when none was dialled."""
        dials = self.to(host, port)
        return any(each.outcome is Outcome.CONNECTED for each in dials) if dials else None

    def verdict(self, host: str, port: int) -> Outcome | None:
        """The most telling outcome over all addresses: connected, else refused, timed out, no route, failed.

        The last error of a client hides the telling one (an IPv4-only container reports "cannot assign address" for
        ::1 and so hides "refused" for 127.0.0.1), hence this order. None when nothing was dialled.
        """
        seen = {each.outcome for each in self.to(host, port)}
        return next((outcome for outcome in Outcome if outcome in seen), None)


class Listener(Part, frozen=True, kw_only=True):
    """A listening TCP socket on the user's machine. `process` is "" where the system does not tell."""

    address: str
    port: int
    process: str = ""


class Listeners(Fact, frozen=True, kw_only=True):
    """What listens on the user's machine, on the ports that were asked for."""

    ports: tuple[int, ...]
    items: tuple[Listener, ...] = ()

    def on(self, port: int) -> tuple[Listener, ...]:
        return tuple(each for each in self.items if each.port == port)


# ---- what the services answered --------------------------------------------------------------------------------------


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


class Facts(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that is known about one container at one time."""

    schema_version: int = SCHEMA_VERSION
    tool_version: str
    collected_at: str
    passive: bool = False
    timeout_s: float = 3.0
    search: EngineSearch
    engine: Engine | NotMeasured
    lookup: Lookup | NotMeasured
    container: Container | NotMeasured
    data_dir: DataDir | NotMeasured
    logs: Logs | NotMeasured
    contract: Contract | NotMeasured
    configuration: Configuration | NotMeasured
    container_reach: Reach | NotMeasured
    user_reach: Reach | NotMeasured
    listeners: Listeners | NotMeasured
    inside: Inside | NotMeasured
    backend: BackendAnswer | NotMeasured
    temporal: TemporalAnswer | NotMeasured
    llm: LlmAnswer | NotMeasured
    topology: Topology | NotMeasured = NotMeasured(reason="no beacon was set up")
    redactions: tuple[Redaction, ...] = ()

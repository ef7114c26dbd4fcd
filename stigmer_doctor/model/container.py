"""The container: how it was found, what the engine says of it, what it logged."""

from enum import StrEnum

from stigmer_doctor.model.record import Fact, Part


class ContainerSummary(Part, frozen=True, kw_only=True):
    """One line of the container list. `network_mode` is "" where the engine does not list it."""

    id: str
    name: str
    image: str
    state: str
    created: str
    network_mode: str = ""


class Match(StrEnum):
    """What the container list says of the container that was asked for."""

    FOUND = "found"
    MISSING = "missing"
    AMBIGUOUS = "ambiguous"
    NOT_A_RUNNER = "not-a-runner"
    REMOVED = "removed"


class ContainerOnOtherEngine(Part, frozen=True, kw_only=True):
    """A container of the name that was asked for, on another engine of this machine."""

    endpoint: str
    container: ContainerSummary


class Lookup(Fact, frozen=True, kw_only=True):
    """How the container was found. `runners` are all containers that run the runner's image or carry its name;
    `candidates` those that an ambiguous id prefix or a similar name could have meant; `elsewhere` is what other
    engines of this machine have under that name, looked for only when this one has nothing."""

    asked: str
    match: Match
    detail: str = ""
    candidates: tuple[ContainerSummary, ...] = ()
    runners: tuple[ContainerSummary, ...] = ()
    elsewhere: tuple[ContainerOnOtherEngine, ...] = ()


class Variable(Part, frozen=True, kw_only=True):
    """A variable of the container. A hidden value is a token such as `<hidden 3>`; equal values have equal tokens.
    `unsendable` says what a hidden value has that no header can carry ("a line break"), "" for nothing."""

    name: str
    value: str
    hidden: bool = False
    from_image: bool = False
    unsendable: str = ""


class Network(Part, frozen=True, kw_only=True):
    """A network the container is attached to. `internal` is None when the network could not be inspected; `aliases` are
    names that were given to the container there; `subnets` are the network's ranges in CIDR notation."""

    name: str
    driver: str = ""
    internal: bool | None = None
    address: str = ""
    gateway: str = ""
    address6: str = ""
    gateway6: str = ""
    aliases: tuple[str, ...] = ()
    subnets: tuple[str, ...] = ()


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
    """Where a compose container comes from, read from its labels. `version` is the tool's that created it, `hash` what
    it made of the service then."""

    project: str
    service: str
    config_files: tuple[str, ...] = ()
    working_dir: str = ""
    environment_files: tuple[str, ...] = ()
    version: str = ""
    hash: str = ""


RUN_FLAGS = frozenset({"tty", "interactive", "privileged", "read-only", "init"})
"""The further `docker run` options that a container's facts carry: those without a value, and those with one."""
RUN_OPTIONS = frozenset(
    {
        *("stop-signal", "stop-timeout", "log-driver", "log-opt", "publish", "cap-add", "cap-drop", "device", "memory"),
        *("cpus", "cpu-shares", "pids-limit", "security-opt", "group-add", "dns", "dns-option", "dns-search", "tmpfs"),
        *("sysctl", "ulimit"),
    }
)


class Container(Fact, frozen=True, kw_only=True, rename={"overrides": "own", "unsupported_options": "uncarried"}):
    """The inspected container; only what a rule or a report reads.

    `network_mode` is as the engine has it: host, bridge, none, container:<id>, a network's name ("default" is written
    as "bridge"). `argv` is entrypoint and command together.

    The last five are what recreating it needs. `entrypoint` is the first part of `argv`. `overrides` names those of
    user, working_dir, entrypoint and command that were given at its creation and are not the image's. `run_options` are
    further `docker run` options, one word each ("--log-driver=json-file", "--publish=8080:80").
    `unsupported_options` are names of engine settings that differ from the engine's defaults and that no `docker run`
    option here carries ("Ulimits", "AutoRemove"). None: not looked at. `labels` are the names of labels that are
    neither the image's nor compose's; their values can be anything, and are left in the container.
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
    overrides: tuple[str, ...] | None = None
    run_options: tuple[str, ...] = ()
    unsupported_options: tuple[str, ...] | None = None
    labels: tuple[str, ...] = ()

    @property
    def planned(self) -> bool:
        """Whether nobody has made it yet: source files describe it, or the doctor does."""
        return not self.id

    @property
    def running(self) -> bool:
        return self.state.status == "running"

    @property
    def host_network(self) -> bool:
        return self.network_mode == "host"

    @property
    def own_network(self) -> bool:
        """Whether it has a network of its own: not the host's, not another container's, not none."""
        return self.network_mode not in ("host", "none") and not self.network_mode.startswith("container:")

    @property
    def only_internal(self) -> bool:
        """Whether no network of it leads out of the engine."""
        return bool(self.networks) and all(network.internal for network in self.networks)

    def variable(self, name: str) -> Variable | None:
        """The variable of that name, or None when it is not set."""
        return next((variable for variable in self.environment if variable.name == name), None)


class DataDir(Fact, frozen=True, kw_only=True):
    """The daemon's data directory. `recorded_id` is what the container-id file holds, None when there is no file."""

    path: str
    id_file: str
    recorded_id: str | None = None
    error: str = ""


class Logs(Fact, frozen=True, kw_only=True):
    """The container's last log lines, oldest first, without ANSI sequences. `truncated`: there were more.

    `before_start` is how many of them, from the beginning, are older than the container's last start, and `last_at`
    when the last one was written; both by the engine's clock, None and "" where the engine gave no times.
    """

    lines: tuple[str, ...]
    truncated: bool = False
    before_start: int | None = None
    last_at: str = ""

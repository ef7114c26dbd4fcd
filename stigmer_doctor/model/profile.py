"""What the runner is: the shape of `profiles/stigmer.toml`."""

import msgspec

from stigmer_doctor.model.protocol import Protocol


class EndpointProfile(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An endpoint of the runner. `variables` are the names that some version of the image reads, preferred first."""

    name: str
    title: str
    protocol: Protocol
    variables: tuple[str, ...]
    port: int
    port_variable: str = ""
    """The variable that holds the port, where `variables` hold the host only."""
    password_variable: str = ""
    mode: str = ""
    """The mode in which the runner uses it: local, cloud, or "" for both."""
    library_variables: tuple[str, ...] = ()
    """The names that the client's library reads by itself when it is given no address."""
    banner: str = ""
    """A regular expression: the log line in which the runner says the `address` that it uses."""
    url: bool = False
    """The value is a URL; otherwise host:port, where a scheme is a fault."""
    start: str = ""
    """The command that starts the service on the user's machine; `{port}` stands for the port to listen on."""
    service: str = ""
    """The gRPC service by which its server is told from others, and a method of it that changes nothing."""
    method: str = ""
    unknown_service: str = ""
    """A regular expression: the log line in which its server is said not to have a `service`."""
    cluster_names: tuple[str, ...] = ()
    """What its Service is called in a cluster, the most telling name first."""
    listens: str = "127.0.0.1"
    """The address on which the service normally listens; 0.0.0.0 for all."""


class SettingProfile(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A setting that rules read. `choices`: anything else stops the start-up; `type` is str, int, float or bool;
    `mode` is the one in which it is read, "" for both."""

    key: str
    variable: str
    type: str = "str"
    choices: tuple[str, ...] = ()
    mode: str = ""
    empty: bool = False
    """Set to nothing is the same as unset."""


class ReadProfile(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A variable that the runner is known to read, for when the image's code cannot be parsed."""

    name: str
    default: str | None = None
    local: str | None = None
    cloud: str | None = None


class UnreadProfile(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A variable that the daemon sets and that no known image reads, and the one that it stands for."""

    name: str
    meant: str


class SignatureProfile(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A wording in the log (a regular expression), and the endpoint whose client emits it; `success` is the wording (an
    expression too) of what only shows when the same client got through."""

    rule: str
    pattern: str
    endpoint: str
    emitter: str
    success: str = ""


class CredentialProfile(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A credential that is required when `key` (a setting) has one of `values`: any one of the variables will do."""

    key: str
    values: tuple[str, ...]
    any_of: tuple[str, ...]
    mistaken: tuple[str, ...] = ()
    """Names that are set in its place by mistake, and that nothing reads."""
    at_start: bool = True
    """Whether the start-up fails without it; otherwise each execution does."""
    always_sent: bool = False
    """Whether what is set is sent as a header whatever `key` is."""


class ServerProfile(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What stigmer-server does at Temporal itself; "" where nothing is known of that."""

    service: str = ""
    """A gRPC service that all of them have that run workflows, beside the one by which any backend is told."""
    queue: str = ""
    """The task queue in which its own workflows wait."""
    queue_variable: str = ""
    """The variable of the server that names another one."""
    memo: str = ""
    """The note on each workflow that names the task queue of the runner's activities."""
    address_variable: str = ""
    """The variable of the server that holds Temporal's address."""
    restart: tuple[str, ...] = ()
    """The commands that start it again."""


class Profile(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Facts about Stigmer, so that rules hold none."""

    container_name: str
    images: tuple[str, ...]
    """Substrings of an image reference that mean "this is an agent-runner"."""
    source_markers: tuple[str, ...]
    """Folders that every Stigmer checkout has."""
    go_markers: tuple[str, ...]
    """What a Go file holds that has to do with the runner."""
    compose_services: tuple[str, ...]
    """What a compose service that builds the runner's image is called."""
    pull_commands: tuple[str, ...]
    """How the newest image is fetched, and the runner made again of it."""
    started_with: dict[str, str]
    """What the local daemon sets in the runner besides addresses, by variable: as far as it decides what is dialled."""
    data_dir: str
    tickets: str
    """OWNER/NAME on GitHub: the repository whose issues tickets go to."""
    id_files: tuple[str, ...]
    """The files in the data folder that hold the container's id, by the programs that start it."""
    other_images: tuple[str, ...]
    """Substrings of an image reference that mean "this is another part of Stigmer"."""
    other_containers: tuple[str, ...]
    """Words in the name of a container that is another part of Stigmer."""
    other_variables: tuple[str, ...]
    """Prefixes of variables that are set for another part of Stigmer only."""
    interpreters: tuple[str, ...]
    """Where an interpreter may be in the image, tried in this order."""
    code_root: str
    source_home: str
    """The folder of a Stigmer checkout that holds the runner's own code."""
    source_libraries: str
    """The folder of a Stigmer checkout that holds libraries which are built into the image."""
    marker_file: str
    """A file below the code root that every agent-runner image has."""
    docker_socket: str
    host_aliases: tuple[str, ...]
    workspace_mount: str
    owned_prefixes: tuple[str, ...]
    """A variable with such a name is meant for the runner: when nothing reads it, that is worth saying."""
    library_variables: tuple[str, ...]
    """Names with an owned prefix that a library in the image reads, not the runner's own code. `*` at the end is a
    prefix."""
    shown_variables: tuple[str, ...]
    """The allow-list: only the values of these appear in reports and snapshots. `*` at the end is a prefix."""
    endpoints: tuple[EndpointProfile, ...]
    settings: tuple[SettingProfile, ...]
    reads: tuple[ReadProfile, ...]
    unread: tuple[UnreadProfile, ...]
    signatures: tuple[SignatureProfile, ...]
    credentials: tuple[CredentialProfile, ...]
    startup_failure: str
    """A regular expression: the runner's log line of a failed start-up."""
    worker_ready: str = "Worker ready"
    """What the runner's log line of a completed start-up contains."""
    execution_failed: str = ""
    """What the runner's log line of a failed execution contains; the error is on it or on the lines after."""
    execution_completed: str = ""
    """A regular expression: the log line of an execution that completed."""
    server: ServerProfile = ServerProfile()

    def endpoint(self, name: str) -> EndpointProfile | None:
        """What is known of the endpoint of that name."""
        return next((endpoint for endpoint in self.endpoints if endpoint.name == name), None)

    def read_by_a_library(self, variable: str) -> bool:
        """Whether it is one of `library_variables`."""
        begun = tuple(name[:-1] for name in self.library_variables if name.endswith("*"))
        return variable in self.library_variables or variable.startswith(begun)

    @property
    def vocabulary(self) -> tuple[str, ...]:
        """Words that reports are made of: never secrets, whatever a variable of that value is called."""
        known = (read.default for read in self.reads if read.default)
        return (self.container_name, *self.images, *self.host_aliases, *self.shown_variables, *known)

    @property
    def always_used(self) -> tuple[EndpointProfile, ...]:
        """The services that the runner uses in both modes."""
        return tuple(endpoint for endpoint in self.endpoints if not endpoint.mode)

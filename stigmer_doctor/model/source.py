"""What source files say about the runner: compose files, and the Go code that starts the container.

Files are named as the user named them, or relative to the source tree, with forward slashes. Values are redacted.
"""

from stigmer_doctor.model.container import Container, Variable
from stigmer_doctor.model.edits import Edit, Span
from stigmer_doctor.model.record import Fact, Part
from stigmer_doctor.model.runner import Configuration, Contract


class Problem(Part, frozen=True, kw_only=True, rename={"edits": "mend"}):
    """What is wrong with a file, as a clause about it. `certain`: what reads the file refuses it; otherwise the doctor
    did not look at all of it. `edits` fixes it where the fix is certain."""

    file: str
    message: str
    span: Span | None = None
    certain: bool = True
    edits: tuple[Edit, ...] = ()

    @property
    def place(self) -> str:
        return self.span.place if self.span else self.file


class Token(Part, frozen=True, kw_only=True):
    """A value where it stands. `via` is "" where it can be changed there, else how it came into force ("extends", "an
    anchor", "interpolation", "env_file", "a merge key")."""

    name: str
    span: Span
    via: str = ""


class ComposeVariable(Part, frozen=True, kw_only=True):
    """A variable of a service. `name_at` is its name; `scheme_at` what stands before the host of its value, None where
    there is none or where the file does not hold it as it is."""

    variable: Variable
    known: bool
    place: str
    via: str = ""
    name_at: Span | None = None
    scheme_at: Span | None = None


class UnsetEndpoint(Part, frozen=True, kw_only=True):
    """An endpoint that nothing sets, so that its default is in force: the container itself. `value` is what would lead
    to the user's machine, `edits` how to set it."""

    name: str
    variable: str
    value: str
    edits: tuple[Edit, ...] = ()


class ComposeService(Part, frozen=True, kw_only=True):
    """A service that runs the runner. `planned` is the container that compose would create of it, with the variables
    whose values are known; `configuration` is what would be in force in it. `host_mode` is where host networking is
    asked for, `without_host_mode` how to do without;
    `with_alias` is how to map the name that stands for the user's machine; `unset` are endpoints that nothing sets, and
    `unreadable` the env files that cannot be read here."""

    name: str
    files: tuple[str, ...]
    place: str
    planned: Container
    configuration: Configuration
    environment: tuple[ComposeVariable, ...] = ()
    host_mode: Token | None = None
    without_host_mode: tuple[Edit, ...] = ()
    with_alias: tuple[Edit, ...] = ()
    unknown: tuple[str, ...] = ()
    unset: tuple[UnsetEndpoint, ...] = ()
    unreadable: tuple[str, ...] = ()
    mounts: tuple[str, ...] = ()
    """Where volumes and folders are mounted in it."""

    def variable(self, name: str) -> ComposeVariable | None:
        return next((variable for variable in self.environment if variable.variable.name == name), None)


class ComposeFiles(Fact, frozen=True, kw_only=True):
    """The compose projects that were looked at. `contract` is what the runner's code is taken to
    read; `owner` is the service that the running container was created of, "" where none is known."""

    files: tuple[str, ...]
    contract: Contract
    services: tuple[ComposeService, ...] = ()
    problems: tuple[Problem, ...] = ()
    owner: str = ""


# ---- Go --------------------------------------------------------------------------------------------------------------


class GoHostNetwork(Part, frozen=True, kw_only=True, rename={"edits": "mend"}):
    """Host networking that reaches `docker run` on `systems`; `edits` asks for it on Linux only. Not
    `certain`: whether it does could not be told."""

    span: Span
    systems: tuple[str, ...] = ("linux", "darwin", "windows")
    certain: bool = True
    edits: tuple[Edit, ...] = ()


class GoVariable(Part, frozen=True, kw_only=True, rename={"edits": "mend"}):
    """A variable that is written for the container. `format` is its value as far as it is in the code ("http://%s").
    `address` is the loopback address that is handed over as it is, "" for none; `systems` are those on which it is,
    `way` the places that it went through from where it is born, and `resolver` the tree's own function that would
    translate it, with `edits` passing it through that. `untold` says why the value could not be followed."""

    name: str
    format: str
    name_at: Span
    scheme_at: Span | None = None
    address: str = ""
    address_at: Span | None = None
    systems: tuple[str, ...] = ()
    way: tuple[Span, ...] = ()
    resolver: str = ""
    partial: bool = False
    untold: str = ""
    renamed: bool = True
    edits: tuple[Edit, ...] = ()


class GoContainer(Part, frozen=True, kw_only=True):
    """A function that starts the runner's container. `planned` is the container with the variables that are written
    for it, each with what the code says of its value, and `configuration` what would be in force in it."""

    function: str
    planned: Container
    configuration: Configuration
    variables: tuple[GoVariable, ...] = ()


class GoCall(Part, frozen=True, kw_only=True, rename={"edits": "mend"}):
    """A call of a method that does not exist. `type` is written as in another package ("cliprint.ProgressDisplay"),
    `methods` are those that it has."""

    span: Span
    receiver: str
    type: str
    method: str
    methods: tuple[str, ...] = ()
    edits: tuple[Edit, ...] = ()


class GoIdFile(Part, frozen=True, kw_only=True, rename={"edits": "mend"}):
    """The file that a container's id is written to under a name that those who stop it do not read: `trusted` is what
    they read, at `read_at`."""

    span: Span
    name: str
    trusted: str
    read_at: Span
    edits: tuple[Edit, ...] = ()


class GoTakenName(Part, frozen=True, kw_only=True, rename={"edits": "mend"}):
    """A container that is started under a name that nobody freed before; `edits` frees it."""

    span: Span
    name: str
    edits: tuple[Edit, ...] = ()


class GoFiles(Fact, frozen=True, kw_only=True):
    """The Go files that have to do with the runner: those that start its container, and those that use its packages.
    `contract` is what the runner's code is taken to read."""

    files: tuple[str, ...]
    contract: Contract
    containers: tuple[GoContainer, ...] = ()
    host_networks: tuple[GoHostNetwork, ...] = ()
    calls: tuple[GoCall, ...] = ()
    id_files: tuple[GoIdFile, ...] = ()
    taken_names: tuple[GoTakenName, ...] = ()
    problems: tuple[Problem, ...] = ()

    @property
    def variables(self) -> tuple[GoVariable, ...]:
        """Those of all the containers."""
        return tuple(variable for container in self.containers for variable in container.variables)

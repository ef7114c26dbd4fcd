"""What the runner's code reads, and what is in force in its container."""

from enum import StrEnum

from stigmer_doctor.model.addresses import host_port
from stigmer_doctor.model.loopback import is_loopback
from stigmer_doctor.model.protocol import Protocol
from stigmer_doctor.model.record import Fact, Part


class Read(Part, frozen=True, kw_only=True):
    """One place in the image's code that reads a variable.

    `default` is None where there is none or where it is not `known`; `others` are defaults of which nobody can tell
    which one is in force; `required`: reading fails when it is unset; `when` is the mode that leads to this read:
    "local", "cloud" or "" (always); `locator` is `path:line`; `fallback` is the variable that is read instead when this
    one is unset; `library` the package that reads it, "" for the runner's own code.
    """

    name: str
    default: str | None = None
    required: bool = False
    when: str = ""
    locator: str = ""
    fallback: str = ""
    others: tuple[str, ...] = ()
    known: bool = True
    library: str = ""


class ClientUse(Part, frozen=True, kw_only=True):
    """One place in the image's code that constructs the client of a service, and what it hands over.

    `part` is what it hands over: "address", "host" or "port". `variables` are those that decide, the preferred first,
    `skipped` those of them that count for nothing when they are empty, and `defaults` what is in force when none of
    them is set; `literals` stand in the code, and no variable moves them;
    `omitted`: nothing is handed over; `known`: nothing else can be. `when` and `locator` are as in `Read`. `version` is
    that of the client's library, where its versions differ in what they take.
    """

    protocol: str
    client: str
    part: str
    locator: str
    when: str = ""
    variables: tuple[str, ...] = ()
    skipped: tuple[str, ...] = ()
    defaults: tuple[str, ...] = ()
    literals: tuple[str, ...] = ()
    omitted: bool = False
    known: bool = True
    version: str = ""

    @property
    def hard_coded(self) -> bool:
        """Whether the address stands in the code, whatever is set."""
        return self.known and bool(self.literals) and not self.variables


class ContractSource(StrEnum):
    IMAGE = "image"
    """Parsed from the code in the image."""
    PROFILE = "profile"
    """The doctor's built-in knowledge of the runner: assumed, not measured."""


class Contract(Fact, frozen=True, kw_only=True):
    """The variables that the runner's code reads, and the clients that get them. `computed` are places that read under
    a name made at run time: where there are any, or where the reading is not `complete`, "nobody reads it" cannot be
    said with certainty."""

    source: ContractSource
    reads: tuple[Read, ...]
    uses: tuple[ClientUse, ...] = ()
    computed: tuple[str, ...] = ()
    complete: bool = True
    detail: str = ""

    @property
    def doubt(self) -> str:
        """Why "nobody reads it" cannot be said; "" when it can."""
        if not self.complete:
            return f"the image's code was not read to its end ({self.detail})"
        if not self.computed:
            return ""
        return f"the image's code reads variables under names made at run time ({', '.join(self.computed[:3])})"

    def of(self, name: str) -> tuple[Read, ...]:
        """Every place that reads the variable."""
        return tuple(read for read in self.reads if read.name == name)

    def knows(self, name: str) -> bool:
        """Whether the code reads the variable anywhere."""
        return any(read.name == name for read in self.reads)

    def uses_of(self, protocol: str, mode: str) -> tuple[ClientUse, ...]:
        """The clients of a service in a mode, with the addresses or hosts that they get."""
        return tuple(use for use in self._uses(protocol, mode) if use.part != "port")

    def ports_of(self, protocol: str, mode: str) -> tuple[ClientUse, ...]:
        """The same, with the ports that they get."""
        return tuple(use for use in self._uses(protocol, mode) if use.part == "port")

    def _uses(self, protocol: str, mode: str) -> tuple[ClientUse, ...]:
        return tuple(use for use in self.uses if use.protocol == protocol and use.when in ("", mode))


class Origin(StrEnum):
    """Where an effective value comes from."""

    ENVIRONMENT = "environment"
    IMAGE_ENVIRONMENT = "image-environment"
    DEFAULT = "default"
    """The default in the image's code: no variable sets it."""
    ASSUMED = "assumed"
    """The default of the built-in profile: the image's code could not be read."""
    LOGGED = "logged"
    """A default that is not in the code that was read; the runner's log says that it is in force."""
    LITERAL = "literal"
    """It stands in the code, and no variable moves it."""


class Setting(Part, frozen=True, kw_only=True):
    """An effective setting. `key` is the profile's name for it (mode, namespace, task_queue, execution_mode,
    sandbox_root, llm_provider, llm_model); `variable` the one that the image reads for it."""

    key: str
    variable: str
    value: str
    origin: Origin
    locator: str = ""

    @property
    def given(self) -> bool:
        """Whether a variable sets it; otherwise a default is in force."""
        return self.origin in (Origin.ENVIRONMENT, Origin.IMAGE_ENVIRONMENT)


class Endpoint(Part, frozen=True, kw_only=True):
    """An address that the runner dials, as it is in force.

    `raw` is the value before parsing (redacted); `scheme` what stood before "://"; `problem` says why the address
    cannot be used (then `host` is "" and `port` 0). `standard_port` is where the service normally listens on the
    user's machine, whatever `port` says. `port_variable` holds the port, and is "" where `variable` holds both;
    `client` is what dials it and `client_locator` where that is constructed, both "" where that was not found.
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
    port_variable: str = ""
    client: str = ""
    client_locator: str = ""

    @property
    def movable(self) -> bool:
        """Whether a variable moves it."""
        return self.origin is not Origin.LITERAL

    @property
    def address(self) -> str:
        """`host:port`, with brackets around an IPv6 literal."""
        return host_port(self.host, self.port)

    @property
    def service_port(self) -> int:
        """Where the service listens: a configured port says it, a default of the code in the image does not."""
        return self.standard_port if self.defaulted or not self.port else self.port

    @property
    def ports(self) -> tuple[int, ...]:
        """The port that is dialled, and the one where the service normally listens."""
        return tuple(dict.fromkeys((self.port, self.standard_port)))

    @property
    def loopback(self) -> bool:
        return is_loopback(self.host)

    @property
    def defaulted(self) -> bool:
        return self.origin in (Origin.DEFAULT, Origin.ASSUMED, Origin.LOGGED)

    @property
    def in_file(self) -> bool:
        """Whether a file of variables that the runner loads sets it, which counts where the container does not."""
        return self.origin is Origin.DEFAULT and self.locator.startswith(".env:")


class Configuration(Fact, frozen=True, kw_only=True):
    """What is in force in the container: every endpoint that the runner will dial, and the settings that rules read.
    An endpoint that is not in use (the LLM address of a provider other than ollama) is left out."""

    endpoints: tuple[Endpoint, ...]
    settings: tuple[Setting, ...] = ()

    def endpoint(self, name: str) -> Endpoint | None:
        return next((endpoint for endpoint in self.endpoints if endpoint.name == name), None)

    def setting(self, key: str) -> Setting | None:
        return next((setting for setting in self.settings if setting.key == key), None)

"""The engine: which one was asked, and what it says of itself."""

from enum import StrEnum

from stigmer_doctor.model.place import Place
from stigmer_doctor.model.record import Fact, Part


class EngineFault(StrEnum):
    """Why there is no engine to ask."""

    UNREACHABLE = "unreachable"
    PERMISSION_DENIED = "permission-denied"
    UNKNOWN_CONTEXT = "unknown-context"
    TLS = "tls"
    INVALID_ADDRESS = "invalid-address"
    TIMED_OUT = "timed-out"
    REFUSES = "refuses"
    """It answers with an error where every engine has an answer."""


class EngineSearch(Part, frozen=True, kw_only=True):
    """Which engine was asked, who named it, and what became of that.

    `source` says who named the endpoint: "--host", "--context", "DOCKER_HOST", "DOCKER_CONTEXT", "currentContext of
    <path>" or "default". `context` is the name of the docker context in use, "" without one. `live_sockets` are other
    sockets on this machine that accept connections (only looked for when the engine did not answer).

    Of a cluster `endpoint` is its API server, `context` kubectl's, `source` "--kube-context" or "kubectl", and
    `namespace` the one that was looked into; that is "" for a container engine.
    """

    endpoint: str
    source: str
    local: bool
    context: str = ""
    fault: EngineFault | None = None
    detail: str = ""
    live_sockets: tuple[str, ...] = ()
    namespace: str = ""

    @property
    def place(self) -> Place:
        """Where that engine's containers run."""
        if self.namespace:
            return Place.POD
        return Place.THIS_MACHINE if self.local else Place.ENGINE_ELSEWHERE


class Engine(Fact, frozen=True, kw_only=True):
    """What the engine says of itself (`/version` and `/info`). `platform` is the product as it names itself ("Docker
    Desktop 4.57.0 (215387)"), "" where it does not."""

    version: str
    api_version: str
    operating_system: str
    name: str
    kernel: str
    architecture: str
    components: tuple[str, ...] = ()
    rootless: bool = False
    platform: str = ""

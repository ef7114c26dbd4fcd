"""The facts of one diagnosis: what was measured, and what could not be, with the reason.

Everything is frozen, serialisable and redacted. A snapshot is a `Facts` as JSON, and rules read nothing else, so that
a saved snapshot gives the same diagnosis as the live container. Times are ISO 8601 in UTC; latencies are milliseconds.
"""

import msgspec

from stigmer_doctor.model.answers import (
    Answer,
    Answered,
    BackendAnswer,
    Comparison,
    Inside,
    LlmAnswer,
    Poller,
    Redaction,
    RedisAnswer,
    SentExecution,
    ServerQueue,
    SocketProbe,
    TemporalAnswer,
    Trial,
    Trouble,
)
from stigmer_doctor.model.container import (
    Compose,
    Container,
    ContainerOnOtherEngine,
    ContainerSummary,
    DataDir,
    Logs,
    Lookup,
    Match,
    Mount,
    Network,
    State,
    Variable,
)
from stigmer_doctor.model.engine import Engine, EngineFault, EngineSearch
from stigmer_doctor.model.loopback import LOOPBACK_NAMES, is_loopback
from stigmer_doctor.model.manifests import ManifestFiles
from stigmer_doctor.model.place import Place
from stigmer_doctor.model.pod import (
    ClusterServices,
    ConfigMaps,
    NetworkPolicies,
    Pod,
    PodEvents,
    PodWorkload,
    Replicas,
)
from stigmer_doctor.model.protocol import Protocol
from stigmer_doctor.model.reach import Dial, LeftOut, Listener, Listeners, Outcome, Reach, Resolution, Vantage
from stigmer_doctor.model.record import NotMeasured
from stigmer_doctor.model.runner import (
    ClientUse,
    Configuration,
    Contract,
    ContractSource,
    Endpoint,
    Origin,
    Read,
    Setting,
)
from stigmer_doctor.model.source import ComposeFiles, GoFiles
from stigmer_doctor.model.topology import Topology
from stigmer_doctor.model.user_system import KernelRoute, UserSystem

__all__ = [
    "LOOPBACK_NAMES",
    "SCHEMA_VERSION",
    "Answer",
    "Answered",
    "BackendAnswer",
    "ClientUse",
    "ClusterServices",
    "Comparison",
    "Compose",
    "ConfigMaps",
    "Configuration",
    "Container",
    "ContainerOnOtherEngine",
    "ContainerSummary",
    "Contract",
    "ContractSource",
    "DataDir",
    "Dial",
    "Endpoint",
    "Engine",
    "EngineFault",
    "EngineSearch",
    "Facts",
    "Inside",
    "KernelRoute",
    "LeftOut",
    "Listener",
    "Listeners",
    "LlmAnswer",
    "Logs",
    "Lookup",
    "Match",
    "Mount",
    "Network",
    "NetworkPolicies",
    "NotMeasured",
    "Origin",
    "Outcome",
    "Place",
    "Pod",
    "PodEvents",
    "PodWorkload",
    "Poller",
    "Protocol",
    "Reach",
    "Read",
    "Redaction",
    "RedisAnswer",
    "Replicas",
    "Resolution",
    "SentExecution",
    "ServerQueue",
    "Setting",
    "SocketProbe",
    "State",
    "TemporalAnswer",
    "Trial",
    "Trouble",
    "UserSystem",
    "Vantage",
    "Variable",
    "is_loopback",
]

SCHEMA_VERSION = 1
_NO_POD = NotMeasured(reason="the runner is not looked at in a cluster (--pod)")


class Facts(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that is known about one container at one time."""

    schema_version: int = SCHEMA_VERSION
    tool_version: str
    collected_at: str
    passive: bool = False
    pre: bool = False
    """There was no runner yet to look at: the container is planned, and was measured from what stood in for it."""
    timeout_s: float = 3.0
    source: str = ""
    """The source tree that was looked at, as it was named."""
    named: tuple[str, ...] = ()
    """Compose files that were named."""
    place: Place = Place.THIS_MACHINE
    """Where the container runs. An old snapshot says so only of the engine."""
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
    redis: RedisAnswer | NotMeasured = NotMeasured(reason="the runner does not use it")
    user_system: UserSystem | NotMeasured = NotMeasured(reason="the snapshot is older than this question")
    topology: Topology | NotMeasured = NotMeasured(reason="no beacon was set up")
    comparison: Comparison | NotMeasured = NotMeasured(reason="nothing had to be compared")
    compose: ComposeFiles | NotMeasured = NotMeasured(reason="no compose file was named, and the container has none")
    go: GoFiles | NotMeasured = NotMeasured(reason="no source tree was named (--source)")
    manifests: ManifestFiles | NotMeasured = NotMeasured(reason="no source tree was named (--source)")
    pod: Pod | NotMeasured = _NO_POD
    pod_events: PodEvents | NotMeasured = _NO_POD
    workload: PodWorkload | NotMeasured = _NO_POD
    replicas: Replicas | NotMeasured = _NO_POD
    cluster_services: ClusterServices | NotMeasured = _NO_POD
    network_policies: NetworkPolicies | NotMeasured = _NO_POD
    config_maps: ConfigMaps | NotMeasured = _NO_POD
    redactions: tuple[Redaction, ...] = ()

    def __post_init__(self) -> None:
        if self.place is Place.THIS_MACHINE and not self.search.local:
            msgspec.structs.force_setattr(self, "place", self.search.place)

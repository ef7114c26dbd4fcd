"""A pod, and what surrounds it in its cluster: what the rules about pods read.

Whatever a label, a message or a name holds is the cluster's. Values of variables are redacted, and a value from a
Secret is only ever known as the process has it. Times are ISO 8601 in UTC.
"""

from enum import StrEnum

import msgspec

from stigmer_doctor.model.container import State, Variable
from stigmer_doctor.model.reach import Outcome
from stigmer_doctor.model.record import Fact, NotMeasured, Part


class EnvironmentSource(StrEnum):
    """Where the variables of a pod's container were read."""

    PROCESS = "its process"
    SPECIFICATION = "the pod's specification and its ConfigMaps"
    """What a Secret gives is not known."""


class Reference(Part, frozen=True, kw_only=True):
    """What a pod takes from a ConfigMap or a Secret (`kind`). `key` is "" where it takes all keys; `variable` is the
    variable that gets it, "" for a volume and where every key becomes one, whose name begins with `prefix`."""

    kind: str
    name: str
    key: str = ""
    variable: str = ""
    prefix: str = ""
    optional: bool = False
    volume: bool = False


class PodCondition(Part, frozen=True, kw_only=True):
    """A line of a pod's or a workload's status: `status` is True, False or Unknown."""

    type: str
    status: str
    reason: str = ""
    message: str = ""


class Pod(Fact, frozen=True, kw_only=True):
    """The pod in which the runner is to run. `container` is the runner's container in it; `waiting` is why that one
    does not run, in the kubelet's one word, and `waiting_message` in a sentence. `workload_kind` and `workload` name
    what made the pod (a ReplicaSet's Deployment), "" for a pod of its own. `debug_container` is the ephemeral container
    that the doctor has added, "" for none."""

    name: str
    namespace: str
    container: str
    phase: str = ""
    reason: str = ""
    message: str = ""
    waiting: str = ""
    waiting_message: str = ""
    conditions: tuple[PodCondition, ...] = ()
    labels: dict[str, str] = msgspec.field(default_factory=dict)
    workload_kind: str = ""
    workload: str = ""
    address: str = ""
    node: str = ""
    references: tuple[Reference, ...] = ()
    environment: EnvironmentSource = EnvironmentSource.PROCESS
    environment_detail: str = ""
    """Why it was not read from the process; "" where it was."""
    fixed: tuple[str, ...] = ()
    """Variables whose values stand in the specification."""
    opaque: tuple[str, ...] = ()
    """Variables that a Secret or a field gives, where nobody could ask the process."""
    debug_container: str = ""

    def condition(self, kind: str) -> PodCondition | None:
        return next((condition for condition in self.conditions if condition.type == kind), None)


class PodEvent(Part, frozen=True, kw_only=True):
    """An event about the pod, or about what makes it (`kind` and `name`), the newest last."""

    kind: str
    name: str
    reason: str
    message: str
    warning: bool = False
    count: int = 1
    last_at: str = ""


class PodEvents(Fact, frozen=True, kw_only=True):
    """The events about the pod and its workload that the cluster still has (it keeps them for an hour)."""

    items: tuple[PodEvent, ...] = ()

    def of(self, *reasons: str) -> tuple[PodEvent, ...]:
        return tuple(event for event in self.items if event.reason in reasons)


class ServicePort(Part, frozen=True, kw_only=True):
    """A port of a Service. `target` is the number or the name of the port of its pods."""

    port: int
    target: str = ""
    name: str = ""
    protocol: str = "TCP"


class SelectedPod(Part, frozen=True, kw_only=True):
    """A pod that a Service selects, with the TCP ports that its containers declare, by their names ("" for none)."""

    name: str
    ready: bool
    ports: tuple[tuple[str, int], ...] = ()
    labels: dict[str, str] = msgspec.field(default_factory=dict)


class ClusterService(Part, frozen=True, kw_only=True):
    """A Service. `selector` is empty for one whose endpoints are made by hand, `external` the name that it stands for.
    `ready` and `unready` are its endpoints, None where they could not be read; `pods` those that its selector finds."""

    name: str
    namespace: str
    type: str = "ClusterIP"
    selector: dict[str, str] = msgspec.field(default_factory=dict)
    ports: tuple[ServicePort, ...] = ()
    addresses: tuple[str, ...] = ()
    external: str = ""
    ready: tuple[str, ...] | None = None
    unready: tuple[str, ...] | None = None
    endpoint_ports: tuple[int, ...] = ()
    pods: tuple[SelectedPod, ...] | None = None

    def port(self, number: int) -> ServicePort | None:
        return next((port for port in self.ports if port.port == number and port.protocol == "TCP"), None)


class ClusterServices(Fact, frozen=True, kw_only=True):
    """The Services of the pod's namespace. `endpoints` says why their endpoints are not known, "" where they are;
    `elsewhere` are those of the same names in other namespaces, looked for only when one is missing here."""

    items: tuple[ClusterService, ...] = ()
    endpoints: str = ""
    elsewhere: tuple[ClusterService, ...] | NotMeasured = NotMeasured(reason="no Service was missing")

    def named(self, name: str) -> ClusterService | None:
        return next((service for service in self.items if service.name == name), None)


class LabelExpression(Part, frozen=True, kw_only=True):
    """A line of a selector: `operator` is In, NotIn, Exists or DoesNotExist."""

    key: str
    operator: str
    values: tuple[str, ...] = ()


class LabelSelector(Part, frozen=True, kw_only=True):
    """What labels must be like; one without anything in it selects all."""

    labels: dict[str, str] = msgspec.field(default_factory=dict)
    expressions: tuple[LabelExpression, ...] = ()


class PolicyPort(Part, frozen=True, kw_only=True):
    """A port that a rule lets through: a number, a name, or "" for all; `end` is the last one of a range."""

    protocol: str = "TCP"
    port: str = ""
    end: int = 0


class PolicyPeer(Part, frozen=True, kw_only=True):
    """Whom a rule lets through: a range of addresses, or pods of namespaces (None: of the policy's own)."""

    cidr: str = ""
    excepted: tuple[str, ...] = ()
    namespaces: LabelSelector | None = None
    pods: LabelSelector | None = None


class PolicyRule(Part, frozen=True, kw_only=True):
    """What a policy lets through: to any of the peers on any of the ports. No peers, or no ports, are all of them."""

    peers: tuple[PolicyPeer, ...] = ()
    ports: tuple[PolicyPort, ...] = ()


class NetworkPolicy(Part, frozen=True, kw_only=True):
    """A NetworkPolicy of the namespace. `egress` and `ingress` are what it lets through of what leaves and enters the
    pods that it selects; None where it says nothing of that direction."""

    name: str
    selector: LabelSelector = LabelSelector()
    egress: tuple[PolicyRule, ...] | None = None
    ingress: tuple[PolicyRule, ...] | None = None


class NetworkPolicies(Fact, frozen=True, kw_only=True):
    """The NetworkPolicies of the pod's namespace."""

    items: tuple[NetworkPolicy, ...] = ()


class ConfiguredVariable(Part, frozen=True, kw_only=True):
    """What a ConfigMap gives to a variable now."""

    variable: Variable
    config_map: str
    key: str


class ConfigMaps(Fact, frozen=True, kw_only=True):
    """The ConfigMaps of the namespace by their names, the `keys` of those that the pod refers to, and what they give to
    its variables now."""

    names: tuple[str, ...] = ()
    keys: dict[str, tuple[str, ...]] = msgspec.field(default_factory=dict)
    variables: tuple[ConfiguredVariable, ...] = ()


class PodWorkload(Fact, frozen=True, kw_only=True):
    """What makes the pod. `revision` is the newest one of its template and `pod_revision` the pod's, "" where nothing
    tells; numbers count pods. `images` are its template's, by the container's name."""

    type: str
    name: str
    desired: int = 0
    ready: int = 0
    updated: int = 0
    paused: bool = False
    revision: str = ""
    pod_revision: str = ""
    conditions: tuple[PodCondition, ...] = ()
    images: dict[str, str] = msgspec.field(default_factory=dict)

    @property
    def called(self) -> str:
        """ "deployment/agent-runner", as kubectl takes it."""
        return f"{self.type.lower()}/{self.name}"


class ReplicaLink(Part, frozen=True, kw_only=True):
    """How a replica reaches an endpoint: the outcome of dialling it, None where that was not measured."""

    endpoint: str
    address: str
    outcome: Outcome | None = None


class Replica(Part, frozen=True, kw_only=True):
    """A pod of the same workload. `environment` is None where it was not looked into."""

    name: str
    image: str
    image_id: str
    state: State
    restarts: int = 0
    environment: tuple[Variable, ...] | None = None
    links: tuple[ReplicaLink, ...] = ()


class Replicas(Fact, frozen=True, kw_only=True):
    """The pods of the workload beside the one that is looked at. `deployment` is what was asked for, "" for one pod;
    `left_out` are those that were not looked into, as there were too many."""

    items: tuple[Replica, ...] = ()
    deployment: str = ""
    left_out: tuple[str, ...] = ()

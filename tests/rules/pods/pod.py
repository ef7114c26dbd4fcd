"""One healthy runner in a pod, for tests to vary with `replace()`."""

from __future__ import annotations

from msgspec.structs import replace

from stigmer_doctor.model import facts as f
from stigmer_doctor.model.pod import (
    ClusterService,
    EnvironmentSource,
    PodCondition,
    PodEvent,
    Reference,
    Replica,
    SelectedPod,
    ServicePort,
)
from tests.healthy import NOT_MEASURED, PORTS, endpoint, healthy
from tests.rules.altered import in_force

NAME, NAMESPACE = "agent-runner-6c947cf49c-fskk8", "stigmer"
SIBLING = "agent-runner-6c947cf49c-x2x2x"
ADDRESS = "198.18.9.7"
HOSTS = {"backend": "backend", "temporal": "temporal", "llm": "llm"}
VARIABLES = {
    "STIGMER_BACKEND_ENDPOINT": "backend:7234",
    "TEMPORAL_SERVICE_ADDRESS": "temporal:7233",
    "STIGMER_LLM_BASE_URL": "http://llm:11434",
}


def in_pod() -> f.Facts:
    """Facts of a runner in a pod with nothing wrong."""
    facts = healthy()
    assert isinstance(facts.container, f.Container)
    assert isinstance(facts.temporal, f.TemporalAnswer)
    environment = tuple(
        replace(variable, value=VARIABLES.get(variable.name, variable.value))
        for variable in facts.container.environment
    )
    container = replace(
        facts.container,
        id="680fa890-87a1",
        name=NAME,
        image_id="sha256:" + "b" * 64,
        network_mode="pod",
        networks=(),
        hostname=NAME,
        environment=environment,
        mounts=(),
    )
    brief = f.ContainerSummary(
        id=container.id, name=NAME, image=container.image, state="running", created=container.created
    )
    dials = tuple(
        f.Dial(host=HOSTS[name], address=ADDRESS, port=port, outcome=f.Outcome.CONNECTED, latency_ms=0.4)
        for name, port in PORTS.items()
    )
    own = f.Poller(identity=f"1@{NAME}", last_access="2026-01-22T03:27:20Z", kinds=("workflow", "activity"))
    apart = f.NotMeasured(reason="the runner is in a cluster, so this machine's services do not matter")
    known = replace(
        facts,
        place=f.Place.POD,
        search=f.EngineSearch(
            endpoint="https://198.18.0.9:6443", source="kubectl's current context", local=False, context="lab",
            namespace=NAMESPACE,
        ),
        lookup=f.Lookup(asked=NAME, match=f.Match.FOUND, runners=(brief,), candidates=(brief,)),
        container=container,
        container_reach=f.Reach(
            vantage=f.Vantage.POD,
            resolutions=tuple(f.Resolution(host=host, addresses=(ADDRESS,)) for host in HOSTS.values()),
            dials=dials,
        ),
        user_reach=apart,
        listeners=apart,
        topology=apart,
        temporal=replace(facts.temporal, pollers=(own,)),
        pod=pod(),
        pod_events=f.PodEvents(),
        workload=f.PodWorkload(
            type="Deployment", name="agent-runner", desired=1, ready=1, updated=1, revision="3", pod_revision="3"
        ),
        replicas=f.Replicas(),
        cluster_services=f.ClusterServices(items=tuple(service(name) for name in PORTS)),
        network_policies=f.NetworkPolicies(),
        config_maps=f.ConfigMaps(names=("settings",)),
    )  # fmt: skip
    return in_force(known)


def pod(**changes: object) -> f.Pod:
    made = f.Pod(
        name=NAME,
        namespace=NAMESPACE,
        container="agent-runner",
        phase="Running",
        labels={"app": "agent-runner"},
        workload_kind="Deployment",
        workload="agent-runner",
        address="198.18.9.2",
        node="node",
        environment=EnvironmentSource.PROCESS,
    )
    return replace(made, **changes)


def service(name: str, **changes: object) -> ClusterService:
    port = PORTS.get(name, 6379)
    made = ClusterService(
        name=name,
        namespace=NAMESPACE,
        selector={"app": name},
        ports=(ServicePort(port=port, target=str(port)),),
        addresses=(ADDRESS,) if name == "backend" else (),
        ready=("198.18.9.30",),
        unready=(),
        endpoint_ports=(port,),
        pods=(SelectedPod(name=f"{name}-0", ready=True, ports=(("", port),), labels={"app": name}),),
    )
    return replace(made, **changes)


def with_pod(facts: f.Facts | None = None, /, **changes: object) -> f.Facts:
    """Another pod."""
    return replace(facts or in_pod(), pod=pod(**changes))


def with_service(name: str, facts: f.Facts | None = None, /, **changes: object) -> f.Facts:
    """Another Service of that name."""
    facts = facts or in_pod()
    assert isinstance(facts.cluster_services, f.ClusterServices)
    items = tuple(service(name, **changes) if one.name == name else one for one in facts.cluster_services.items)
    return replace(facts, cluster_services=replace(facts.cluster_services, items=items))


def failing(name: str, outcome: f.Outcome, facts: f.Facts | None = None) -> f.Facts:
    """Dialling the endpoint comes to that."""
    facts = facts or in_pod()
    assert isinstance(facts.container_reach, f.Reach)
    dials = tuple(
        replace(dial, outcome=outcome) if dial.host == HOSTS[name] else dial for dial in facts.container_reach.dials
    )
    return replace(facts, container_reach=replace(facts.container_reach, dials=dials), **{name: NOT_MEASURED})


def unresolved(name: str, facts: f.Facts | None = None) -> f.Facts:
    """The endpoint's name has no address in the pod."""
    facts = facts or in_pod()
    assert isinstance(facts.container_reach, f.Reach)
    reach = facts.container_reach
    resolutions = tuple(
        f.Resolution(host=one.host, error="Name or service not known") if one.host == HOSTS[name] else one
        for one in reach.resolutions
    )
    dials = tuple(dial for dial in reach.dials if dial.host != HOSTS[name])
    return replace(facts, container_reach=replace(reach, resolutions=resolutions, dials=dials), **{name: NOT_MEASURED})


def in_state(status: str, facts: f.Facts | None = None, **more: object) -> f.Facts:
    facts = facts or in_pod()
    assert isinstance(facts.container, f.Container)
    return replace(facts, container=replace(facts.container, state=f.State(status=status, **more)))  # type: ignore[arg-type] # fields of a state


def event(reason: str, message: str, kind: str = "Pod", name: str = NAME, **more: object) -> PodEvent:
    return replace(PodEvent(kind=kind, name=name, reason=reason, message=message, warning=True), **more)


__all__ = ["PodCondition", "Reference", "Replica", "endpoint"]

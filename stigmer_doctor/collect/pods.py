"""What surrounds a runner's pod in its cluster, to facts: each of them may be missing, and costs no other."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from msgspec.structs import replace

from stigmer_doctor.analysis.cluster_addresses import service_of
from stigmer_doctor.collect.fields import OF_A_POD
from stigmer_doctor.collect.kept import attempt
from stigmer_doctor.collect.options import Run
from stigmer_doctor.lean_objects import compiled_later
from stigmer_doctor.model.engine_ports import Cluster
from stigmer_doctor.model.facts import (
    ClusterServices,
    ConfigMaps,
    Configuration,
    Container,
    NotMeasured,
    Pod,
    Replicas,
    Variable,
    is_loopback,
)
from stigmer_doctor.model.inspected import InspectedContainer
from stigmer_doctor.model.pod import ClusterService, ConfiguredVariable
from stigmer_doctor.model.ports import Redactor
from stigmer_doctor.model.profile import Profile

_LINK = compiled_later(r"[a-z]+://[^/]+:\d+")
_SECRET = "(from a Secret)"
_UNKNOWN = "(filled in by the cluster)"


def without_service_links(container: InspectedContainer, profile: Profile) -> InspectedContainer:
    """Without the variables that the kubelet makes of each Service of the namespace (NAME_SERVICE_HOST, NAME_PORT and
    those that begin so): nobody has set them. One that the runner reads is in force all the same, and stays."""
    values = container.environment
    links = [name.removesuffix("_SERVICE_HOST") for name in values if _is_link(name, values)]
    made = tuple(f"{name}_{word}" for name in links for word in ("SERVICE_HOST", "SERVICE_PORT", "PORT"))
    read = {setting.variable for setting in profile.settings} | {one.name for one in profile.reads}
    return replace(
        container,
        environment={
            name: value
            for name, value in values.items()
            if name in read or not (name in made or name.startswith(tuple(f"{one}_" for one in made)))
        },
    )


def _is_link(name: str, values: Mapping[str, str]) -> bool:
    """Whether the variables of its name belong to a Service: they come together."""
    service = name.removesuffix("_SERVICE_HOST")
    return (
        service != name and f"{service}_SERVICE_PORT" in values and bool(_LINK.match(values.get(f"{service}_PORT", "")))
    )


def surroundings(cluster: Cluster, container: Container, run: Run) -> dict[str, Any]:
    """Everything about the pod but what is found out from inside. `container` gets the variables whose values are not
    known."""
    redactor = run.ports.redactor
    pod = attempt(redactor, partial(cluster.pod, container.name))
    if isinstance(pod, NotMeasured):
        return dict.fromkeys(OF_A_POD, pod)
    return {
        "container": _with_opaque(container, pod),
        "pod": pod,
        "pod_events": attempt(redactor, lambda: cluster.events(cluster.makers(pod.name))),
        "workload": attempt(redactor, partial(cluster.workload, pod.workload_kind, pod.workload, pod.name)),
        "replicas": attempt(redactor, lambda: Replicas(items=cluster.siblings(pod))),
        "cluster_services": attempt(redactor, cluster.services),
        "network_policies": attempt(redactor, cluster.network_policies),
        "config_maps": attempt(redactor, lambda: _config_maps(cluster.config_maps(), pod, redactor)),
    }


def _with_opaque(container: Container, pod: Pod) -> Container:
    """With the variables that the specification names and gives no value for: a Secret's is not asked for."""
    secret = {reference.variable for reference in pod.references if reference.kind == "Secret"}
    unknown = tuple(
        Variable(name=name, value=_SECRET if name in secret else _UNKNOWN, hidden=True) for name in pod.opaque
    )
    return replace(container, environment=(*container.environment, *unknown))


def unknown_address(container: Container, pod: Pod | NotMeasured, profile: Profile) -> str:
    """Why it is not known what is in force; "" where it is: no address and no setting may be a guess."""
    if isinstance(pod, NotMeasured):
        return ""
    decisive = {name for endpoint in profile.endpoints for name in (*endpoint.variables, endpoint.port_variable)}
    decisive |= {setting.variable for setting in profile.settings}
    found = [name for name in pod.opaque if name in decisive and container.variable(name)]
    return (
        f"{found[0]} is given by a Secret or a field, which only the process tells: {pod.environment_detail}"
        if found
        else ""
    )


def _config_maps(data: Mapping[str, Mapping[str, str]], pod: Pod, redactor: Redactor) -> ConfigMaps:
    referred = [reference for reference in pod.references if reference.kind == "ConfigMap"]
    given: dict[str, tuple[str, str, str]] = {}
    for reference in (one for one in referred if not one.volume):
        held = data.get(reference.name, {})
        for key in [reference.key] if reference.key else list(held):
            if key in held:
                given[reference.variable or f"{reference.prefix}{key}"] = (held[key], reference.name, key)
    given = {name: found for name, found in given.items() if name not in pod.fixed}
    shown = redactor.environment({name: value for name, (value, _, _) in given.items()}, "ConfigMaps")
    return ConfigMaps(
        names=tuple(data),
        keys={one.name: tuple(data[one.name]) for one in referred if one.name in data},
        variables=tuple(
            ConfiguredVariable(
                variable=Variable(name=name, value=shown[name][0], hidden=shown[name][1]), config_map=source, key=key
            )
            for name, (_, source, key) in given.items()
        ),
    )


def afterwards(cluster: Cluster, facts: Mapping[str, Any], run: Run) -> dict[str, Any]:
    """What is known once the way in is open, and once it is known what the runner dials."""
    pod = facts.get("pod")
    if not isinstance(pod, Pod):
        return {}
    now = attempt(run.ports.redactor, partial(cluster.pod, pod.name))
    added = "" if isinstance(now, NotMeasured) else now.debug_container
    return {"pod": replace(pod, debug_container=added), **_missing_services(cluster, facts, run)}


def _missing_services(cluster: Cluster, facts: Mapping[str, Any], run: Run) -> dict[str, Any]:
    """Services in other namespaces of the names that the runner dials, where this namespace has none."""
    services, config, pod = (facts.get(name) for name in ("cluster_services", "configuration", "pod"))
    if not isinstance(services, ClusterServices) or not isinstance(config, Configuration) or not isinstance(pod, Pod):
        return {}
    hosts = (endpoint.host for endpoint in config.endpoints if not is_loopback(endpoint.host))
    asked = {name for host in hosts if (name := service_of(host, pod.namespace)) and services.named(name) is None}
    if not asked:
        return {}
    found: tuple[ClusterService, ...] | NotMeasured = attempt(
        run.ports.redactor, partial(cluster.services_elsewhere, sorted(asked))
    )
    return {"cluster_services": replace(services, elsewhere=found)}

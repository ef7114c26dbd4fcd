"""Traits of a pod and of what surrounds it in its cluster."""

from __future__ import annotations

from collections.abc import Iterator

from stigmer_doctor.analysis.traits.trait import Traits, joined
from stigmer_doctor.model.facts import (
    ClusterServices,
    ConfigMaps,
    Facts,
    NetworkPolicies,
    NotMeasured,
    PodWorkload,
    Replicas,
)
from stigmer_doctor.model.profile import Profile


def surroundings(facts: Facts, _: Profile) -> Traits | NotMeasured:
    """What makes it, its replicas, and the Services, policies and ConfigMaps of its namespace."""
    return facts.pod if isinstance(facts.pod, NotMeasured) else dict(_of(facts))


def _of(facts: Facts) -> Iterator[tuple[str, str]]:
    if isinstance(facts.workload, PodWorkload):
        made = facts.workload
        yield f"{made.type} {made.name}", f"revision {made.revision or '?'}, {made.desired} wanted"
    if isinstance(facts.replicas, Replicas):
        yield "replicas", joined(f"{one.image}, {one.state.status}" for one in facts.replicas.items)
    if isinstance(facts.network_policies, NetworkPolicies):
        yield "NetworkPolicies", joined(policy.name for policy in facts.network_policies.items)
    if isinstance(facts.config_maps, ConfigMaps):
        yield "ConfigMaps referred to", joined(facts.config_maps.keys)
    if isinstance(facts.cluster_services, ClusterServices):
        for service in facts.cluster_services.items:
            ports = joined(f"{port.port} to {port.target}" for port in service.ports)
            ready = "unknown" if service.ready is None else "some" if service.ready else "none"
            yield f"Service {service.name}", f"{ports}; ready endpoints: {ready}"

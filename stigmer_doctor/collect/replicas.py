"""Every replica of a Deployment: each is looked at as if it had been named, and one report is about all of them."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

from msgspec.structs import replace

from stigmer_doctor.collect.fields import OF_A_POD
from stigmer_doctor.collect.options import CollectOptions, Ports
from stigmer_doctor.collect.run import collect
from stigmer_doctor.model.engine_ports import Cluster
from stigmer_doctor.model.errors import DoctorError
from stigmer_doctor.model.facts import (
    Configuration,
    Container,
    Facts,
    Lookup,
    Match,
    NotMeasured,
    PodEvents,
    Reach,
    Replicas,
)
from stigmer_doctor.model.pod import Replica, ReplicaLink

_MOST = 10
_AT_ONCE = 2
_TIMES = 4
"""As long as so many pods may take one after the other: all of them share one reading, and one end."""


def collect_replicas(collect_options: CollectOptions, ports: Ports) -> tuple[Facts, ...]:
    """The facts of each pod of the Deployment, in the order of their names; of one that has none, or that there is not,
    what is known of it."""
    deployment = collect_options.container
    try:
        cluster = ports.engine.open(together=_TIMES * collect_options.together).cluster()
        names = sorted(cluster.pods_of(deployment)) if cluster else []
    except DoctorError as error:
        return (_not_found(collect_options, ports, error),)
    if not names and cluster:
        return (_without_pods(collect_options, ports, cluster),)
    with ThreadPoolExecutor(max_workers=_AT_ONCE, thread_name_prefix="replicas") as pool:
        asked = (replace(collect_options, container=name, deployment=False) for name in names[:_MOST])
        found = tuple(pool.map(lambda options: collect(options, ports), asked))
    return tuple(_with_siblings(facts, found, deployment, tuple(names[_MOST:])) for facts in found)


def _with_siblings(facts: Facts, all_of_them: tuple[Facts, ...], deployment: str, left_out: tuple[str, ...]) -> Facts:
    """With what was found of the others."""
    if not isinstance(facts.replicas, Replicas):
        return replace(facts, replicas=Replicas(deployment=deployment, left_out=left_out))
    seen = {other.container.name: other for other in all_of_them if isinstance(other.container, Container)}
    items = tuple(_looked_into(one, seen[one.name]) if one.name in seen else one for one in facts.replicas.items)
    return replace(facts, replicas=Replicas(items=items, deployment=deployment, left_out=left_out))


def _looked_into(replica: Replica, facts: Facts) -> Replica:
    assert isinstance(facts.container, Container)  # noqa: S101 - what was collected of it by name
    config, reach = facts.configuration, facts.container_reach
    links: tuple[ReplicaLink, ...] = ()
    if isinstance(config, Configuration) and isinstance(reach, Reach):
        links = tuple(
            ReplicaLink(
                endpoint=one.name,
                address=one.address,
                outcome=None if one.problem else reach.verdict(one.host, one.port),
            )
            for one in config.endpoints
        )
    return replace(replica, environment=facts.container.environment, links=links)


def _without_pods(collect_options: CollectOptions, ports: Ports, cluster: Cluster) -> Facts:
    """What keeps the cluster from making any: its conditions, and the events about what makes them."""
    name, redactor = collect_options.container, ports.redactor
    facts = collect(replace(collect_options, engine=False, deployment=False), ports)
    gone = NotMeasured(reason=f"the Deployment {name} has no pod")
    found: dict[str, Any] = dict.fromkeys((*_ENGINE, *OF_A_POD), gone)
    try:
        found["workload"] = redactor.sweep(cluster.workload("Deployment", name, ""))
        makers = [("Deployment", name), *(("ReplicaSet", one) for one in cluster.replica_sets(name))]
        found["pod_events"] = redactor.sweep(PodEvents(items=cluster.events(makers).items))
    except DoctorError as error:
        found["workload"] = NotMeasured(reason=redactor.error(error))
    search = ports.engine.search()
    found["lookup"] = Lookup(asked=name, match=Match.FOUND)
    found["replicas"] = Replicas(deployment=name)
    return replace(facts, search=search, place=search.place, **found)


def _not_found(collect_options: CollectOptions, ports: Ports, error: DoctorError) -> Facts:
    """The same report as of a pod that is not there, with what the cluster says of the Deployment."""
    facts = collect(replace(collect_options, deployment=False), ports)
    if not isinstance(facts.lookup, Lookup):
        return facts
    missing = replace(facts.lookup, match=Match.MISSING, detail=ports.redactor.error(error))
    return replace(facts, lookup=missing, replicas=Replicas(deployment=collect_options.container))


_ENGINE = (
    *("container", "logs", "contract", "configuration", "container_reach", "user_reach", "listeners", "inside"),
    *("backend", "temporal", "llm", "redis", "topology", "engine"),
)

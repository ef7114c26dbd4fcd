"""SD804: a compose file uses a name for the user's machine that the engine here does not provide, and maps none."""

from __future__ import annotations

from stigmer_doctor.analysis.host_names import HostNames
from stigmer_doctor.model.facts import Container, NotMeasured
from stigmer_doctor.model.findings import Finding, Severity, Skip
from stigmer_doctor.model.rules import Judgement, Rule
from stigmer_doctor.model.source import ComposeFiles, ComposeService
from stigmer_doctor.model.topology import BeaconOutcome, RouteNetwork, Topology
from stigmer_doctor.rules import files, linking


def check(
    compose: ComposeFiles,
    host_names: HostNames,
    *,
    container: Container | NotMeasured,
    topology: Topology | NotMeasured,
) -> Judgement:
    for service in compose.services:
        mapped = {host.partition(":")[0] for host in service.planned.extra_hosts}
        used = {endpoint.host for endpoint in service.configuration.endpoints} & set(host_names.aliases)
        if service.host_mode:
            continue
        for alias in sorted(used - mapped):
            provided = _provided(alias, container, topology)
            if provided is None:
                yield Skip(reason=f"whether the engine provides {alias} was not measured")
            elif not provided:
                yield _finding(alias, service, mappable=alias == host_names.alias)


def _provided(alias: str, container: Container | NotMeasured, topology: Topology | NotMeasured) -> bool | None:
    """Whether the name resolves in a bridge network of this engine without being mapped; None: not measured."""
    if isinstance(topology, NotMeasured):
        return None
    routes = topology.routes_from(RouteNetwork.BRIDGE, alias)
    if not routes and isinstance(container, Container) and not container.host_network:
        own = any(host.partition(":")[0] == alias for host in container.extra_hosts)
        routes = () if own else topology.routes_from(RouteNetwork.OWN, alias)
    return any(route.outcome is not BeaconOutcome.UNRESOLVED for route in routes) if routes else None


def _finding(alias: str, service: ComposeService, *, mappable: bool) -> Finding:
    edits = service.with_alias if mappable else ()
    override = f'services:\n  {service.name}:\n    extra_hosts:\n      - "{alias}:host-gateway"\n'
    return Finding(
        subject=service.place,
        message=f"the service {service.name} uses {alias}, which this engine does not provide, and maps it nowhere",
        measured=f"{alias} does not resolve in a container of this engine",
        expected=f'extra_hosts: ["{alias}:host-gateway"]',
        remediation=files.remediation(f"Map {alias} in the service.", edits, snippet=override),
        evidence=(files.seen(service.place, f"{service.name}: no extra_hosts for {alias}"),),
    )


RULE = Rule(code="SD804", severity=Severity.ERROR, check=check, causes_ahead=linking.UNRESOLVABLE)

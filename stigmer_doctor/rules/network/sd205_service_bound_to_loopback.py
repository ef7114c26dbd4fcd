"""SD205: a service listens on the loopback only, and the container's way to this machine does not lead there."""

from __future__ import annotations

from stigmer_doctor.analysis.addresses import service_port
from stigmer_doctor.analysis.listening import on_loopback_only, to_listen_on
from stigmer_doctor.model.addresses import host_port
from stigmer_doctor.model.facts import (
    Configuration,
    Container,
    Endpoint,
    EngineSearch,
    Listener,
    Listeners,
    NotMeasured,
    Reach,
)
from stigmer_doctor.model.findings import Evidence, Finding, Remediation, Severity, Skip
from stigmer_doctor.model.profile import Profile
from stigmer_doctor.model.rules import Judgement, Rule
from stigmer_doctor.model.topology import Route, Topology
from stigmer_doctor.rules.advice import listed
from stigmer_doctor.rules.dialling import in_force, where
from stigmer_doctor.rules.endpoints import (
    LOGGED,
    REFUSED,
    START_UP,
    TIMED_OUT,
    Ground,
    connects,
    own_network,
    prefers_host,
    to_host,
)
from stigmer_doctor.rules.network.routes import leads_to_loopback, listening, reached, routes_here
from stigmer_doctor.rules.services.answers import meant_for_this_machine


def check(
    container: Container,
    configuration: Configuration,
    container_reach: Reach,
    topology: Topology,
    listeners: Listeners,
    search: EngineSearch,
    profile: Profile,
) -> Judgement:
    if not search.local:
        yield Skip(reason="the engine is on another machine, so this machine's services do not matter")
        return
    if not own_network(container):
        return
    ground = Ground(container, container_reach, NotMeasured(reason="not needed"), profile)
    remediation = _advice(configuration, ground, topology, listeners)
    for endpoint in configuration.endpoints:
        if (
            endpoint.problem
            or not meant_for_this_machine(endpoint, container, profile)
            or connects(endpoint, container_reach)
        ):
            continue
        found = listening(endpoint, listeners)
        route = reached(routes := routes_here(endpoint, profile.host_aliases, container_reach, topology))
        if route and on_loopback_only(listener.address for listener in found) and not leads_to_loopback(routes):
            yield _finding(endpoint, found, route, container_reach, remediation)


def _finding(
    endpoint: Endpoint, found: tuple[Listener, ...], route: Route, reach: Reach, remediation: Remediation
) -> Finding:
    port = service_port(endpoint)
    listens = listed(listener.at for listener in found)
    process = next((f" ({listener.process})" for listener in found if listener.process), "")
    return Finding(
        subject=endpoint.title,
        message=f"{endpoint.title}{process} listens on this machine's loopback only, which a container with a network "
        "of its own does not reach here",
        measured=f"{endpoint.title} listens on {listens}; {where(reach)} {route.address} leads to this machine and not "
        "to its loopback",
        expected=f"a listener on {host_port(to_listen_on(route.address, endpoint.protocol), port)}, or a container on "
        "the host's network",
        remediation=_manual(endpoint, route) if not remediation.changes else remediation,
        evidence=(
            in_force(endpoint),
            *(Evidence(source="user-machine", locator=listener.at, value=listener.process) for listener in found),
        ),
        endpoints=(endpoint.name,),
    )


def _advice(configuration: Configuration, ground: Ground, topology: Topology, listeners: Listeners) -> Remediation:
    """Nothing has to be opened where host networking shares the loopback."""
    if not prefers_host(ground, topology, listeners):
        return Remediation(text="")
    return Remediation(
        text="Run the container on the host's network, whose loopback is this machine's: nothing has to listen more "
        "widely for that.",
        changes=to_host(configuration, ground),
    )


def _manual(endpoint: Endpoint, route: Route) -> Remediation:
    address = to_listen_on(route.address, endpoint.protocol)
    if address != route.address:
        return Remediation(
            text=f"Let {endpoint.title} listen on {address}, behind a firewall, for that is open to the whole network: "
            "on one address other than the loopback the parts of its development server do not find one another.",
        )
    return Remediation(
        text=f"Let {endpoint.title} listen on {route.address} as well. That is open to every container on this "
        "machine; 0.0.0.0 would be open to the whole network.",
    )


RULE = Rule(code="SD205", severity=Severity.ERROR, check=check, causes=(*REFUSED, *TIMED_OUT, *LOGGED, *START_UP))

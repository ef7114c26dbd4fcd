"""What the rules about networks and configuration share: how the runner's addresses lead to the user's machine."""

from __future__ import annotations

from typing import NamedTuple

from stigmer_doctor.analysis.addresses import service_port, value
from stigmer_doctor.analysis.candidates import best, candidates
from stigmer_doctor.analysis.listening import listening_on
from stigmer_doctor.analysis.loopbacks import answering_ports, loopbacks
from stigmer_doctor.model.changes import AnyChange, MapHost, SetVariable, UseNetwork
from stigmer_doctor.model.facts import (
    Configuration,
    Container,
    Endpoint,
    Listeners,
    NotMeasured,
    Reach,
    is_loopback,
)
from stigmer_doctor.model.profile import Profile
from stigmer_doctor.model.topology import BeaconOutcome, Network, Topology

UNRESOLVABLE = ("SD401", "SD501", "SD601")
REFUSED = ("SD402", "SD502", "SD602")
TIMED_OUT = ("SD403", "SD503", "SD603")
CONNECTION = (*UNRESOLVABLE, *REFUSED, *TIMED_OUT, "SD651")
LOGGED = ("SD701", "SD702", "SD703")
START_UP = ("SD112", "SD113", "SD704")


class Ground(NamedTuple):
    """The facts that say where addresses lead. Without `container_reach` nothing was dialled."""

    container: Container
    container_reach: Reach | NotMeasured
    user_reach: Reach | NotMeasured
    profile: Profile


# ---- what was measured -----------------------------------------------------------------------------------------------


def own_network(container: Container) -> bool:
    """Whether the container has a network of its own: not the host's, not another container's, not none."""
    return container.network_mode not in ("host", "none") and not container.network_mode.startswith("container:")


def only_internal(container: Container) -> bool:
    """Whether no network of the container leads out of the engine."""
    return bool(container.networks) and all(network.internal for network in container.networks)


def connects(endpoint: Endpoint, reach: Reach | NotMeasured) -> bool | None:
    """Whether the endpoint's address accepts a connection; a name that does not resolve accepts none."""
    if isinstance(reach, NotMeasured) or endpoint.problem:
        return None
    accepted = reach.connects(endpoint.host, endpoint.port)
    return False if accepted is None and reach.resolves(endpoint.host) is False else accepted


def unmapped(host: str, reach: Reach | NotMeasured) -> bool:
    """Whether the name was looked up in the container and has no address there."""
    return not isinstance(reach, NotMeasured) and reach.resolves(host) is False


# ---- the address that is right ---------------------------------------------------------------------------------------


def host_word(ground: Ground) -> str:
    """The name by which the container reaches the user's machine: "localhost" on a host network that shares its
    loopback or could not be compared, else the host alias."""
    alias = ground.profile.host_aliases[0]
    if not ground.container.host_network:
        return alias
    if isinstance(ground.container_reach, NotMeasured) or isinstance(ground.user_reach, NotMeasured):
        return "localhost"
    return alias if loopbacks(ground.container_reach, ground.user_reach).shared is False else "localhost"


def leading_host(host: str, ground: Ground) -> str:
    """The host, or the name to use in its place where it stands for the user's machine and does not lead there."""
    word = host_word(ground)
    if is_loopback(host) and word != "localhost":
        return word
    if host in ground.profile.host_aliases and word == "localhost" and unmapped(host, ground.container_reach):
        return word
    return host


def right_port(endpoint: Endpoint, user_reach: Reach | NotMeasured) -> int:
    """The port to configure: the usual one where the configured one is a mistake, as only that one answers here."""
    if endpoint.defaulted or not endpoint.port or isinstance(user_reach, NotMeasured):
        return service_port(endpoint)
    ports = answering_ports(user_reach)
    mistake = endpoint.port not in ports and endpoint.standard_port in ports
    return endpoint.standard_port if mistake else endpoint.port


# ---- changes ---------------------------------------------------------------------------------------------------------


def map_host(host: str, ground: Ground) -> tuple[AnyChange, ...]:
    """The mapping that the host alias needs where it does not resolve; none where it does, or is not used."""
    if host not in ground.profile.host_aliases or not unmapped(host, ground.container_reach):
        return ()
    return (MapHost(name=host, target="host-gateway"),)


def to_bridge(configuration: Configuration, ground: Ground, topology: Topology | None = None) -> tuple[AnyChange, ...]:
    """A network of its own, the host alias known in it, and no address that means the container itself. The alias is
    mapped unless it was measured that this engine provides it."""
    alias = ground.profile.host_aliases[0]
    used = {endpoint.host for endpoint in configuration.endpoints if endpoint.host in ground.profile.host_aliases}
    provided = (
        {entry.name for entry in topology.routes_from(Network.BRIDGE) if entry.outcome is BeaconOutcome.REACHED}
        if topology
        else set()
    )
    return (
        UseNetwork(mode="bridge"),
        *(MapHost(name=name, target="host-gateway") for name in sorted(({alias} | used) - provided)),
        *(
            SetVariable(name=endpoint.variable, value=value(endpoint, alias, right_port(endpoint, ground.user_reach)))
            for endpoint in configuration.endpoints
            if endpoint.loopback and endpoint.movable
        ),
    )


def to_host(configuration: Configuration, ground: Ground) -> tuple[AnyChange, ...]:
    """The host's network, and localhost for every address that means this machine."""
    return (
        UseNetwork(mode="host", as_localhost=tuple(ground.profile.host_aliases)),
        *(
            SetVariable(
                name=endpoint.variable, value=value(endpoint, "localhost", right_port(endpoint, ground.user_reach))
            )
            for endpoint in configuration.endpoints
            if endpoint.movable
            and (endpoint.host in ground.profile.host_aliases or (endpoint.loopback and endpoint.defaulted))
        ),
    )


def prefers_host(ground: Ground, topology: Topology | NotMeasured, listeners: Listeners | NotMeasured) -> bool:
    """Whether, of all that was measured, host networking reaches the most services of this machine."""
    if isinstance(topology, NotMeasured):
        return False
    services = {service.name: listening_on(service, listeners) for service in ground.profile.always_used}
    chosen = best(candidates(topology, tuple(ground.profile.host_aliases)), services)
    return chosen is not None and chosen.network == "host"

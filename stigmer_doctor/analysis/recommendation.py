"""A survey and what is known of the services, to the configuration to use."""

from __future__ import annotations

from collections.abc import Iterator

from stigmer_doctor.analysis.candidates import Candidate, best, candidates, reaches
from stigmer_doctor.analysis.host_names import names_in
from stigmer_doctor.analysis.listening import listening_on, to_listen_on
from stigmer_doctor.model.addresses import host_port
from stigmer_doctor.model.facts import Listeners, NotMeasured, Place, Protocol
from stigmer_doctor.model.profile import EndpointProfile, Profile
from stigmer_doctor.model.survey import Recommendation
from stigmer_doctor.model.topology import BeaconOutcome, Topology

_NOWHERE = (
    "No way from a container to this machine was found: neither host networking nor any name or gateway of a bridge "
    "network reaches a listener here."
)
_SHARE = (
    "Let the engine's network lead to this machine's loopback (rootless Docker: start it with "
    "DOCKERD_ROOTLESS_ROOTLESSKIT_DISABLE_HOST_LOOPBACK=false), or use an engine whose network does."
)


def recommend(topology: Topology, listeners: Listeners | NotMeasured, place: Place, profile: Profile) -> Recommendation:
    """The first candidate that reaches every service that runs; where none does, the one that misses fewest. For a
    service that does not run, the loopback is assumed, except for one that is known to listen on all addresses. Images
    differ in the variable that they read, so an address comes under every name."""
    found = candidates(topology, names_in(place, profile).aliases)
    services = {service.name: listening_on(service, listeners) for service in profile.always_used}
    chosen = best(found, services)
    if chosen is None:
        return Recommendation(why=(_NOWHERE,), conditions=_ways_out(topology))
    return Recommendation(
        network=chosen.network,
        hosts={chosen.host: "host-gateway"} if chosen.mapped else {},
        addresses=_addresses(chosen.host, profile),
        why=tuple(_why(chosen)),
        conditions=tuple(
            f"{service.title} has to listen on {to_listen_on(chosen.address, service.protocol)}, port {service.port}: "
            f"on {_listed(services[service.name])} a container does not reach it"
            for service in profile.always_used
            if not reaches(chosen, services[service.name])
        ),
    )


def usual(place: Place, profile: Profile) -> Recommendation:
    """What works on most machines, where nothing was seen to work on this one."""
    alias = names_in(place, profile).alias
    return Recommendation(network="bridge", hosts={alias: "host-gateway"}, addresses=_addresses(alias, profile))


def _addresses(host: str, profile: Profile) -> dict[str, str]:
    return {variable: _value(service, host) for service in profile.always_used for variable in service.variables}


def _listed(addresses: tuple[str, ...]) -> str:
    return " and ".join(dict.fromkeys(addresses))


def _value(endpoint: EndpointProfile, host: str) -> str:
    address = host_port(host, endpoint.port)
    return f"http://{address}" if endpoint.protocol is Protocol.OLLAMA else address


def _why(chosen: Candidate) -> Iterator[str]:
    if chosen.network == "host":
        yield "A listener on this machine's loopback was reached from a container on the host network."
        return
    route = f"{chosen.host} (mapped to host-gateway)" if chosen.mapped else chosen.host
    if chosen.loopback:
        yield f"A listener on this machine's loopback was reached from a bridge network as {route}."
    else:
        yield f"From a bridge network {route} leads to {chosen.address} on this machine, and not to its loopback."
    yield "A container on the host network did not reach this machine's loopback."


def _ways_out(topology: Topology) -> tuple[str, ...]:
    dropped = sorted({route.listener for route in topology.routes if route.outcome is BeaconOutcome.DROPPED})
    if dropped:
        return (f"A firewall drops what containers send to {', '.join(dropped)}: let the services' ports in there.",)
    return (_SHARE,)

"""Traits of the engine and of the user's machine."""

from __future__ import annotations

from stigmer_doctor.analysis.traits.trait import Traits, joined, neutral
from stigmer_doctor.model.facts import Engine, Facts, Listener, NotMeasured
from stigmer_doctor.model.profile import Profile
from stigmer_doctor.model.topology import RouteNetwork


def engine_in_use(facts: Facts, _: Profile) -> Traits:
    """Which engine it is, and whether it answers."""
    search = facts.search
    fault = f"{search.fault.value}: {neutral(search.detail)}" if search.fault else "answers"
    return {
        "engine": search.endpoint,
        "docker context": search.context or "none",
        "place of the engine": facts.place.value,
        "the engine": fault,
    }


def engine(facts: Facts, _: Profile) -> Traits | NotMeasured:
    """What it says of itself."""
    found = facts.engine
    if not isinstance(found, Engine):
        return found
    return {
        "engine version": found.version,
        "engine's API": found.api_version,
        "engine's system": f"{found.operating_system}, {found.architecture}",
        "engine's kernel": found.kernel,
        "engine's product": found.platform or "not said",
        "engine without root": "yes" if found.rootless else "no",
    }


def system(facts: Facts, _: Profile) -> Traits | NotMeasured:
    """The user's own system, and what looks like a VPN."""
    found = facts.user_system
    if isinstance(found, NotMeasured):
        return found
    return {
        "system of this machine": f"{found.release or found.system}, {found.architecture}",
        "kernel of this machine": found.kernel,
        "networking of WSL": found.wsl_networking or "none",
        "tunnels of this machine": joined({_kind(name) for name in found.tunnels}),
    }


def system_routes(facts: Facts, _: Profile) -> Traits | NotMeasured:
    """Where the routes of the user's own system lead."""
    found = facts.user_system
    if isinstance(found, NotMeasured):
        return found
    return {f"route to {route.network}": _kind(route.interface) for route in found.routes or ()}


def _kind(interface: str) -> str:
    """Without its number, which is the next that was free."""
    return neutral(interface).rstrip("0123456789") or interface


def listeners(facts: Facts, profile: Profile) -> Traits | NotMeasured:
    """Who listens on the ports of the services."""
    found = facts.listeners
    if isinstance(found, NotMeasured):
        return found
    titles = {endpoint.port: endpoint.title for endpoint in profile.endpoints}
    return {
        _port(port, titles.get(port)): joined(map(_listener, found.on(port)), "nobody listens") for port in found.ports
    }


def _port(port: int, title: str | None) -> str:
    return f"{title} (port {port})" if title else f"port {port}"


def _listener(listener: Listener) -> str:
    return f"{listener.address} ({listener.process})" if listener.process else listener.address


def routes(facts: Facts, _: Profile) -> Traits | NotMeasured:
    """Which names lead from the container's own network to this machine: other networks are tried only at need."""
    if isinstance(facts.topology, NotMeasured):
        return facts.topology
    tried = facts.topology.routes_from(RouteNetwork.OWN)
    return {f"{route.name} (a listener at {route.listener})": route.outcome.value for route in tried if route.listener}


def user_names(facts: Facts, _: Profile) -> Traits | NotMeasured:
    """What names come to on this machine."""
    reach = facts.user_reach
    if isinstance(reach, NotMeasured):
        return reach
    return {found.host: joined(found.addresses, "does not resolve") for found in reach.resolutions}

"""How the container has to name the user's machine, and what must become different so that it does."""

from __future__ import annotations

import msgspec

from stigmer_doctor.analysis.addresses import parse, path, value
from stigmer_doctor.analysis.cluster_addresses import ClusterAddresses
from stigmer_doctor.analysis.host_names import HostNames
from stigmer_doctor.analysis.links import Link, Links
from stigmer_doctor.analysis.loopbacks import Loopbacks
from stigmer_doctor.model.addresses import host_port
from stigmer_doctor.model.changes import AnyChange, MapHost, SetVariable, UseNetwork
from stigmer_doctor.model.facts import Container, Endpoint, NotMeasured, Protocol, is_loopback
from stigmer_doctor.model.topology import RouteNetwork, Topology

_LOCALHOST = "localhost"


class Addressing(msgspec.Struct, frozen=True):
    """What is known of the container's network, its addresses and its names for this machine."""

    container: Container
    links: Links
    names: HostNames
    loopbacks: Loopbacks | NotMeasured
    cluster: ClusterAddresses

    @property
    def word(self) -> str:
        """The name by which the container reaches the user's machine: "localhost" on a host network that shares its
        loopback or could not be compared, else the host alias."""
        if not self.container.host_network:
            return self.names.alias
        differs = not isinstance(self.loopbacks, NotMeasured) and self.loopbacks.shared is False
        return self.names.alias if differs else _LOCALHOST

    def usual(self, endpoint: Endpoint) -> tuple[str, int] | None:
        """Host and port at which the container has to look for the endpoint's service where nothing else is known; None
        in a cluster in which no Service looks like it."""
        return self.cluster.of(endpoint) if self.cluster.in_pod else (self.word, endpoint.standard_port)

    def leading(self, host: str) -> str:
        """The host, or the name to use in its place where it stands for the user's machine and does not lead there."""
        if is_loopback(host) and self.word != _LOCALHOST:
            return self.word
        if host in self.names.aliases and self.word == _LOCALHOST and self._unmapped(host):
            return self.word
        return host

    def meant(self, endpoint: Endpoint, text: str) -> tuple[str, int] | None:
        """The address that a text means for the endpoint, with a host that leads there; None where it names none."""
        parsed = parse(text, endpoint.standard_port)
        if parsed and self.cluster.lost(parsed[0]):
            return self.usual(endpoint)
        return (self.leading(parsed[0]), parsed[1]) if parsed else None

    def rewritten(self, endpoint: Endpoint, text: str) -> tuple[str, str]:
        """What to write into the endpoint's variable for a text that stood in another one, and its host: at the
        service's usual address where the text names none, both "" where that is not known."""
        meant = self.meant(endpoint, text)
        if meant is None:
            usual = self.usual(endpoint)
            return (value(endpoint, *usual), usual[0]) if usual else ("", "")
        if endpoint.protocol is not Protocol.OLLAMA:
            return value(endpoint, *meant), meant[0]
        scheme = "https" if text.startswith("https://") else "http"
        return f"{scheme}://{host_port(*meant)}{path(text)}", meant[0]

    def mapping(self, host: str) -> tuple[AnyChange, ...]:
        """The mapping that a host alias needs where it does not resolve; none where it does, where the host is no
        alias, or where the container has no network of its own."""
        if not self.container.own_network or host not in self.names.aliases or not self._unmapped(host):
            return ()
        return (MapHost(name=host, target="host-gateway"),)

    def move(self, endpoint: Endpoint, host: str, port: int | None = None) -> tuple[AnyChange, ...]:
        """The endpoint's variable set to the host, with the mapping that it needs; at the service's own port where none
        is given."""
        return (SetVariable(name=endpoint.variable, value=value(endpoint, host, port)), *self.mapping(host))

    def to_bridge(self, topology: Topology | None = None) -> tuple[AnyChange, ...]:
        """A network of its own, the host alias known in it, and no address that means the container itself. The alias
        is mapped unless it was measured that this engine provides it."""
        provided = (
            {route.name for route in topology.routes_from(RouteNetwork.BRIDGE) if route.reached} if topology else set()
        )
        used = {link.endpoint.host for link in self.links.items if link.endpoint.host in self.names.aliases}
        return (
            UseNetwork(mode="bridge"),
            *(MapHost(name=name, target="host-gateway") for name in sorted(({self.names.alias} | used) - provided)),
            *(
                _moved(link, self.names.alias)
                for link in self.links.items
                if link.endpoint.loopback and link.endpoint.movable
            ),
        )

    def to_host(self) -> tuple[AnyChange, ...]:
        """The host's network, and localhost for every address that means this machine."""
        return (
            UseNetwork(mode="host", as_localhost=self.names.aliases),
            *(_moved(link, _LOCALHOST) for link in self.links.items if link.endpoint.movable and self._moves(link)),
        )

    def _moves(self, link: Link) -> bool:
        endpoint = link.endpoint
        return endpoint.host in self.names.aliases or (endpoint.loopback and endpoint.defaulted)

    def _unmapped(self, host: str) -> bool:
        """Whether the name was looked up in the container and has no address there."""
        return self.links.inside.resolves(host) is False


def addressing(
    container: Container,
    links: Links,
    host_names: HostNames,
    cluster_addresses: ClusterAddresses,
    *,
    loopbacks: Loopbacks | NotMeasured,
) -> Addressing:
    """All of these together."""
    return Addressing(container, links, host_names, loopbacks, cluster_addresses)


def _moved(link: Link, host: str) -> SetVariable:
    return SetVariable(name=link.endpoint.variable, value=value(link.endpoint, host, link.right_port))

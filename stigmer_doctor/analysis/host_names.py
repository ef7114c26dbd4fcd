"""By which names and addresses a container means the user's machine: the only place that knows."""

from __future__ import annotations

from typing import NamedTuple

from stigmer_doctor.model.facts import Container, NotMeasured, is_loopback
from stigmer_doctor.model.profile import Profile


class HostNames(NamedTuple):
    """`aliases` are names that an engine gives the user's machine, the preferred one first; `gateways` the addresses of
    the gateways of the container's networks."""

    aliases: tuple[str, ...]
    gateways: frozenset[str]

    @property
    def alias(self) -> str:
        """The preferred name."""
        return self.aliases[0]

    def mean_this_machine(self, host: str) -> bool:
        """Whether the host stands for the user's machine: a loopback, an alias of the host, or a network's gateway."""
        return is_loopback(host) or host in self.aliases or host in self.gateways


def host_names(profile: Profile, *, container: Container | NotMeasured) -> HostNames:
    """Those of the profile, and the gateways where the container is known."""
    networks = () if isinstance(container, NotMeasured) else container.networks
    gateways = (gateway for network in networks for gateway in (network.gateway, network.gateway6) if gateway)
    return HostNames(tuple(profile.host_aliases), frozenset(gateways))

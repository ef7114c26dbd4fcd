"""By which names and addresses a container means the user's machine: the only place that knows."""

from __future__ import annotations

import msgspec

from stigmer_doctor.model.container import Container
from stigmer_doctor.model.loopback import is_loopback
from stigmer_doctor.model.place import Place
from stigmer_doctor.model.profile import Profile
from stigmer_doctor.model.record import NotMeasured


class HostNames(msgspec.Struct, frozen=True):
    """`aliases` are names that stand for the machine on which the engine runs, the preferred one first: none in a place
    that has no name for it. `gateways` are the addresses of the gateways of the container's networks."""

    aliases: tuple[str, ...]
    gateways: frozenset[str] = frozenset()

    @property
    def alias(self) -> str:
        """The preferred name, to write into a configuration; "" where there is none."""
        return next(iter(self.aliases), "")

    def mean_this_machine(self, host: str) -> bool:
        """Whether the host stands for the user's machine: a loopback, an alias of the host, or a network's gateway."""
        return is_loopback(host) or host in self.aliases or host in self.gateways


def names_in(place: Place, profile: Profile) -> HostNames:
    """What every container there calls it. An engine has its names wherever it is; in a pod no name leads to the
    user's machine."""
    return HostNames(() if place is Place.POD else tuple(profile.host_aliases))


def host_names(place: Place, profile: Profile, *, container: Container | NotMeasured) -> HostNames:
    """The names that there are in the place, and the gateways where the container is known."""
    networks = () if isinstance(container, NotMeasured) else container.networks
    gateways = (gateway for network in networks for gateway in (network.gateway, network.gateway6) if gateway)
    return msgspec.structs.replace(names_in(place, profile), gateways=frozenset(gateways))

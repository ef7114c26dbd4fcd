"""Which ways lead from a container to the user's machine, as beacons showed.

A beacon is a listener of the doctor's own on one address of the user's machine, with a random nonce that it says to
whoever connects. The nonce that comes back proves which machine answered.
"""

from enum import StrEnum

from stigmer_doctor.model.loopback import LOOPBACK
from stigmer_doctor.model.record import Fact, Part


class RouteNetwork(StrEnum):
    """The network from which it was dialled."""

    OWN = "the container's own"
    HOST = "host"
    BRIDGE = "bridge"


class BeaconOutcome(StrEnum):
    """What became of dialling a beacon."""

    REACHED = "reached"
    REFUSED = "refused"
    DROPPED = "dropped"
    NO_ROUTE = "no route"
    OTHER = "another machine"
    """Something answered that did not know the nonce."""
    UNRESOLVED = "unresolved"


class Route(Part, frozen=True, kw_only=True, rename={"outcome": "heard"}):
    """One way, tried with one beacon. `name` is what a configuration would say ("localhost", "host.docker.internal",
    "host-gateway" for a mapped name, "gateway" for the network's own); `address` is what that came to and `listener`
    the address on which the beacon listened, both "" where the name does not resolve."""

    network: RouteNetwork
    name: str
    address: str
    listener: str
    outcome: BeaconOutcome
    latency_ms: float = 0.0

    @property
    def reached(self) -> bool:
        return self.outcome is BeaconOutcome.REACHED

    @property
    def refused(self) -> bool:
        return self.outcome is BeaconOutcome.REFUSED

    @property
    def own_address(self) -> bool:
        """Whether what was dialled is the listener's own address: nothing forwards between."""
        return self.listener == self.address


class Topology(Fact, frozen=True, kw_only=True, rename={"routes": "ways"}):
    """All ways that were tried. `listened` are the addresses of this machine on which beacons listened, `image` what
    the throwaway containers were made of, `started` how many there were, `missing` why a network was not measured, and
    what of one was not."""

    routes: tuple[Route, ...]
    listened: tuple[str, ...] = ()
    image: str = ""
    started: int = 0
    missing: tuple[str, ...] = ()

    def routes_from(self, network: RouteNetwork, name: str = "") -> tuple[Route, ...]:
        """The ways of one network, of one name when it is given."""
        return tuple(route for route in self.routes if route.network is network and name in ("", route.name))

    def routes_to(self, address: str) -> tuple[Route, ...]:
        """Everything that was dialled at one address from the container's own network."""
        return tuple(route for route in self.routes if route.network is RouteNetwork.OWN and route.address == address)

    def own_loopback(self) -> Route | None:
        """How a beacon at 127.0.0.1 was heard from the container's own network, as localhost."""
        routes = self.routes_from(RouteNetwork.OWN, "localhost")
        return next((route for route in routes if route.listener == LOOPBACK), None)

    def shares_loopback(self) -> bool | None:
        """Whether host networking here has the user's loopback; None where that was not measured."""
        heard = {
            route.outcome
            for route in self.routes
            if route.name == "localhost" and route.listener == route.address == LOOPBACK and route.network in _HOSTS
        }
        if BeaconOutcome.REACHED in heard:
            return True
        return (
            False
            if heard & {BeaconOutcome.REFUSED, BeaconOutcome.OTHER, BeaconOutcome.DROPPED, BeaconOutcome.NO_ROUTE}
            else None
        )


# A container on the host's network dials from there: then its own network is the host's. A container with a network of
# its own has no way named "localhost".
_HOSTS = (RouteNetwork.HOST, RouteNetwork.OWN)

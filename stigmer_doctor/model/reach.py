"""What was dialled and what listens."""

from enum import StrEnum

from stigmer_doctor.model.addresses import host_port
from stigmer_doctor.model.record import Fact, Part


class Outcome(StrEnum):
    """What became of a TCP connection attempt."""

    CONNECTED = "connected"
    REFUSED = "refused"
    TIMED_OUT = "timed out"
    NO_ROUTE = "no route"
    """The address family or network cannot be reached from there (ENETUNREACH, EHOSTUNREACH, EADDRNOTAVAIL)."""
    FAILED = "failed"


class Dial(Part, frozen=True, kw_only=True):
    """One connection attempt to one address. `host` is the name that was asked for, `address` what it resolved to."""

    host: str
    address: str
    port: int
    outcome: Outcome
    latency_ms: float = 0.0
    detail: str = ""

    @property
    def at(self) -> str:
        """What was dialled, `address:port`."""
        return host_port(self.address, self.port)


class Resolution(Part, frozen=True, kw_only=True):
    """What a name resolved to; no addresses and an error when it did not."""

    host: str
    addresses: tuple[str, ...] = ()
    error: str = ""


class LeftOut(Part, frozen=True, kw_only=True):
    """An address that was not dialled, as there were more than can be dialled at once."""

    host: str
    address: str
    port: int


class Vantage(StrEnum):
    """From where it was dialled."""

    CONTAINER = "inside the container"
    CLONE = "a throwaway container with the same network settings"
    BESIDE = "a throwaway container in the container's own network"
    """In its network namespace, and of its image; limits, processes and files are of its own."""
    OTHER_IMAGE = "a throwaway container of another image with the same network"
    POD = "inside the pod"
    """In the runner's container there."""
    DEBUG_CONTAINER = "an ephemeral container in the pod"
    """In the pod's network, and of the runner's image; processes, limits and files are of its own."""
    USER = "this machine"


class Reach(Fact, frozen=True, kw_only=True):
    """Name resolution and dials from one vantage."""

    vantage: Vantage
    resolutions: tuple[Resolution, ...] = ()
    dials: tuple[Dial, ...] = ()
    left_out: tuple[LeftOut, ...] = ()

    def resolution(self, host: str) -> Resolution | None:
        return next((resolution for resolution in self.resolutions if resolution.host == host), None)

    def resolves(self, host: str) -> bool | None:
        """Whether the name has an address there; None when it was not asked."""
        found = self.resolution(host)
        return None if found is None else bool(found.addresses)

    def to(self, host: str, port: int) -> tuple[Dial, ...]:
        """The dials of that host (every address separately) and port."""
        return tuple(dial for dial in self.dials if dial.host == host and dial.port == port)

    def undialled(self, host: str, port: int) -> int:
        """How many addresses of that host were left out on that port."""
        return sum(other.host == host and other.port == port for other in self.left_out)

    def connects(self, host: str, port: int) -> bool | None:
        """Whether any address of the host accepted on that port; None when none was dialled."""
        dials = self.to(host, port)
        return any(dial.outcome is Outcome.CONNECTED for dial in dials) if dials else None

    def verdict(self, host: str, port: int) -> Outcome | None:
        """The most telling outcome over all addresses: connected, else refused, timed out, no route, failed.

        The last error of a client hides the telling one (an IPv4-only container reports "cannot assign address" for
        ::1 and so hides "refused" for 127.0.0.1), hence this order. None when nothing was dialled.
        """
        seen = {route.outcome for route in self.to(host, port)}
        return next((outcome for outcome in Outcome if outcome in seen), None)


class Listener(Part, frozen=True, kw_only=True):
    """A listening TCP socket on the user's machine. `process` is "" where the system does not tell."""

    address: str
    port: int
    process: str = ""

    @property
    def at(self) -> str:
        """Where it listens, `address:port`."""
        return host_port(self.address, self.port)


class Listeners(Fact, frozen=True, kw_only=True):
    """What listens on the user's machine, on the ports that were asked for."""

    ports: tuple[int, ...]
    items: tuple[Listener, ...] = ()

    def on(self, port: int) -> tuple[Listener, ...]:
        return tuple(item for item in self.items if item.port == port)

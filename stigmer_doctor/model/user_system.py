"""The user's machine: which system it is, and which networks its routes lead to."""

from stigmer_doctor.model.record import Fact, Part


class KernelRoute(Part, frozen=True, kw_only=True):
    """A line of the machine's routing table: a network in CIDR notation, and the interface that it is reached by."""

    network: str
    interface: str


class UserSystem(Fact, frozen=True, kw_only=True):
    """What the user's machine says of itself.

    `system` is Linux, Darwin or Windows; `release` as people know it ("Debian GNU/Linux 12 (bookworm)", "macOS 15.4");
    `kernel` its version. `wsl_networking` is the mode of Windows' subsystem ("nat", "mirrored"), "" elsewhere or where
    it does not say. `tunnels` are interfaces named as VPNs name theirs. `routes` are those that lead to a part of the
    world, without the default ones; None where the system did not list them.
    """

    system: str
    release: str = ""
    kernel: str = ""
    architecture: str = ""
    wsl_networking: str = ""
    tunnels: tuple[str, ...] = ()
    routes: tuple[KernelRoute, ...] | None = None

    @property
    def wsl(self) -> bool:
        """Whether it is a Linux in Windows' subsystem."""
        return "microsoft" in self.kernel.lower()

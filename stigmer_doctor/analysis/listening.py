"""Where services of the user's machine listen: whom such an address serves, and which one would serve a container."""

from __future__ import annotations

from collections.abc import Iterable

from stigmer_doctor.model.facts import Listeners, NotMeasured, Protocol
from stigmer_doctor.model.profile import EndpointProfile

_EVERYWHERE = frozenset({"0.0.0.0", "::", "*"})  # noqa: S104 - compared with, not listened on


def everywhere(addresses: Iterable[str]) -> bool:
    """Whether one of the addresses stands for all of the machine's."""
    return not _EVERYWHERE.isdisjoint(addresses)


def on_loopback(address: str) -> bool:
    """Whether only the machine itself reaches it."""
    return address.startswith("127.") or address == "::1"


def on_loopback_only(addresses: Iterable[str]) -> bool:
    """Whether something listens, and only the machine itself reaches it."""
    listed = tuple(addresses)
    return bool(listed) and all(map(on_loopback, listed))


def listening_on(service: EndpointProfile, listeners: Listeners | NotMeasured) -> tuple[str, ...]:
    """The addresses on which something listens at the service's usual port; the one where it is known to listen where
    nothing does, or nobody could tell."""
    found = () if isinstance(listeners, NotMeasured) else listeners.on(service.port)
    return tuple(listener.address for listener in found) or (service.listens,)


def to_listen_on(address: str, protocol: Protocol) -> str:
    """Where a service has to listen to be reached at the address. The parts of Temporal's development server find one
    another on the loopback only: it listens there, or on all addresses."""
    if protocol is not Protocol.TEMPORAL:
        return address
    return "::" if ":" in address else "0.0.0.0"  # noqa: S104 - said, not listened on

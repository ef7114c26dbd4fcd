"""The links of the runner: every endpoint in force, with what was measured of it from both sides."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from stigmer_doctor.analysis.answers import Answers, ServiceAnswers
from stigmer_doctor.analysis.host_names import HostNames
from stigmer_doctor.analysis.listening import everywhere
from stigmer_doctor.analysis.loopbacks import answering_ports
from stigmer_doctor.model.facts import (
    Configuration,
    Dial,
    Endpoint,
    Listener,
    Listeners,
    NotMeasured,
    Outcome,
    Reach,
    Resolution,
    Vantage,
)

# Where nothing was dialled, nothing was seen: every question about it has no answer.
_NOTHING = Reach(vantage=Vantage.CONTAINER)
_REJECTIONS = ("EHOSTUNREACH", "EACCES", "EPERM", "ENOPROTOOPT")


class Link(msgspec.Struct, frozen=True):
    """An endpoint in force, and what is known of it. `container_reach` are the dials of the container, `user_reach`
    those of the user's machine, where `listeners` listen; `asked` is what its service answered; `to_this_machine`:
    its address stands for the user's machine."""

    endpoint: Endpoint
    to_this_machine: bool
    container_reach: Reach | NotMeasured
    user_reach: Reach | NotMeasured
    listeners: Listeners | NotMeasured
    asked: ServiceAnswers

    # ---- from the container ------------------------------------------------------------------------------------------

    @property
    def inside(self) -> Reach:
        """The container's dials; without any where none were made."""
        return _dialled(self.container_reach)

    @property
    def vantage(self) -> str:
        """ "from inside the container", or from what stood in for it."""
        return vantage(self.inside)

    @property
    def resolution(self) -> Resolution | None:
        """What its host resolved to."""
        return self.inside.resolution(self.endpoint.host)

    @property
    def resolves(self) -> bool | None:
        """Whether it has an address there; None when it was not asked."""
        return self.inside.resolves(self.endpoint.host)

    @property
    def dials(self) -> tuple[Dial, ...]:
        """Those of its address."""
        return self.inside.to(self.endpoint.host, self.endpoint.port)

    @property
    def undialled(self) -> int:
        """How many of its addresses were left out, as there were too many."""
        return self.inside.undialled(self.endpoint.host, self.endpoint.port)

    @property
    def verdict(self) -> Outcome | None:
        """The most telling outcome of them; None where there are none."""
        return self.inside.verdict(self.endpoint.host, self.endpoint.port)

    @property
    def rejected(self) -> bool:
        """Whether somebody on the way said that the packets must not pass."""
        return rejected(self.dials)

    @property
    def refused(self) -> bool:
        """Whether every address that answers at all refuses."""
        return self.verdict is Outcome.REFUSED

    @property
    def connects(self) -> bool | None:
        """Whether its address accepts a connection; a name that does not resolve accepts none. None: not dialled."""
        if self.endpoint.problem:
            return None
        accepted = self.inside.connects(self.endpoint.host, self.endpoint.port)
        return False if accepted is None and self.resolves is False else accepted

    # ---- on the user's machine ---------------------------------------------------------------------------------------

    @property
    def user_dials(self) -> tuple[Dial, ...]:
        """What its ports do on the user's own machine."""
        return user_dials(self.endpoint, self.user_reach)

    @property
    def answering_here(self) -> Dial | None:
        """The first of them that was accepted."""
        return next((dial for dial in self.user_dials if dial.outcome is Outcome.CONNECTED), None)

    def listening_on(self, port: int) -> tuple[Listener, ...]:
        """What listens on the port of this machine; empty where nothing does or nobody could tell."""
        return () if isinstance(self.listeners, NotMeasured) else self.listeners.on(port)

    @property
    def listening(self) -> tuple[Listener, ...]:
        """What listens on the service's own port."""
        return self.listening_on(self.endpoint.service_port)

    @property
    def listening_addresses(self) -> tuple[str, ...]:
        """Where."""
        return tuple(listener.address for listener in self.listening)

    def listens_at(self, address: str) -> bool:
        """Whether what comes to that address of this machine would come to one of the service's listeners."""
        return everywhere(self.listening_addresses) or address in self.listening_addresses

    @property
    def right_port(self) -> int:
        """The port to configure: the usual one where the configured one is a mistake, as only that one answers here."""
        endpoint, answering = self.endpoint, answering_ports(_dialled(self.user_reach))
        mistaken = endpoint.port not in answering and endpoint.standard_port in answering
        return endpoint.standard_port if mistaken else endpoint.service_port


class Links(msgspec.Struct, frozen=True):
    """The links of all endpoints in force, in their order, and both sides from which they were dialled."""

    items: tuple[Link, ...]
    configuration: Configuration
    inside: Reach
    here: Reach

    def to(self, host: str) -> list[Link]:
        """Those whose address has that host."""
        return [link for link in self.items if link.endpoint.host == host]

    @property
    def vantage(self) -> str:
        """ "from inside the container", or from what stood in for it."""
        return vantage(self.inside)

    @property
    def with_address(self) -> Iterator[Link]:
        """Those whose value holds a usable address."""
        return (link for link in self.items if not link.endpoint.problem)

    def usable(self, name: str) -> Link | NotMeasured:
        """The link of that name; why there is none to judge where the runner does not dial it, or has no address."""
        endpoint = usable(name, self.configuration)
        if isinstance(endpoint, NotMeasured):
            return endpoint
        return next(link for link in self.items if link.endpoint == endpoint)


def links(
    configuration: Configuration,
    host_names: HostNames,
    answers: Answers,
    *,
    container_reach: Reach | NotMeasured,
    user_reach: Reach | NotMeasured,
    listeners: Listeners | NotMeasured,
) -> Links:
    """Every endpoint of the configuration with what is known of it."""
    items = tuple(
        Link(
            endpoint=endpoint,
            to_this_machine=host_names.mean_this_machine(endpoint.host),
            container_reach=container_reach,
            user_reach=user_reach,
            listeners=listeners,
            asked=answers.of(endpoint.name),
        )
        for endpoint in configuration.endpoints
    )
    return Links(items, configuration, _dialled(container_reach), _dialled(user_reach))


def dialled_links(links: Links, container_reach: Reach) -> Links:
    """The same, where they were dialled from the container: rules that judge dials ask for these."""
    del container_reach
    return links


def usable(name: str, configuration: Configuration) -> Endpoint | NotMeasured:
    """The endpoint, when the runner dials it and its address is one; else why it is not judged."""
    endpoint = configuration.endpoint(name)
    if endpoint is None:
        provider = configuration.setting("llm_provider")
        why = f": {provider.variable} is {provider.value}" if provider and name == "llm" else ""
        return NotMeasured(reason=f"the runner does not use it{why}")
    if endpoint.problem:
        return NotMeasured(reason=f"{endpoint.variable} holds no usable address: {endpoint.problem}")
    return endpoint


def user_dials(endpoint: Endpoint, user_reach: Reach | NotMeasured) -> tuple[Dial, ...]:
    """What the endpoint's ports do on the user's own machine."""
    dials = _dialled(user_reach).dials
    return tuple(dial for port in endpoint.ports for dial in dials if dial.port == port)


def vantage(reach: Reach) -> str:
    """From where it was dialled, in words."""
    return f"from {reach.vantage.value}"


def rejected(dials: Iterable[Dial]) -> bool:
    """Whether somebody on the way said that the packets must not pass: a REJECT rule, or a router that knows no such
    host. Without a route of its own the container's system says so in other words (ENETUNREACH, EADDRNOTAVAIL)."""
    return any(f"({name})" in dial.detail for dial in dials for name in _REJECTIONS)


def _dialled(reach: Reach | NotMeasured) -> Reach:
    return _NOTHING if isinstance(reach, NotMeasured) else reach

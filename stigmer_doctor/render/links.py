"""The runner's links: which address is in force, who reaches it, what was answered. Every picture of them is drawn from
this: the diagram, the terminal's, the SVG, and the line of text."""

from __future__ import annotations

from enum import StrEnum

import msgspec

from stigmer_doctor.model.facts import (
    Answer,
    Answered,
    BackendAnswer,
    Configuration,
    Endpoint,
    Facts,
    LlmAnswer,
    NotMeasured,
    Origin,
    Outcome,
    Reach,
    TemporalAnswer,
    is_loopback,
)
from stigmer_doctor.model.findings import Diagnosis, ServiceStatus

_ORIGINS = {
    Origin.ENVIRONMENT: "set in the container",
    Origin.IMAGE_ENVIRONMENT: "set in the image",
    Origin.DEFAULT: "default in the code",
    Origin.ASSUMED: "assumed default",
    Origin.LOGGED: "default, as the log says",
    Origin.LITERAL: "in the code, fixed",
}


_NOT_MEASURED, _NOT_DIALLED = "not measured", "not dialled"
_NOT_SEEN = frozenset({_NOT_MEASURED, _NOT_DIALLED})
_SIGNS = {ServiceStatus.ANSWERS: "\N{CHECK MARK}", ServiceStatus.FAILS: "\N{BALLOT X}", ServiceStatus.NOT_ASKED: "?"}


def _origin(endpoint: Endpoint) -> str:
    return f"set by {endpoint.locator}" if endpoint.in_file else _ORIGINS[endpoint.origin]


class LinkPart(StrEnum):
    """What of a link a piece of text is: whoever shows it may mark it."""

    SIGN = "sign"
    TITLE = "title"
    ADDRESS = "address"
    RESULT = "result"


class Row(msgspec.Struct, frozen=True):
    """One link, in words. `inside` is what dialling it in the container came to, `here` what its port does on this
    machine, `answer` what its service said."""

    title: str
    address: str
    origin: str
    inside: str
    here: str
    answer: str
    status: ServiceStatus

    @property
    def broken(self) -> bool:
        return self.status is ServiceStatus.FAILS

    @property
    def sign(self) -> str:
        """One character that says how it stands."""
        return _SIGNS[self.status]

    @property
    def result(self) -> str:
        """How it stands, in few words: the first thing that went wrong, or what was answered."""
        return self.inside if self.broken and self.inside != Outcome.CONNECTED else self.answer

    @property
    def elsewhere(self) -> str:
        """What tells a broken way from a service that is down: what its port does on this machine. "" where that
        does not matter, or was not measured."""
        return f"on this machine: {self.here}" if self.broken and self.here not in _NOT_SEEN else ""

    @property
    def line(self) -> tuple[tuple[LinkPart, str], ...]:
        """The link on one line of text."""
        return (
            (LinkPart.SIGN, self.sign),
            (LinkPart.TITLE, self.title),
            (LinkPart.ADDRESS, self.address),
            (LinkPart.RESULT, self.result),
        )


def rows(diagnosis: Diagnosis, facts: Facts) -> tuple[Row, ...]:
    """One row for every endpoint that the runner dials."""
    status = {service.name: service.status for service in diagnosis.services}
    return tuple(
        Row(
            title=endpoint.title,
            address=(endpoint.problem and endpoint.raw) or endpoint.address,
            origin=f"{endpoint.variable}, {_origin(endpoint)}",
            inside=_inside(endpoint, facts),
            here=_here(endpoint, facts),
            answer=_answer(endpoint, facts),
            status=status.get(endpoint.name, ServiceStatus.NOT_ASKED),
        )
        for endpoint in endpoints(facts)
    )


def endpoints(facts: Facts) -> tuple[Endpoint, ...]:
    """What the runner dials; empty when the configuration is not known."""
    return facts.configuration.endpoints if isinstance(facts.configuration, Configuration) else ()


def connects(endpoint: Endpoint, facts: Facts) -> bool | None:
    """Whether the container reaches the address; None when that was not measured."""
    reach = facts.container_reach
    if endpoint.problem:
        return False
    if not isinstance(reach, Reach):
        return None
    if reach.resolves(endpoint.host) is False:
        return False
    return reach.connects(endpoint.host, endpoint.port)


def answered(endpoint: Endpoint, facts: Facts) -> Answer | NotMeasured:
    """What the real client was told."""
    named: dict[str, Answer | NotMeasured] = {
        "backend": facts.backend,
        "temporal": facts.temporal,
        "redis": facts.redis,
    }
    return named.get(endpoint.name, facts.llm)


def _inside(endpoint: Endpoint, facts: Facts) -> str:
    reach = facts.container_reach
    if endpoint.problem:
        return "not an address"
    if isinstance(reach, NotMeasured):
        return _NOT_MEASURED
    if reach.resolves(endpoint.host) is False:
        return "does not resolve"
    outcome = reach.verdict(endpoint.host, endpoint.port)
    return _NOT_DIALLED if outcome is None else outcome.value


def _here(endpoint: Endpoint, facts: Facts) -> str:
    """Whether the service is up on the user's own machine: on its standard port where another one is dialled."""
    reach = facts.user_reach
    if isinstance(reach, NotMeasured):
        return _NOT_MEASURED
    ports = dict.fromkeys((endpoint.port, endpoint.standard_port))
    seen = {
        port: {dial.outcome for dial in reach.dials if dial.port == port and is_loopback(dial.host)} for port in ports
    }
    outcomes = [(port, next(other for other in Outcome if other in found)) for port, found in seen.items() if found]
    if not outcomes:
        return _NOT_DIALLED
    port, outcome = min(outcomes, key=lambda other: list(Outcome).index(other[1]))
    return outcome.value if port == endpoint.port else f"{outcome.value} on port {port}"


def _answer(endpoint: Endpoint, facts: Facts) -> str:
    fact = answered(endpoint, facts)
    if isinstance(fact, NotMeasured):
        return "not asked"
    if fact.answered is not Answered.YES:
        return fact.answered.value.replace("-", " ")
    match fact:
        case TemporalAnswer(pollers=tuple() as pollers):
            return f"answers, {len(pollers)} poller{'' if len(pollers) == 1 else 's'}"
        case LlmAnswer(models=models):
            return f"answers, {len(models)} model{'' if len(models) == 1 else 's'}"
        case BackendAnswer(status=status):
            return f"answers ({status})"
    return "answers"

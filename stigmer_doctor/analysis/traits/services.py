"""Traits of the services: where the runner looks for them, and what becomes of asking them."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from stigmer_doctor.analysis.pollers import worker_pollers
from stigmer_doctor.analysis.traits.trait import Traits, joined, neutral
from stigmer_doctor.model.facts import (
    Answer,
    Answered,
    BackendAnswer,
    Configuration,
    Contract,
    ContractSource,
    Facts,
    Inside,
    LlmAnswer,
    NotMeasured,
    Reach,
    Read,
    RedisAnswer,
    TemporalAnswer,
)
from stigmer_doctor.model.profile import Profile

_ASSUMED = NotMeasured(reason="the image's code was not read")
_SILENT = NotMeasured(reason="it did not answer")


def code(facts: Facts, _: Profile) -> Traits | NotMeasured:
    """What the image's code reads."""
    contract = facts.contract
    if isinstance(contract, NotMeasured):
        return contract
    if contract.source is ContractSource.PROFILE:
        return _ASSUMED
    names = dict.fromkeys(read.name for read in contract.reads)
    return {f"{name} in the code": _reading(contract, name) for name in names} | {
        f"address of the {use.protocol} client": "in the code, fixed" for use in contract.uses if use.hard_coded
    }


def _reading(contract: Contract, name: str) -> str:
    return "; ".join(sorted({_read(read) for read in contract.of(name)}))


def _read(read: Read) -> str:
    default = f", default {neutral(read.default)}" if read.default else ""
    return f"is read{f' in mode {read.when}' if read.when else ''}{default}{', required' if read.required else ''}"


def in_force(facts: Facts, _: Profile) -> Traits | NotMeasured:
    """The addresses and settings that the runner uses."""
    known = facts.configuration
    if isinstance(known, NotMeasured):
        return known
    traits = {f"address of {other.title}": neutral(other.problem or other.address) for other in known.endpoints}
    return traits | {f"setting {setting.key}": neutral(setting.value) for setting in known.settings}


def inside(facts: Facts, _: Profile) -> Traits | NotMeasured:
    """What there is in the container."""
    found = facts.inside
    if not isinstance(found, Inside):
        return found
    usable = found.docker_socket.error or ("usable" if found.docker_socket.exists else "not there")
    return {"Python": found.python, "user number": str(found.uid), "Docker socket inside": neutral(usable)}


def names(facts: Facts, _: Profile) -> Traits | NotMeasured:
    """What names come to inside."""
    reach = facts.container_reach
    if isinstance(reach, NotMeasured):
        return reach
    return {found.host: joined(found.addresses, "does not resolve") for found in reach.resolutions}


def links(facts: Facts, _: Profile) -> Traits | NotMeasured:
    """What becomes of dialling each service."""
    reach, known = facts.container_reach, facts.configuration
    if isinstance(reach, NotMeasured):
        return reach
    if not isinstance(known, Configuration):
        return known
    return {other.title: _dialled(reach, other.host, other.port) for other in known.endpoints}


def _dialled(reach: Reach, host: str, port: int) -> str:
    if reach.resolves(host) is False:
        return "does not resolve"
    outcome = reach.verdict(host, port)
    return outcome.value if outcome else "not dialled"


def answers(facts: Facts, profile: Profile) -> Traits:
    """Whether each service answers."""
    return {endpoint.title: _answer(_of(facts, endpoint.name)) for endpoint in profile.endpoints}


def _of(facts: Facts, service: str) -> Answer | NotMeasured:
    found: Answer | NotMeasured = getattr(facts, service, _ASSUMED)
    return found


def _answer(answer: Answer | NotMeasured) -> str:
    if isinstance(answer, NotMeasured):
        return "not asked"
    late = f" ({answer.trouble.value})" if answer.trouble else ""
    return f"{'answers' if answer.answered is Answered.YES else answer.answered.value}{late}"


def answers_of(service: str) -> Callable[[Facts, Profile], Traits | NotMeasured]:
    """What one service answers."""

    def read(facts: Facts, _: Profile) -> Traits | NotMeasured:
        fact = _of(facts, service)
        if isinstance(fact, NotMeasured) or fact.answered is not Answered.YES:
            return _SILENT
        return dict(_details(fact))

    return read


def _details(answer: Answer) -> Iterator[tuple[str, str]]:
    match answer:
        case LlmAnswer(models=models):
            yield from ((f"model {model}", "there") for model in models)
        case TemporalAnswer():
            yield "version of Temporal", answer.server_version or "not said"
            yield f"namespace {answer.namespace}", _told(answer.namespace_exists, "there", "missing")
        case BackendAnswer():
            yield "answer of the backend", answer.status
            yield "the backend's own service", _told(answer.has_service, "there", f"not there: {answer.other or '?'}")
        case RedisAnswer():
            yield "answer of Redis", answer.status


def polled(facts: Facts, _: Profile) -> Traits | NotMeasured:
    """Whether the runner's own worker polls its task queue: others come and go."""
    container, answer = facts.container, facts.temporal
    if isinstance(container, NotMeasured):
        return container
    if isinstance(answer, NotMeasured) or answer.pollers is None:
        return _SILENT
    own = worker_pollers(container, facts.collected_at, temporal=answer, lookup=facts.lookup).own
    return {f"task queue {answer.task_queue}": "polled by the runner" if own else "not polled by the runner"}


def _told(known: bool | None, yes: str, no: str) -> str:
    return "not told" if known is None else yes if known else no

"""The rules that differ only in the service that they are about: a row a service, and a function a kind of fault.

A rule keeps a file of its own, which says which of them it is: `RULE = unresolvable(__name__, BACKEND)`. Its code and
its name come from that file, its page stands beside it and the registry lists it, as with every other rule: so the
files' names stay the only list of codes.
"""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from stigmer_doctor.analysis.answers import Answers
from stigmer_doctor.analysis.links import Link, Links
from stigmer_doctor.model.facts import NotMeasured, Place, Reach
from stigmer_doctor.model.findings import Severity, Skip
from stigmer_doctor.model.profile import Profile
from stigmer_doctor.model.rules import Judgement, Rule
from stigmer_doctor.rules import linking
from stigmer_doctor.rules.services import answering, dialling
from stigmer_doctor.rules.services.down import down as nothing_serves


class ServiceRow(msgspec.Struct, frozen=True):
    """A service by its endpoint's name. `speaks` is its protocol, in words; `breaks` what a broken link to it explains,
    `unreached` the rules that say that nothing accepts there; `at_start`: the runner does not start without it."""

    name: str
    speaks: str
    breaks: tuple[str, ...]
    unreached: tuple[str, ...]
    at_start: bool = False


BACKEND = ServiceRow("backend", "gRPC", breaks=("SD702",), unreached=("SD402", "SD403"))
TEMPORAL = ServiceRow(
    "temporal",
    "Temporal's gRPC API",
    breaks=("SD112", "SD113", "SD506", "SD703", "SD704"),
    unreached=("SD502", "SD503"),
    at_start=True,
)
LLM = ServiceRow("llm", "Ollama's HTTP API", breaks=("SD701",), unreached=("SD602", "SD603"))
REDIS = ServiceRow(
    "redis", "the Redis protocol", breaks=("SD114", *linking.START_UP), unreached=("SD651",), at_start=True
)


def unresolvable(module: str, service: ServiceRow) -> Rule:
    """Its name has no address in the container."""

    def check(dialled_links: Links, place: Place) -> Judgement:
        yield from judge(dialled_links, service, lambda link: dialling.unresolvable(link, place))

    return _rule(module, check, service.breaks)


def refused(module: str, service: ServiceRow) -> Rule:
    """Its address refuses."""

    def check(dialled_links: Links, place: Place, native_linux: bool) -> Judgement:
        yield from judge(dialled_links, service, lambda link: dialling.refused(link, place, native_linux=native_linux))

    return _rule(module, check, service.breaks)


def timed_out(module: str, service: ServiceRow) -> Rule:
    """Its address does not answer."""

    def check(dialled_links: Links, place: Place, native_linux: bool) -> Judgement:
        yield from judge(
            dialled_links, service, lambda link: dialling.timed_out(link, place, native_linux=native_linux)
        )

    return _rule(module, check, service.breaks)


def wrong_protocol(module: str, service: ServiceRow) -> Rule:
    """Something else answers there."""

    def check(links: Links, answers: Answers, profile: Profile) -> Judgement:
        if isinstance(answer := answers.of(service.name).inside, NotMeasured):
            yield Skip(reason=answer.reason)
            return
        yield from judge(links, service, lambda link: answering.wrong_protocol(link, service.speaks, profile))

    return _rule(module, check, service.breaks)


def not_serving(module: str, service: ServiceRow) -> Rule:
    """It accepts connections and does not answer."""

    def check(links: Links, answers: Answers, profile: Profile, place: Place) -> Judgement:
        if isinstance(answer := answers.of(service.name).inside, NotMeasured):
            yield Skip(reason=answer.reason)
            return
        yield from judge(links, service, lambda link: answering.not_serving(link, profile, place))

    return _rule(module, check, service.breaks)


def down(module: str, service: ServiceRow) -> Rule:
    """It does not run on this machine."""

    def check(dialled_links: Links, profile: Profile, place: Place, *, user_reach: Reach | NotMeasured) -> Judgement:
        if isinstance(user_reach, NotMeasured):
            yield Skip(reason=user_reach.reason)
            return
        yield from judge(dialled_links, service, lambda link: nothing_serves(link, profile, place))

    return _rule(module, check, (*service.unreached, *service.breaks))


def down_or_not_serving(module: str, service: ServiceRow) -> Rule:
    """It does not run on this machine, or it accepts connections and does not answer."""

    def check(links: Links, answers: Answers, profile: Profile, place: Place) -> Judgement:
        if isinstance(answers.of(service.name).inside, NotMeasured):
            yield from judge(links, service, lambda link: nothing_serves(link, profile, place))
        else:
            yield from judge(links, service, lambda link: answering.not_serving(link, profile, place))

    return _rule(module, check, (*service.unreached, *service.breaks), stops_start=service.at_start)


def judge(links: Links, service: ServiceRow, judged: Callable[[Link], Judgement]) -> Judgement:
    """What is said of the service's link; where there is none, why."""
    link = links.usable(service.name)
    if isinstance(link, NotMeasured):
        yield Skip(reason=link.reason)
    else:
        yield from judged(link)


def _rule(module: str, check: Callable[..., Judgement], causes: tuple[str, ...], *, stops_start: bool = False) -> Rule:
    """The rule of the file whose `__name__` is `module`: the check is as if it stood there."""
    check.__module__ = module
    code = module.rpartition(".")[2].partition("_")[0].upper()
    return Rule(code=code, severity=Severity.ERROR, check=check, causes=tuple(sorted(causes)), stops_start=stops_start)

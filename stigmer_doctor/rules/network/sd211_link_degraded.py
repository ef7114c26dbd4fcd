"""SD211: the way to a service works badly: it is slow, it loses packets, or only small packets get through."""

from __future__ import annotations

from collections.abc import Iterable

from stigmer_doctor.model.facts import (
    Answer,
    BackendAnswer,
    Comparison,
    Configuration,
    Endpoint,
    LlmAnswer,
    NotMeasured,
    Reach,
    RedisAnswer,
    TemporalAnswer,
    Trial,
    Trouble,
)
from stigmer_doctor.model.findings import Evidence, Finding, Remediation, Severity
from stigmer_doctor.model.rules import Judgement, Rule
from stigmer_doctor.rules.dialling import in_force, where
from stigmer_doctor.rules.endpoints import LOGGED, START_UP, TIMED_OUT
from stigmer_doctor.rules.services.answers import NOT_SERVING, answers_here


def check(
    configuration: Configuration,
    container_reach: Reach,
    timeout_s: float,
    *,
    comparison: Comparison | NotMeasured,
    backend: BackendAnswer | NotMeasured,
    temporal: TemporalAnswer | NotMeasured,
    llm: LlmAnswer | NotMeasured,
    redis: RedisAnswer | NotMeasured,
) -> Judgement:
    answers: dict[str, Answer | NotMeasured] = {"backend": backend, "temporal": temporal, "llm": llm, "redis": redis}
    for endpoint in configuration.endpoints:
        answer = answers.get(endpoint.name, NotMeasured(reason="nobody asked it"))
        here = answers_here(endpoint.name, comparison)
        trials = () if isinstance(comparison, NotMeasured) else comparison.of(endpoint.name)
        if lossy := [trial for trial in trials if _lossy(trial)]:
            yield _lossy_finding(endpoint, lossy, container_reach, broken=isinstance(answer, NotMeasured))
        elif not isinstance(answer, NotMeasured):
            yield from _judge(endpoint, answer, here, container_reach, timeout_s)


def _judge(endpoint: Endpoint, answer: Answer, here: Answer | None, reach: Reach, timeout_s: float) -> Judgement:
    vantage = where(reach)
    if answer.trouble is Trouble.ONLY_SMALL:
        yield _finding(
            endpoint,
            f"only small packets get through to {endpoint.title} at {endpoint.address}: large requests hang",
            f"{vantage} a question in one small packet was answered after {_took(answer)}, the same one with 3000 "
            f"bytes more was not within {timeout_s:g} s, twice",
            _MTU,
        )
    elif answer.trouble is Trouble.LATE:
        slow = "" if here is None else f"; on this machine after {_took(here)}"
        yield _finding(
            endpoint,
            f"{endpoint.title} at {endpoint.address} answers, and takes longer than {timeout_s:g} s {vantage}",
            f"{vantage} answered after {_took(answer)}{slow}",
            _slow(endpoint, here),
            Severity.WARNING,
        )
    elif answer.answered in NOT_SERVING and here is not None:
        yield _finding(
            endpoint,
            f"{endpoint.title} at {endpoint.address} accepts connections {vantage}, and then nothing comes; on this "
            "machine it answers",
            f"{vantage}: {answer.answered}; on this machine answered after {_took(here)}",
            _NOTHING,
        )


def _lossy(trial: Trial) -> bool:
    """Whether it was the same address that accepted and did not. What never accepts is blocked, not degraded."""
    return bool(trial.accepted) and (trial.accepted < trial.tried or bool(trial.resent))


def _lossy_finding(endpoint: Endpoint, trials: Iterable[Trial], reach: Reach, *, broken: bool) -> Finding:
    told = [
        f"{trial.at} accepted {trial.accepted} of {trial.tried} connections, {trial.resent} of "
        "them only after the first packet was sent again"
        for trial in trials
    ]
    return _finding(
        endpoint,
        f"the way to {endpoint.title} at {endpoint.address} loses packets",
        f"{where(reach)} {'; '.join(told)}",
        _LOSS,
        None if broken else Severity.WARNING,
    )


def _took(answer: Answer) -> str:
    return f"{answer.latency_ms / 1000:.1f} s" if answer.latency_ms >= 1000 else f"{answer.latency_ms:.0f} ms"


def _slow(endpoint: Endpoint, here: Answer | None) -> Remediation:
    if here is None:
        return Remediation(
            text=f"{endpoint.title} runs and is slow, or the way to it is: look at the load of its machine, and at "
            "what lies between. Starting it again does not help. --timeout lets the doctor wait longer."
        )
    return Remediation(
        text=f"{endpoint.title} runs, and answers faster on this machine: what lies between (a VPN, a proxy, the "
        "engine's forwarder) is slow. Starting the service again does not help."
    )


_MTU = Remediation(
    text="Something on the way (a VPN, a tunnel, the engine's VM) takes smaller packets than the container's network "
    "believes. Make that network with a smaller MTU (docker network create --opt "
    "com.docker.network.driver.mtu=1400 ...; the engine's own: \"mtu\" in daemon.json), or let ICMP's "
    '"fragmentation needed" through the firewall that drops it.'
)
_LOSS = Remediation(
    text="The service runs. Look for what loses packets between the container and it: a VPN, a wireless link, a "
    "firewall with a rate limit, an engine's VM that is short of CPU or memory."
)
_NOTHING = Remediation(
    text="The service runs. Something between accepts the connection in its place and hands nothing on (the engine's "
    "forwarder, a proxy), or drops what is larger than a first packet (a VPN with a smaller MTU): look there."
)


def _finding(
    endpoint: Endpoint, message: str, measured: str, remediation: Remediation, severity: Severity | None = None
) -> Finding:
    return Finding(
        subject=endpoint.address,
        message=message,
        measured=measured,
        expected=f"{endpoint.title} answers at once, whatever the size of the question",
        remediation=remediation,
        evidence=(in_force(endpoint), Evidence(source="container", locator=endpoint.address, value=measured)),
        endpoints=(endpoint.name,),
        severity=severity,
    )


RULE = Rule(
    code="SD211",
    severity=Severity.ERROR,
    check=check,
    causes=(*TIMED_OUT, "SD405", "SD506", "SD507", "SD604", *LOGGED, *START_UP),
)

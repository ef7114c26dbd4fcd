"""SD211: the way to a service works badly: it is slow, it loses packets, or only small packets get through."""

from __future__ import annotations

from stigmer_doctor.analysis.links import Link, Links
from stigmer_doctor.model.facts import Answer, NotMeasured, Trial, Trouble
from stigmer_doctor.model.findings import Evidence, Finding, Remediation, Severity
from stigmer_doctor.model.rules import Judgement, Rule
from stigmer_doctor.rules import linking, wording


def check(dialled_links: Links, timeout_s: float) -> Judgement:
    for link in dialled_links.items:
        if lossy := [trial for trial in link.asked.trials if _lossy(trial)]:
            yield _lossy_finding(link, lossy)
        elif not isinstance(link.asked.inside, NotMeasured):
            yield from _judge(link, link.asked.inside, timeout_s)


def _judge(link: Link, answer: Answer, timeout_s: float) -> Judgement:
    endpoint, here, vantage = link.endpoint, link.asked.here, link.vantage
    if answer.trouble is Trouble.ONLY_SMALL:
        yield _finding(
            link,
            f"only small packets get through to {endpoint.title} at {endpoint.address}: large requests hang",
            f"{vantage} a question in one small packet was answered after {_took(answer)}, the same one with 3000 "
            f"bytes more was not within {timeout_s:g} s, twice",
            _MTU,
        )
    elif answer.trouble is Trouble.LATE:
        slow = "" if here is None else f"; on this machine after {_took(here)}"
        yield _finding(
            link,
            f"{endpoint.title} at {endpoint.address} answers, and takes longer than {timeout_s:g} s {vantage}",
            f"{vantage} answered after {_took(answer)}{slow}",
            _slow(endpoint.title, here),
            Severity.WARNING,
        )
    elif link.asked.silent and here is not None:
        yield _finding(
            link,
            f"{endpoint.title} at {endpoint.address} accepts connections {vantage}, and then nothing comes; on this "
            "machine it answers",
            f"{vantage}: {answer.answered}; on this machine answered after {_took(here)}",
            _NOTHING,
        )


def _lossy(trial: Trial) -> bool:
    """Whether it was the same address that accepted and did not. What never accepts is blocked, not degraded."""
    return bool(trial.accepted) and (trial.accepted < trial.tried or bool(trial.resent))


def _lossy_finding(link: Link, trials: list[Trial]) -> Finding:
    told = [
        f"{trial.at} accepted {trial.accepted} of {trial.tried} connections, {trial.resent} of them only after the "
        "first packet was sent again"
        for trial in trials
    ]
    return _finding(
        link,
        f"the way to {link.endpoint.title} at {link.endpoint.address} loses packets",
        f"{link.vantage} {'; '.join(told)}",
        _LOSS,
        None if isinstance(link.asked.inside, NotMeasured) else Severity.WARNING,
    )


def _took(answer: Answer) -> str:
    return f"{answer.latency_ms / 1000:.1f} s" if answer.latency_ms >= 1000 else f"{answer.latency_ms:.0f} ms"


def _slow(title: str, here: Answer | None) -> Remediation:
    if here is None:
        return Remediation(
            text=f"{title} runs and is slow, or the way to it is: look at the load of its machine, and at "
            "what lies between. Starting it again does not help. --timeout lets the doctor wait longer."
        )
    return Remediation(
        text=f"{title} runs, and answers faster on this machine: what lies between (a VPN, a proxy, the "
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
    link: Link, message: str, measured: str, remediation: Remediation, severity: Severity | None = None
) -> Finding:
    endpoint = link.endpoint
    return Finding(
        subject=endpoint.address,
        message=message,
        measured=measured,
        expected=f"{endpoint.title} answers at once, whatever the size of the question",
        remediation=remediation,
        evidence=(wording.in_force(endpoint), Evidence(source="container", locator=endpoint.address, value=measured)),
        endpoints=(endpoint.name,),
        severity=severity,
    )


RULE = Rule(
    code="SD211",
    severity=Severity.ERROR,
    check=check,
    not_in_pods="a slow link in a cluster is measured better by the cluster's own tools",
    causes=(*linking.TIMED_OUT, "SD405", "SD506", "SD507", "SD604", *linking.LOGGED, *linking.START_UP),
)

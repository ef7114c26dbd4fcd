"""SD607: the LLM's address stands in the image's code, and no variable moves it."""

from __future__ import annotations

from stigmer_doctor.analysis.addresses import parse
from stigmer_doctor.model.changes import AnyChange
from stigmer_doctor.model.facts import (
    Answered,
    Configuration,
    Container,
    Endpoint,
    Listeners,
    LlmAnswer,
    NotMeasured,
    Reach,
)
from stigmer_doctor.model.findings import Evidence, Finding, Remediation, Severity
from stigmer_doctor.model.profile import Profile
from stigmer_doctor.model.rules import Judgement, Rule
from stigmer_doctor.model.topology import Topology
from stigmer_doctor.rules.advice import outcome
from stigmer_doctor.rules.dialling import in_force
from stigmer_doctor.rules.endpoints import Ground, connects, prefers_host, to_host


def check(
    container: Container,
    configuration: Configuration,
    profile: Profile,
    *,
    container_reach: Reach | NotMeasured,
    user_reach: Reach | NotMeasured,
    llm: LlmAnswer | NotMeasured,
    topology: Topology | NotMeasured,
    listeners: Listeners | NotMeasured,
) -> Judgement:
    endpoint = configuration.endpoint("llm")
    if endpoint is None or endpoint.movable:
        return
    ground = Ground(container, container_reach, user_reach, profile)
    severity = _severity(endpoint, llm, ground)
    dropped = _dropped(endpoint, ground)
    if severity is Severity.INFO and not dropped:
        return
    host = endpoint.loopback and not container.host_network and prefers_host(ground, topology, listeners)
    changes = to_host(configuration, ground) if host else ()
    yield _finding(endpoint, severity, dropped, changes, ground)


def _severity(endpoint: Endpoint, llm: LlmAnswer | NotMeasured, ground: Ground) -> Severity:
    """An error where the address was measured not to lead to the LLM, an info where it does."""
    connected = connects(endpoint, ground.container_reach)
    if connected is None:
        return Severity.WARNING
    if not connected:
        return Severity.ERROR
    wrong = not isinstance(llm, NotMeasured) and llm.answered is Answered.WRONG_PROTOCOL
    return Severity.ERROR if wrong else Severity.INFO


def _dropped(endpoint: Endpoint, ground: Ground) -> tuple[Evidence, ...]:
    """The variables that are set for it, to another address, and have no effect."""
    known = next(other for other in ground.profile.endpoints if other.name == endpoint.name)
    given = (ground.container.variable(name) for name in (*known.variables, *known.library_variables))
    return tuple(
        Evidence(source="inspect", locator=use.name, value=use.value)
        for use in given
        if use is not None and parse(use.value, endpoint.standard_port) != (endpoint.host, endpoint.port)
    )


def _finding(
    endpoint: Endpoint,
    severity: Severity,
    dropped: tuple[Evidence, ...],
    changes: tuple[AnyChange, ...],
    ground: Ground,
) -> Finding:
    without = "".join(f"; {read.locator}={read.value} has no effect" for read in dropped)
    return Finding(
        subject=endpoint.raw,
        message=f"this image's code dials the LLM at {endpoint.raw}, and no variable moves it{without}",
        measured="; ".join(
            filter(
                None,
                (
                    f"{endpoint.client} is constructed with that literal ({endpoint.locator})",
                    outcome(endpoint, ground.container_reach),
                ),
            )
        ),
        expected=f"{endpoint.raw} leads to {endpoint.title} from the container, or a variable says where it is",
        remediation=_advice(endpoint, severity, changes, ground),
        evidence=(in_force(endpoint), *dropped),
        endpoints=(endpoint.name,),
        severity=severity,
    )


def _advice(endpoint: Endpoint, severity: Severity, changes: tuple[AnyChange, ...], ground: Ground) -> Remediation:
    newer = "Run a newer image, one that hands the variable on to its LLM client"
    if severity is Severity.INFO:
        return Remediation(text=f"Nothing: in this network the address is right. {newer}, before that changes.")
    if changes:
        return Remediation(
            text=f"Use the host's network, in which {endpoint.address} is this machine. {newer}, to be free of it.",
            changes=changes,
        )
    return Remediation(
        text=f"{newer}; or run the container in a network in which {endpoint.address} leads to {endpoint.title}. "
        "Setting a variable does not help.",
        commands=ground.profile.pull_commands,
    )


RULE = Rule(
    code="SD607",
    severity=Severity.ERROR,
    check=check,
    causes=("SD204", "SD601", "SD602", "SD603", "SD605", "SD701"),
)

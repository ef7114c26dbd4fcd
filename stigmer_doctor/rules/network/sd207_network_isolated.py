"""SD207: the container's network leads nowhere, or is another container's."""

from __future__ import annotations

from stigmer_doctor.model.facts import Configuration, Container, Endpoint, Lookup, NotMeasured, Outcome, Reach
from stigmer_doctor.model.findings import Evidence, Finding, Remediation, Severity, Skip
from stigmer_doctor.model.profile import Profile
from stigmer_doctor.model.rules import Judgement, Rule
from stigmer_doctor.rules.advice import docker, listed, outcome, short
from stigmer_doctor.rules.dialling import answering_here, user_dials
from stigmer_doctor.rules.endpoints import CONNECTION, LOGGED, START_UP, Ground, connects, only_internal, to_bridge
from stigmer_doctor.rules.services.answers import meant_for_this_machine

_SHARED = "container:"


def check(
    container: Container,
    configuration: Configuration,
    profile: Profile,
    *,
    container_reach: Reach | NotMeasured,
    user_reach: Reach | NotMeasured,
    lookup: Lookup | NotMeasured,
) -> Judgement:
    ground = Ground(container, container_reach, user_reach, profile)
    if container.network_mode == "none":
        cut_off = [endpoint for endpoint in configuration.endpoints if not connects(endpoint, container_reach)]
    elif not (container.network_mode.startswith(_SHARED) or only_internal(container)):
        return
    elif isinstance(container_reach, NotMeasured):
        yield Skip(reason=container_reach.reason)
        return
    else:
        cut_off = [endpoint for endpoint in configuration.endpoints if _cut_off(endpoint, ground, container_reach)]
    if cut_off:
        yield _finding(cut_off, configuration, ground, lookup)


def _cut_off(endpoint: Endpoint, ground: Ground, reach: Reach) -> bool:
    """Whether the network can be to blame for the endpoint's failure."""
    if connects(endpoint, reach) is not False or _down(endpoint, ground):
        return False
    if ground.container.network_mode.startswith(_SHARED):
        return True
    # A refusal came back from somebody: the way there works.
    return reach.verdict(endpoint.host, endpoint.port) is not Outcome.REFUSED


def _down(endpoint: Endpoint, ground: Ground) -> bool:
    """Whether its service does not answer on the user's machine either, which is another fault."""
    if not meant_for_this_machine(endpoint, ground.container, ground.profile):
        return False
    return bool(user_dials(endpoint, ground.user_reach)) and answering_here(endpoint, ground.user_reach) is None


def _finding(
    cut_off: list[Endpoint], configuration: Configuration, ground: Ground, lookup: Lookup | NotMeasured
) -> Finding:
    container = ground.container
    said, remediation = _said(configuration, ground, lookup)
    dialled = "; ".join(filter(None, (outcome(endpoint, ground.container_reach) for endpoint in cut_off)))
    return Finding(
        subject=f"network mode {container.network_mode}",
        message=f"{said}: {listed(endpoint.title for endpoint in cut_off)} cannot be reached through it",
        measured="; ".join(filter(None, (_networks(container), dialled))),
        expected="a network that leads to this machine",
        remediation=remediation,
        evidence=(Evidence(source="inspect", locator="HostConfig.NetworkMode", value=container.network_mode),),
        endpoints=tuple(endpoint.name for endpoint in cut_off),
    )


def _networks(container: Container) -> str:
    internal = [network.name for network in container.networks if network.internal]
    return f"network mode {container.network_mode}{f', internal: {listed(internal)}' if internal else ''}"


def _said(configuration: Configuration, ground: Ground, lookup: Lookup | NotMeasured) -> tuple[str, Remediation]:
    container = ground.container
    bridge = Remediation(text="Run the container on a bridge network.", changes=to_bridge(configuration, ground))
    if container.network_mode == "none":
        return "the container has no network", bridge
    if container.network_mode.startswith(_SHARED):
        owner = _owner(container.network_mode.removeprefix(_SHARED), lookup)
        return f"the container uses the network of the container {owner}", bridge
    names = listed(network.name for network in container.networks)
    return f"the container is only on networks that are internal ({names})", Remediation(
        text="Attach it to a network that leads out as well; the internal ones stay.",
        commands=(docker("network", "connect", "bridge", container.name),),
    )


def _owner(container_id: str, lookup: Lookup | NotMeasured) -> str:
    known = () if isinstance(lookup, NotMeasured) else (*lookup.runners, *lookup.candidates)
    return next((container.name for container in known if container.id == container_id), short(container_id))


RULE = Rule(
    code="SD207",
    severity=Severity.ERROR,
    check=check,
    causes=("SD202", *CONNECTION, *LOGGED, *START_UP),
)

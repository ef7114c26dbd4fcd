"""SD207: the container's network leads nowhere, or is another container's."""

from __future__ import annotations

from stigmer_doctor.analysis.addressing import Addressing
from stigmer_doctor.analysis.links import Link, Links
from stigmer_doctor.model.facts import Container, Lookup, NotMeasured
from stigmer_doctor.model.findings import Evidence, Finding, Remediation, Severity, Skip
from stigmer_doctor.model.rules import Judgement, Rule
from stigmer_doctor.rules import advice, linking, wording
from stigmer_doctor.rules.commands import docker

_SHARED = "container:"


def check(
    container: Container,
    links: Links,
    addressing: Addressing,
    *,
    dialled_links: Links | NotMeasured,
    lookup: Lookup | NotMeasured,
) -> Judgement:
    if container.network_mode == "none":
        cut_off = [link for link in links.items if not link.connects]
    elif not (container.network_mode.startswith(_SHARED) or container.only_internal):
        return
    elif isinstance(dialled_links, NotMeasured):
        yield Skip(reason=dialled_links.reason)
        return
    else:
        cut_off = [link for link in links.items if _cut_off(link, container)]
    if cut_off:
        yield _finding(cut_off, addressing, lookup)


def _cut_off(link: Link, container: Container) -> bool:
    """Whether the network can be to blame for the endpoint's failure."""
    if link.connects is not False or _down(link):
        return False
    # A refusal came back from somebody: the way there works.
    return container.network_mode.startswith(_SHARED) or not link.refused


def _down(link: Link) -> bool:
    """Whether its service does not answer on the user's machine either, which is another fault."""
    return link.to_this_machine and bool(link.user_dials) and link.answering_here is None


def _finding(cut_off: list[Link], addressing: Addressing, lookup: Lookup | NotMeasured) -> Finding:
    container = addressing.container
    said, remediation = _said(addressing, lookup)
    return Finding(
        subject=f"network mode {container.network_mode}",
        message=f"{said}: {wording.listed(link.endpoint.title for link in cut_off)} cannot be reached through it",
        measured=wording.joined(_networks(container), *map(wording.outcome, cut_off)),
        expected="a network that leads to this machine",
        remediation=remediation,
        evidence=(Evidence(source="inspect", locator="HostConfig.NetworkMode", value=container.network_mode),),
        endpoints=tuple(link.endpoint.name for link in cut_off),
    )


def _networks(container: Container) -> str:
    internal = [network.name for network in container.networks if network.internal]
    return f"network mode {container.network_mode}{f', internal: {wording.listed(internal)}' if internal else ''}"


def _said(addressing: Addressing, lookup: Lookup | NotMeasured) -> tuple[str, Remediation]:
    container = addressing.container
    bridge = Remediation(text="Run the container on a bridge network.", changes=addressing.to_bridge())
    if container.network_mode == "none":
        return "the container has no network", bridge
    if container.network_mode.startswith(_SHARED):
        owner = _owner(container.network_mode.removeprefix(_SHARED), lookup)
        return f"the container uses the network of the container {owner}", bridge
    names = wording.listed(network.name for network in container.networks)
    return f"the container is only on networks that are internal ({names})", Remediation(
        text="Attach it to a network that leads out as well; the internal ones stay.",
        commands=(docker("network", "connect", operands=("bridge", container.name)),),
    )


def _owner(container_id: str, lookup: Lookup | NotMeasured) -> str:
    known = () if isinstance(lookup, NotMeasured) else (*lookup.runners, *lookup.candidates)
    return next((other.name for other in known if other.id == container_id), advice.short(container_id))


RULE = Rule(
    code="SD207",
    severity=Severity.ERROR,
    check=check,
    not_in_pods="a pod has a network of its own",
    causes=("SD202", *linking.CONNECTION, *linking.LOGGED, *linking.START_UP),
)

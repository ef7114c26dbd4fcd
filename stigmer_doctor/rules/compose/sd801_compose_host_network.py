"""SD801: a compose file puts the runner on the host's network."""

from __future__ import annotations

from stigmer_doctor.model.edits import Edit
from stigmer_doctor.model.facts import Container, NotMeasured, Origin
from stigmer_doctor.model.findings import Evidence, Finding, Severity
from stigmer_doctor.model.profile import Profile
from stigmer_doctor.model.rules import Judgement, Rule
from stigmer_doctor.model.source import ComposeFiles, ComposeService, Token
from stigmer_doctor.model.topology import Topology
from stigmer_doctor.rules import files, linking
from stigmer_doctor.rules.compose.unset import combined, without_misnamed


def check(
    compose: ComposeFiles, profile: Profile, *, container: Container | NotMeasured, topology: Topology | NotMeasured
) -> Judgement:
    if isinstance(topology, Topology) and topology.shares_loopback():
        return  # here it is right, whatever it is elsewhere
    for service in compose.services:
        if service.host_mode:
            yield _finding(
                service, service.host_mode, _edits(service, compose, profile), _running(container, service, compose)
            )


def _edits(service: ComposeService, compose: ComposeFiles, profile: Profile) -> tuple[Edit, ...]:
    """Without host networking, and with every address that only was right there: together or not at all."""
    added = [
        other
        for other in without_misnamed(service, compose, profile)
        if (endpoint := service.configuration.endpoint(other.name)) and endpoint.origin is Origin.DEFAULT
    ]
    if not service.without_host_mode or not all(variable.edits for variable in added):
        return ()
    return combined([*service.without_host_mode, *(edit for variable in added for edit in variable.edits)])


def _running(container: Container | NotMeasured, service: ComposeService, compose: ComposeFiles) -> Container | None:
    """The running container, where it got its host networking from this service."""
    mine = isinstance(container, Container) and container.host_network and compose.owner == service.name
    return container if mine and isinstance(container, Container) else None


def _finding(service: ComposeService, mode: Token, edits: tuple[Edit, ...], running: Container | None) -> Finding:
    got = f"; the running container {running.name} got it from here" if running else ""
    inspect = [Evidence(source="inspect", locator="HostConfig.NetworkMode", value="host")] if running else []
    override = f'services:\n  {service.name}:\n    network_mode: "bridge"\n'
    return Finding(
        subject=mode.span.place,
        message=f"the service {service.name} is on the host's network, which is not this machine's where the engine "
        f"runs in a VM{got}",
        measured='network_mode: "host"'
        if mode.name == "network_mode"
        else f"the network {mode.name} is the engine's network host",
        expected="no network_mode: then host.docker.internal leads to this machine on every Docker Desktop",
        remediation=files.remediation(
            (
                "Remove the line."
                if [edit.text for edit in edits] == [""]
                else "Use the default network, with addresses that lead to this machine."
            )
            + files.in_place(edits, mode.via),
            edits,
            snippet=override,
        ),
        evidence=(files.seen(mode.span.place, files.quoted(mode.span)), *inspect),
    )


RULE = Rule(code="SD801", severity=Severity.ERROR, check=check, causes_ahead=linking.DIALLED)

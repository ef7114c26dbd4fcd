"""SD210: the container is on a bridge network, and host networking would reach more of this machine."""

from __future__ import annotations

from stigmer_doctor.model.facts import Configuration, Container, Listeners, NotMeasured, Reach
from stigmer_doctor.model.findings import Finding, Remediation, Severity, Skip
from stigmer_doctor.model.profile import Profile
from stigmer_doctor.model.rules import Judgement, Rule
from stigmer_doctor.model.topology import Network, Topology
from stigmer_doctor.rules.endpoints import Ground, own_network, prefers_host, to_host


def check(
    container: Container,
    configuration: Configuration,
    topology: Topology,
    profile: Profile,
    *,
    container_reach: Reach | NotMeasured,
    listeners: Listeners | NotMeasured,
) -> Judgement:
    if not own_network(container):
        return
    if not topology.routes_from(Network.HOST):
        yield Skip(reason="host networking was not tried, as every address answers; stigmer-doctor topology tries it")
        return
    ground = Ground(container, container_reach, NotMeasured(reason="not needed"), profile)
    if topology.shares_loopback() and prefers_host(ground, topology, listeners):
        yield Finding(
            subject=f"network mode {container.network_mode}",
            message="host networking reaches this machine's loopback here, and a bridge network does not",
            measured="a listener of the doctor's own at 127.0.0.1: reached from the host network, not from a bridge",
            expected="network mode host, with localhost addresses",
            remediation=Remediation(
                text="On the host's network services need not listen beyond the loopback, and no name is mapped.",
                changes=to_host(configuration, ground),
            ),
        )


RULE = Rule(code="SD210", severity=Severity.INFO, check=check)

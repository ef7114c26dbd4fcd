"""SD210: the container is on a bridge network, and host networking would reach more of this machine."""

from __future__ import annotations

from stigmer_doctor.analysis.addressing import Addressing
from stigmer_doctor.model.facts import Container
from stigmer_doctor.model.findings import Finding, Remediation, Severity, Skip
from stigmer_doctor.model.rules import Judgement, Rule
from stigmer_doctor.model.topology import RouteNetwork, Topology


def check(container: Container, addressing: Addressing, topology: Topology, host_network_better: bool) -> Judgement:
    if not container.own_network:
        return
    if not topology.routes_from(RouteNetwork.HOST):
        yield Skip(reason="host networking was not tried, as every address answers; stigmer-doctor topology tries it")
        return
    if topology.shares_loopback() and host_network_better:
        yield Finding(
            subject=f"network mode {container.network_mode}",
            message="host networking reaches this machine's loopback here, and a bridge network does not",
            measured="a listener of the doctor's own at 127.0.0.1: reached from the host network, not from a bridge",
            expected="network mode host, with localhost addresses",
            remediation=Remediation(
                text="On the host's network services need not listen beyond the loopback, and no name is mapped.",
                changes=addressing.to_host(),
            ),
        )


RULE = Rule(code="SD210", severity=Severity.INFO, check=check, not_in_pods="host networking is for one machine")

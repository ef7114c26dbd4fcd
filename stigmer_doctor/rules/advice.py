"""Wording that the rules about engines and containers share."""

from __future__ import annotations

from stigmer_doctor.model.facts import Container, ContainerSummary, EngineSearch, NotMeasured, Pod
from stigmer_doctor.model.findings import Evidence, Finding, Remediation
from stigmer_doctor.rules import commands
from stigmer_doctor.rules.commands import docker, kubectl

_SHORT_ID = 12


_RESTARTABLE = ("Deployment", "StatefulSet", "DaemonSet")


def log_command(container: Container, pod: Pod | NotMeasured, lines: int = 50) -> str:
    """Prints the end of the runner's log."""
    if isinstance(pod, NotMeasured):
        return docker("logs", "--tail", str(lines), operands=(container.name,))
    return kubectl("logs", f"--container={pod.container}", f"--tail={lines}", operands=(pod.name,))


def restart_command(container: Container, pod: Pod | NotMeasured) -> str:
    """Starts the runner again: in a cluster what makes its pods makes new ones."""
    if isinstance(pod, NotMeasured):
        return docker("restart", operands=(container.name,))
    if pod.workload_kind in _RESTARTABLE:
        return kubectl("rollout", "restart", operands=(f"{pod.workload_kind.lower()}/{pod.workload}",))
    return kubectl("delete", "pod", operands=(pod.name,))


def in_cluster(search: EngineSearch, remediation: Remediation) -> Finding:
    """That a cluster could not be looked into: what kubectl says is the sentence for a person."""
    where = search.context or search.endpoint or "kubectl"
    fault = search.fault.value if search.fault else ""
    return Finding(
        subject=where,
        message=search.detail or f"the cluster of {where} could not be asked",
        measured=fault,
        expected="a cluster that answers kubectl",
        remediation=remediation,
        evidence=(Evidence(source="engine", locator=search.source, value=search.endpoint or where),),
    )


def pod_command(search: EngineSearch, *words: str) -> str:
    """How to diagnose a runner in that cluster and namespace; `words` name it."""
    context = commands.option("--kube-context", search.context) if search.source == "--kube-context" else ()
    namespace = commands.option("--namespace", search.namespace)
    return commands.command("stigmer-doctor", "check", *words, *namespace, *context)


def check_command(option: str, value: str) -> str:
    """How to diagnose again, with this option."""
    return commands.command("stigmer-doctor", "check", *commands.option(option, value))


def short(container_id: str) -> str:
    """An id as docker prints it."""
    return container_id[:_SHORT_ID]


def summary(word: ContainerSummary) -> str:
    """A container in one phrase."""
    return f"{word.name} ({short(word.id)}, {word.image}, {word.state})"


def seen(word: ContainerSummary) -> Evidence:
    """A line of the container list as evidence."""
    return Evidence(source="engine", locator=short(word.id), value=summary(word))


def state(container: Container, locator: str, value: str) -> Evidence:
    """A key of the inspected container as evidence."""
    return Evidence(source="inspect", locator=locator, value=f"{container.name}: {value}")

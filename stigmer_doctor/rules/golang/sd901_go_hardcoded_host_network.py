"""SD901: the program that starts the runner asks for host networking on every operating system."""

from __future__ import annotations

from stigmer_doctor.model.facts import Container, NotMeasured
from stigmer_doctor.model.findings import Evidence, Finding, Severity
from stigmer_doctor.model.rules import Judgement, Rule
from stigmer_doctor.model.source import GoFiles, GoHostNetwork
from stigmer_doctor.rules import files


def check(go: GoFiles, *, container: Container | NotMeasured) -> Judgement:
    running = (
        container
        if isinstance(container, Container) and container.host_network and not (container.compose or container.planned)
        else None
    )
    for network in go.host_networks:
        yield _finding(network, running) if network.certain else _untold(network)


def _untold(found: GoHostNetwork) -> Finding:
    return Finding(
        subject=found.span.place,
        message="cannot tell whether the runner is started with host networking where the engine runs in a VM: the "
        "condition or the value comes from code that is not in the tree",
        measured=files.quoted(found.span) or "--network host",
        expected='only where runtime.GOOS is "linux"',
        remediation=files.remediation("See to it that the condition holds on Linux only.", ()),
        evidence=(files.seen(found.span.place, files.quoted(found.span)),),
        severity=Severity.INFO,
    )


_ALL = ("linux", "darwin", "windows")


def _where(systems: tuple[str, ...]) -> str:
    return "every operating system" if set(systems) == set(_ALL) else " and ".join(systems)


def _finding(found: GoHostNetwork, running: Container | None) -> Finding:
    got = f"; the running container {running.name} got this from {found.span.place}" if running else ""
    inspect = [Evidence(source="inspect", locator="HostConfig.NetworkMode", value="host")] if running else []
    advice = (
        "Ask for it on Linux only."
        if found.edits
        else 'Append it under `if runtime.GOOS == "linux"`, before the image is appended.'
    )
    return Finding(
        subject=found.span.place,
        message=f"the runner is started with host networking on {_where(found.systems)}, and where the engine runs in "
        f"a VM that is not this machine's network{got}",
        measured=files.quoted(found.span) or "--network host",
        expected='only where runtime.GOOS is "linux"',
        remediation=files.remediation(advice, found.edits),
        evidence=(files.seen(found.span.place, files.quoted(found.span)), *inspect),
    )


RULE = Rule(code="SD901", severity=Severity.ERROR, check=check)

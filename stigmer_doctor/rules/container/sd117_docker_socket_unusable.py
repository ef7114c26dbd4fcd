"""SD117: the execution mode needs the Docker socket inside the container, and the runner's user cannot use it."""

from __future__ import annotations

from stigmer_doctor.model.facts import Configuration, Inside, NotMeasured, SocketProbe
from stigmer_doctor.model.findings import Evidence, Finding, Remediation, Severity, Skip
from stigmer_doctor.model.profile import Profile
from stigmer_doctor.model.rules import Judgement, Rule
from stigmer_doctor.rules.commands import command
from stigmer_doctor.rules.wording import setting_origin

_NEEDING = ("sandbox", "auto")


def check(configuration: Configuration, profile: Profile, *, inside: Inside | NotMeasured) -> Judgement:
    mode = configuration.setting("execution_mode")
    if mode is None or mode.value not in _NEEDING:
        return
    if isinstance(inside, NotMeasured):
        yield Skip(reason=inside.reason)
        return
    socket, path = inside.docker_socket, profile.docker_socket
    if socket.exists and not socket.error:
        return
    measured = f"user {inside.uid}: {socket.error}" if socket.exists else f"user {inside.uid}: {_absence(socket)}"
    yield Finding(
        subject=path,
        message=f'the execution mode "{mode.value}" starts containers, and the runner cannot use {path}',
        measured=measured,
        expected=f"user {inside.uid} can connect to {path}",
        remediation=_advice(socket, path),
        evidence=(
            Evidence(source="container", locator=path, value=measured),
            Evidence(source="inspect", locator=mode.variable, value=setting_origin(configuration, "execution_mode")),
        ),
    )


def _absence(socket: SocketProbe) -> str:
    return socket.error or "there is no such file"


def _advice(socket: SocketProbe, path: str) -> Remediation:
    if not socket.exists:
        return Remediation(
            text=f"Mount the socket when the container is made (-v {path}:{path}), or use the execution mode local.",
        )
    return Remediation(
        text="Give the runner's user the group that owns the socket when the container is made: --group-add with the "
        "number that the command prints (on Docker Desktop 0). Or use the execution mode local.",
        commands=(command("ls", "-ln", operands=(path,)),),
    )


RULE = Rule(code="SD117", severity=Severity.ERROR, check=check, not_in_pods="a pod has no engine's socket")

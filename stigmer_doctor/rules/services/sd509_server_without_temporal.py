"""SD509: the server does not poll the task queue of its own workflows, so no execution comes as far as the runner."""

from __future__ import annotations

from stigmer_doctor.analysis.links import Link, Links
from stigmer_doctor.analysis.pollers import STALE_POLLER_S, WorkerPollers, asked_lately
from stigmer_doctor.model.facts import BackendAnswer, NotMeasured, Poller, ServerQueue, TemporalAnswer
from stigmer_doctor.model.findings import Evidence, Finding, Remediation, Severity, Skip
from stigmer_doctor.model.profile import Profile, ServerProfile
from stigmer_doctor.model.rules import Judgement, Rule
from stigmer_doctor.rules.commands import of_profile


def check(
    links: Links,
    backend: BackendAnswer,
    temporal: TemporalAnswer,
    worker_pollers: WorkerPollers,
    collected_at: str,
    profile: Profile,
) -> Judgement:
    link = links.usable("temporal")
    if isinstance(link, NotMeasured):
        yield Skip(reason=link.reason)
        return
    server = temporal.server
    if server is None or server.pollers is None:
        yield Skip(reason="Temporal did not say who polls the server's task queue")
    elif asked_lately(server.pollers, collected_at):
        return
    elif why := _untold(backend, worker_pollers, profile.server):
        yield Skip(reason=why)
    else:
        yield _finding(server, server.pollers, temporal, link, profile.server)


def _untold(backend: BackendAnswer, seen: WorkerPollers, known: ServerProfile) -> str:
    """Why a server that does not poll would prove nothing; "" where it does."""
    if known.service not in backend.serves:
        return "the backend is not known to run its workflows itself"
    if not seen.own:
        return "Temporal does not list the runner's own worker either"
    if any("workflow" in poller.kinds for poller in seen.lately if poller not in seen.own):
        return "somebody runs workflows in the runner's own task queue"
    return ""


def _finding(
    server: ServerQueue, listed: tuple[Poller, ...], temporal: TemporalAnswer, link: Link, known: ServerProfile
) -> Finding:
    # An execution of the server's own proves that this is its queue.
    certain = server.sent is not None
    unless = "" if certain else f", unless {known.queue_variable} names another queue where the server runs"
    last = max(listed, key=lambda poller: poller.last_access, default=None)
    asked = f"{last.identity} asked last at {last.last_access}" if last else "0 pollers"
    return Finding(
        subject=server.name,
        message=f'the server does not poll "{server.name}" in namespace "{temporal.namespace}" of this Temporal, where '
        f"its own workflows wait: executions started through it are refused or stay pending{unless}",
        measured=f"{asked}; the server answers, and so does Temporal at {link.endpoint.address}",
        expected=f"a worker of the server that asked in the last {STALE_POLLER_S:.0f} s",
        remediation=Remediation(
            text=f"Start the server again while Temporal runs. Where it is told {known.address_variable}, that has to "
            "lead to the same Temporal as the runner's address; its log says whether it is connected.",
            commands=tuple(map(of_profile, known.restart)),
        ),
        evidence=tuple(
            Evidence(source="temporal", locator=poller.identity, value=poller.last_access) for poller in listed
        ),
        endpoints=("temporal",),
        severity=Severity.ERROR if certain else None,
    )


RULE = Rule(code="SD509", severity=Severity.WARNING, check=check)

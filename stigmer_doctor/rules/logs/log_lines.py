"""Connection errors in the log: whose wording a line is, and so which link was broken."""

from __future__ import annotations

import re
from collections.abc import Mapping

import msgspec

from stigmer_doctor.analysis.links import Link, Links
from stigmer_doctor.analysis.log import Line, lines_with
from stigmer_doctor.model.facts import (
    Answered,
    Endpoint,
    Logs,
    NotMeasured,
    Outcome,
    Protocol,
)
from stigmer_doctor.model.findings import Evidence, Finding, Remediation, Severity, Skip
from stigmer_doctor.model.profile import Profile, SignatureProfile
from stigmer_doctor.model.rules import Judgement
from stigmer_doctor.rules import wording

# A line that carries the wording of two clients belongs to the one that says more: Temporal's Rust core names itself,
# grpc-core names the address, and httpx says one sentence.
_MOST_SPECIFIC_FIRST = (Protocol.TEMPORAL, Protocol.GRPC, Protocol.OLLAMA)
_LONGEST_QUOTE = 300


class LinkState(msgspec.Struct, frozen=True):
    """How the link is now, which decides how much a line of the log matters."""

    severity: Severity
    words: str


# ---- which link ------------------------------------------------------------------------------------------------------


def connection_failed(
    code: str, words: str, logs: Logs, links: Links | NotMeasured, profile: Profile, *, succeeded: str = ""
) -> Judgement:
    """One finding for all lines that the rule's signature claims. `words` say which link it is, and `succeeded` how the
    runner's own client is known to have succeeded since the container's start, apart from the log; "" where nothing
    shows it."""
    signature = next((other for other in profile.signatures if other.rule == code), None)
    if signature is None:
        return
    lines = claimed(signature, logs, profile)
    if not lines:
        return
    link = None if isinstance(links, NotMeasured) else links.usable(signature.endpoint)
    if isinstance(link, NotMeasured):
        yield Skip(reason=link.reason)
        return
    state = _failing(link) or _since(signature, lines, logs, link, succeeded)
    yield _finding(signature, words, lines, logs, link.endpoint if link else None, state)


def claimed(signature: SignatureProfile, logs: Logs, profile: Profile) -> list[Line]:
    """The lines with the signature's wording that no more specific signature claims."""
    rank = _ranks(profile)
    stronger = [other for other in profile.signatures if rank[other.rule] < rank[signature.rule]]
    return [
        line
        for line in lines_with(signature.pattern, logs)
        if not any(re.search(other.pattern, line.text) for other in stronger)
    ]


def _ranks(profile: Profile) -> Mapping[str, int]:
    """By rule; what is of no endpoint that is known comes last."""
    order = {protocol: rank for rank, protocol in enumerate(_MOST_SPECIFIC_FIRST)}
    ranks = {known.name: order.get(known.protocol, len(order)) for known in profile.endpoints}
    return {other.rule: ranks.get(other.endpoint, len(order)) for other in profile.signatures}


def _finding(
    signature: SignatureProfile, link: str, lines: list[Line], logs: Logs, endpoint: Endpoint | None, state: LinkState
) -> Finding:
    matched = re.search(signature.pattern, lines[-1].text)
    said = matched.group().rstrip(": ") if matched else signature.pattern
    total = len(logs.lines)
    # A passing or unmeasured link leaves the address out of the subject: the line itself names none for certain.
    subject = endpoint.address if endpoint else signature.endpoint
    return Finding(
        subject=subject,
        message=f"'{said}' comes from {signature.emitter}: {link}; {state.words}",
        measured=f"{counted(lines)} of {total} in the log{_since_start_in_words(lines, logs)}",
        expected="no such line since the container's last start",
        remediation=_advice(state.severity, link, endpoint),
        evidence=quoted(lines, total),
        endpoints=(signature.endpoint,),
        severity=state.severity,
    )


def _failing(link: Link | None) -> LinkState | None:
    """That the link fails at this moment as well; None where it does not, or where that was not measured."""
    if link is None:
        return None
    if not isinstance(answer := link.asked.inside, NotMeasured):
        answered = answer.answered
        return None if answered is Answered.YES else LinkState(Severity.ERROR, f"the link still fails ({answered})")
    if link.verdict is not None and link.verdict is not Outcome.CONNECTED:
        here = wording.on_this_machine(link.user_dials)
        return LinkState(Severity.ERROR, f"the link still fails ({link.verdict.value}{f'; it {here}' if here else ''})")
    if link.verdict is None and link.resolves is False:
        return LinkState(Severity.ERROR, f"the link still fails ({link.endpoint.host} does not resolve)")
    return None


def _since(signature: SignatureProfile, lines: list[Line], logs: Logs, link: Link | None, succeeded: str) -> LinkState:
    """What the log says after the last failure. That another client gets through proves nothing about the runner's."""
    last = lines[-1].number
    if last <= (logs.before_start or 0):
        return LinkState(Severity.INFO, "a failure from before the container's last start, and none since")
    if works := _success(signature, last, logs) or succeeded:
        return LinkState(Severity.INFO, f"an earlier failure, the runner's own client has succeeded since ({works})")
    if link is None or isinstance(link.asked.inside, NotMeasured):
        return LinkState(
            Severity.WARNING, "no later line shows that it works, and whether it does now was not measured"
        )
    return LinkState(
        Severity.WARNING,
        "no later line shows that it works for the runner, although another client gets an answer there now",
    )


def _success(signature: SignatureProfile, last: int, logs: Logs) -> str:
    """The first line after the last failure in which the same client succeeded, in words; "" for none."""
    found = lines_with(signature.success, logs, last) if signature.success else []
    return f"line {found[0].number}" if found else ""


def _advice(severity: Severity, link: str, endpoint: Endpoint | None) -> Remediation:
    if severity is Severity.INFO:
        return Remediation(text="Nothing now. If the line keeps coming, the service stops at times.")
    in_force = f": {endpoint.variable}, in force as {endpoint.raw}" if endpoint else ""
    if severity is Severity.WARNING:
        return Remediation(
            text=f"Run an execution and check again: its lines show whether {link} works for the runner now{in_force}."
        )
    return Remediation(text=f"Look at {link}{in_force}. Where another finding is about this address, fix that one.")


# ---- lines -----------------------------------------------------------------------------------------------------------


def quoted(lines: list[Line], total: int) -> tuple[Evidence, ...]:
    """The first and the last of the lines, bounded."""
    ends = lines[:1] if len(lines) == 1 else [lines[0], lines[-1]]
    return tuple(quote(line, total) for line in ends)


def counted(lines: list[Line]) -> str:
    """ "3 lines"."""
    return "1 line" if len(lines) == 1 else f"{len(lines)} lines"


def quote(line: Line, total: int) -> Evidence:
    """A line as evidence, bounded."""
    text = line.text if len(line.text) <= _LONGEST_QUOTE else f"{line.text[: _LONGEST_QUOTE - 1]}…"
    return Evidence(source="logs", locator=f"line {line.number} of {total}", value=text)


def _since_start_in_words(lines: list[Line], logs: Logs) -> str:
    if logs.before_start is None:
        return ""
    since = sum(line.number > logs.before_start for line in lines)
    return f", {since or 'none'} since the container's last start"

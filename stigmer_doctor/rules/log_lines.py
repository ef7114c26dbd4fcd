"""Connection errors in the log: whose wording a line is, and so which link was broken."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

from stigmer_doctor.model.facts import (
    Answered,
    BackendAnswer,
    Configuration,
    Container,
    Endpoint,
    LlmAnswer,
    Logs,
    NotMeasured,
    Outcome,
    Protocol,
    Reach,
    TemporalAnswer,
)
from stigmer_doctor.model.findings import Evidence, Finding, Remediation, Severity, Skip
from stigmer_doctor.model.profile import Profile, SignatureProfile
from stigmer_doctor.model.rules import Judgement
from stigmer_doctor.rules.moments import instant
from stigmer_doctor.rules.services import on_this_machine, usable

Answer = BackendAnswer | TemporalAnswer | LlmAnswer

# A line that carries the wording of two clients belongs to the one that says more: Temporal's Rust core names itself,
# grpc-core names the address, and httpx says one sentence.
_MOST_SPECIFIC_FIRST = (Protocol.TEMPORAL, Protocol.GRPC, Protocol.OLLAMA)
_LONGEST_QUOTE = 300
_TIME = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d")


class Line(NamedTuple):
    """A line of the log; `number` counts from 1."""

    number: int
    text: str


class Now(NamedTuple):
    """What is known about the link at this moment."""

    configuration: Configuration | NotMeasured
    answer: Answer | NotMeasured
    container_reach: Reach | NotMeasured
    user_reach: Reach | NotMeasured


# ---- which link ------------------------------------------------------------------------------------------------------


def connection_failed(
    code: str, link: str, logs: Logs, container: Container | NotMeasured, now: Now, profile: Profile
) -> Judgement:
    """One finding for all lines that the rule's signature claims. `link` says in words which link it is."""
    signature = next((each for each in profile.signatures if each.rule == code), None)
    if signature is None:
        return
    lines = claimed(signature, logs, profile)
    if not lines:
        return
    endpoint = None if isinstance(now.configuration, NotMeasured) else usable(signature.endpoint, now.configuration)
    if isinstance(endpoint, Skip):
        yield endpoint
        return
    yield _finding(signature, link, lines, len(logs.lines), _before_start(lines, container), endpoint, now)


def claimed(signature: SignatureProfile, logs: Logs, profile: Profile) -> list[Line]:
    """The lines with the signature's wording that no more specific signature claims."""
    rank = _ranks(profile)
    stronger = [each for each in profile.signatures if rank[each.rule] < rank[signature.rule]]
    return [
        Line(number, text)
        for number, text in enumerate(logs.lines, 1)
        if re.search(signature.pattern, text) and not any(re.search(each.pattern, text) for each in stronger)
    ]


def _ranks(profile: Profile) -> Mapping[str, int]:
    protocols = {each.name: each.protocol for each in profile.endpoints}
    return {each.rule: _MOST_SPECIFIC_FIRST.index(protocols[each.endpoint]) for each in profile.signatures}


def _finding(
    signature: SignatureProfile,
    link: str,
    lines: list[Line],
    total: int,
    old: str,
    endpoint: Endpoint | None,
    now: Now,
) -> Finding:
    severity, state = _state(endpoint, now)
    matched = re.search(signature.pattern, lines[-1].text)
    wording = matched.group().rstrip(": ") if matched else signature.pattern
    count = "1 line" if len(lines) == 1 else f"{len(lines)} lines"
    # A passing or unmeasured link leaves the address out of the subject: the line itself names none for certain.
    subject = endpoint.address if endpoint else signature.endpoint
    return Finding(
        subject=subject,
        message=f"'{wording}' comes from {signature.emitter}: {link}; {state}",
        measured=f"{count} of {total} in the log{old}",
        expected="no such line since the container's last start",
        remediation=_advice(severity, link, endpoint),
        evidence=quoted(lines, total),
        endpoints=(signature.endpoint,),
        severity=severity,
    )


def _state(endpoint: Endpoint | None, now: Now) -> tuple[Severity, str]:
    """How the link is now, which decides how much an old line matters."""
    if not isinstance(now.answer, NotMeasured):
        if now.answer.answered is Answered.YES:
            return Severity.INFO, "an earlier failure, the link works now"
        return Severity.ERROR, f"the link still fails ({now.answer.answered})"
    if endpoint is None or isinstance(now.container_reach, NotMeasured):
        return Severity.WARNING, "whether the link works now was not measured"
    verdict = now.container_reach.verdict(endpoint.host, endpoint.port)
    if verdict is not None and verdict is not Outcome.CONNECTED:
        here = on_this_machine(endpoint, now.user_reach)
        return Severity.ERROR, f"the link still fails ({verdict.value}{f'; it {here}' if here else ''})"
    if verdict is None and now.container_reach.resolves(endpoint.host) is False:
        return Severity.ERROR, f"the link still fails ({endpoint.host} does not resolve)"
    return Severity.WARNING, "whether the link works now was not measured"


def _advice(severity: Severity, link: str, endpoint: Endpoint | None) -> Remediation:
    if severity is Severity.INFO:
        return Remediation(text="Nothing: the link works now. If the line keeps coming, the service stops at times.")
    in_force = f": {endpoint.variable}, in force as {endpoint.raw}" if endpoint else ""
    return Remediation(text=f"Look at {link}{in_force}. Where another finding is about this address, repair that one.")


# ---- lines -----------------------------------------------------------------------------------------------------------


def quoted(lines: list[Line], total: int) -> tuple[Evidence, ...]:
    """The first and the last of the lines, bounded."""
    ends = lines[:1] if len(lines) == 1 else [lines[0], lines[-1]]
    return tuple(quote(line, total) for line in ends)


def quote(line: Line, total: int) -> Evidence:
    """A line as evidence, bounded."""
    text = line.text if len(line.text) <= _LONGEST_QUOTE else f"{line.text[: _LONGEST_QUOTE - 1]}…"
    return Evidence(source="logs", locator=f"line {line.number} of {total}", value=text)


def _before_start(lines: list[Line], container: Container | NotMeasured) -> str:
    """Words for lines that are all older than the container's last start. The log's times name no zone, so they
    decide nothing."""
    if isinstance(container, NotMeasured):
        return ""
    started = instant(container.state.started_at)
    stamp = _TIME.search(lines[-1].text)
    last = instant(stamp.group()) if stamp else None
    if started is None or last is None or last >= started.replace(microsecond=0):
        return ""
    return f", all from before the container's last start at {container.state.started_at} (their times read as UTC)"

"""SD704: the log says that the runner's start-up failed, and at which step."""

from __future__ import annotations

import re
from itertools import takewhile

from stigmer_doctor.model.facts import Answered, Container, EngineSearch, Logs, NotMeasured, TemporalAnswer
from stigmer_doctor.model.findings import Finding, Remediation, Severity
from stigmer_doctor.model.profile import Profile
from stigmer_doctor.model.rules import Judgement, Rule
from stigmer_doctor.rules.log_lines import Line, quote
from stigmer_doctor.rules.services import docker

_FOLLOWING = 3
_ORDINARY = " - INFO - "
_TEMPORAL_STEP = "Worker Initialization Error"


def check(
    logs: Logs, container: Container, search: EngineSearch, profile: Profile, *, temporal: TemporalAnswer | NotMeasured
) -> Judgement:
    failures = [
        (Line(number, text), match.group("what"))
        for number, text in enumerate(logs.lines, 1)
        if (match := re.search(profile.startup_failure, text))
    ]
    if not failures:
        return
    last, what = failures[-1]
    recovered = any(profile.worker_ready in text for text in logs.lines[last.number :])
    if recovered and not container.running:
        return  # it got over this failure, and stopped for another reason
    severity = _severity(container, recovered=recovered)
    following = _details(logs, last)
    total, state = len(logs.lines), container.state.status
    yield Finding(
        subject=container.name,
        message=_message(what, severity, following[0].text if following else ""),
        measured=f'"{what}" at line {last.number} of {total} ({len(failures)} in all), container {state}',
        expected=f'"{profile.worker_ready}" after the last start',
        remediation=_advice(what, severity, container, search, temporal),
        evidence=(quote(last, total), *(quote(each, total) for each in following[:_FOLLOWING])),
        endpoints=("temporal",) if what == _TEMPORAL_STEP else (),
        severity=severity,
    )


def _severity(container: Container, *, recovered: bool) -> Severity:
    if not container.running:
        return Severity.ERROR
    # A container that runs again may be starting at this moment.
    return Severity.INFO if recovered else Severity.WARNING


def _details(logs: Logs, failure: Line) -> list[Line]:
    """The lines that say why, up to where the log goes on with ordinary lines (of the next start). The runner frames
    its errors with rules of dashes, which say nothing."""
    following = enumerate(logs.lines[failure.number :], failure.number + 1)
    report = takewhile(lambda line: _ORDINARY not in line[1], following)
    return [Line(*line) for line in report if any(each.isalpha() for each in line[1])]


def _message(what: str, severity: Severity, detail: str) -> str:
    if severity is Severity.INFO:
        return f"an earlier start-up failed ({what}); the runner has started since"
    return f"the runner's start-up failed: {what}{f' ({_short(detail)})' if detail else ''}"


def _short(text: str) -> str:
    """The message of a log line, without its time and logger, bounded."""
    message = text.split(" - ", 3)[-1].strip()
    return message if len(message) <= 160 else f"{message[:159]}…"


def _advice(
    what: str, severity: Severity, container: Container, search: EngineSearch, temporal: TemporalAnswer | NotMeasured
) -> Remediation:
    if severity is Severity.INFO:
        return Remediation(text="Nothing: the runner is ready now.")
    answers = not isinstance(temporal, NotMeasured) and temporal.answered is Answered.YES
    if what == _TEMPORAL_STEP and answers:
        return Remediation(
            text="Temporal answers now: start the runner again.",
            commands=(docker(search, "restart", container.name),),
        )
    return Remediation(
        text="The lines after the failure say what was wrong. Correct it, then start the runner again.",
        commands=(
            docker(search, "logs", "--tail", "50", container.name),
            docker(search, "restart", container.name),
        ),
    )


RULE = Rule(code="SD704", severity=Severity.ERROR, check=check, causes=("SD112", "SD113"))

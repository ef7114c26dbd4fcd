"""SD704: the log says that the runner's start-up failed, at which step, and with which error."""

from __future__ import annotations

from stigmer_doctor.analysis.log import message
from stigmer_doctor.analysis.startup import Failure
from stigmer_doctor.lean_objects import compiled_later
from stigmer_doctor.model.facts import Answered, Container, Logs, NotMeasured, Pod, TemporalAnswer
from stigmer_doctor.model.findings import Finding, Remediation, Severity
from stigmer_doctor.model.profile import Profile
from stigmer_doctor.model.rules import Judgement, Rule
from stigmer_doctor.rules.advice import log_command, restart_command
from stigmer_doctor.rules.logs.log_lines import quote

_QUOTED = 3
_LONGEST_QUOTE = 160
_ERROR = compiled_later(r"^Error: ?")


def check(
    logs: Logs,
    container: Container,
    last_failure: Failure | None,
    profile: Profile,
    *,
    temporal: TemporalAnswer | NotMeasured,
    pod: Pod | NotMeasured,
) -> Judgement:
    failure = last_failure
    if failure is None:
        return
    recovered = any(profile.worker_ready in text for text in logs.lines[failure.line.number :])
    if recovered and not container.running:
        return  # it got over this failure, and stopped for another reason
    severity = _severity(failure, container, logs, recovered=recovered)
    total, state, line = len(logs.lines), container.state.status, failure.line
    yield Finding(
        subject=container.name,
        message=_message(failure, severity),
        measured=f'"{failure.step}" at line {line.number} of {total} ({failure.times} in all), container {state}',
        expected=f'"{profile.worker_ready}" after the last start',
        remediation=_advice(failure.about, severity, container, temporal, pod),
        evidence=(quote(line, total), *(quote(other, total) for other in failure.error[:_QUOTED])),
        endpoints=(failure.about,) if failure.about else (),
        severity=severity,
    )


def _severity(failure: Failure, container: Container, logs: Logs, *, recovered: bool) -> Severity:
    if recovered:
        return Severity.INFO
    of_this_start = logs.before_start is not None and failure.line.number > logs.before_start
    if not container.running or of_this_start or container.restart_count:
        return Severity.ERROR
    # Somebody started it again, and that start is under way.
    return Severity.WARNING


def _message(failure: Failure, severity: Severity) -> str:
    if severity is Severity.INFO:
        return f"an earlier start-up failed ({failure.step}); the runner has started since"
    error = _short(failure.error[0].text) if failure.error else ""
    return f"the runner's start-up failed: {failure.step}{f' ({error})' if error else ''}"


def _short(text: str) -> str:
    """The error of a log line, bounded."""
    error = _ERROR.sub("", message(text))
    return error if len(error) <= _LONGEST_QUOTE else f"{error[: _LONGEST_QUOTE - 1]}…"


def _advice(
    about: str,
    severity: Severity,
    container: Container,
    temporal: TemporalAnswer | NotMeasured,
    pod: Pod | NotMeasured,
) -> Remediation:
    if severity is Severity.INFO:
        return Remediation(text="Nothing: the runner is ready now.")
    start = restart_command(container, pod)
    if about == "temporal" and not isinstance(temporal, NotMeasured) and temporal.answered is Answered.YES:
        return Remediation(text="Temporal answers now: start the runner again.", commands=(start,))
    what = {
        "temporal": "Temporal could not be reached. Fix that link",
        "redis": "Redis could not be reached. Start it, or correct REDIS_HOST and REDIS_PORT",
        "settings": "A setting was not accepted. Correct the variable that the error is about",
    }.get(about, "The quoted lines say what was wrong. Correct it")
    return Remediation(
        text=f"{what}, then start the runner again.",
        commands=(log_command(container, pod), start),
    )


RULE = Rule(code="SD704", severity=Severity.ERROR, check=check, causes=("SD112", "SD113", "SD506"))

"""How far the runner's last start has come, by its log."""

from __future__ import annotations

import re
from enum import StrEnum
from itertools import takewhile

import msgspec

from stigmer_doctor.analysis.log import Line, is_ruler, lines_with, message, since_start
from stigmer_doctor.analysis.moments import seconds
from stigmer_doctor.analysis.parts import SETTINGS, START
from stigmer_doctor.lean_objects import compiled_later
from stigmer_doctor.model.facts import Container, Logs, NotMeasured
from stigmer_doctor.model.profile import Profile

# Where the log does not tell whether the runner is ready, a start may take so long.
_MAY_START_S = 180.0
# Between "Worker ready" and the first request for tasks; the lines are those that the runner writes meanwhile.
_FIRST_REQUEST_S, _FIRST_REQUEST_LINES = 15.0, 5

USUAL = "usually 25 to 32 s on two quiet cores, and minutes on a busy machine"
# Levels at which the runner's line of a completed start is not written.
_WITHOUT_INFO = ("WARN", "WARNING", "ERROR", "FATAL", "CRITICAL")
_ORDINARY = compiled_later(r" - (DEBUG|INFO|WARNING) - ")
# What a wording is about; the runner's clients of Temporal, the backend and the LLM have signatures in the profile.
_REDIS = compiled_later(
    r"Failed to connect to Redis|Error \S+ connecting to \S+:\d+|redis\.exceptions|Redis host and port|"
    # what it says to a client without the right password, in its own words and in those of the runner's library
    r"Redis is running in protected mode|HELLO must be called|NOAUTH|WRONGPASS|Authentication required\.|"
    r"invalid username-password pair|invalid password"
)
_SETTINGS_STEP = "Configuration Error"


class Startup(StrEnum):
    """`UNKNOWN`: it runs, and its log does not tell (not readable, too little of it kept, or at a level without it)."""

    NOT_RUNNING = "not running"
    STARTING = "starting"
    READY = "ready"
    FAILED = "failed"
    UNKNOWN = "unknown"


class Failure(msgspec.Struct, frozen=True):
    """The last failed start: the step, the line that names it, the lines of its error, how many starts failed, and what
    it is about: an endpoint's name, "redis", "settings", or "" for something else."""

    step: str
    line: Line
    error: list[Line]
    times: int
    about: str


def startup(container: Container, profile: Profile, *, logs: Logs | NotMeasured) -> Startup:
    """The last of "ready" and "failed" that was logged since the container's start; neither is "starting"."""
    if not container.running:
        return Startup.NOT_RUNNING
    if isinstance(logs, NotMeasured):
        return Startup.UNKNOWN
    first = logs.before_start or 0
    ready = [line.number for line in lines_with(re.escape(profile.worker_ready), logs, first)]
    failed = [line.number for line in lines_with(profile.startup_failure, logs, first)]
    if ready or failed:
        return Startup.READY if max(ready, default=0) >= max(failed, default=0) else Startup.FAILED
    return Startup.UNKNOWN if _scrolled_out(logs) or silenced(container) else Startup.STARTING


def last_failure(profile: Profile, *, logs: Logs | NotMeasured) -> Failure | None:
    """None when the log has none, of whichever start, and where it could not be read."""
    if isinstance(logs, NotMeasured):
        return None
    failures = [
        (line, match.group("what"))
        for line in lines_with(profile.startup_failure, logs)
        if (match := re.search(profile.startup_failure, line.text))
    ]
    if not failures:
        return None
    line, step = failures[-1]
    error = _error(logs, line)
    return Failure(step, line, error, len(failures), _about(step, error, profile))


def parts_at_start(last_failure: Failure | None) -> tuple[str, ...]:
    """What a failed start is about. Every start reads the settings and dials Temporal, so where the log does not tell,
    what is wrong with either explains it."""
    return (last_failure.about,) if last_failure and last_failure.about else ("temporal", START)


def too_early(
    container: Container, startup: Startup, collected_at: str, profile: Profile, *, logs: Logs | NotMeasured
) -> str:
    """Why a worker that does not poll would prove nothing yet; "" when it does."""
    started = container.state.started_at
    match startup:
        case Startup.STARTING:
            return f'the runner is still starting: no "{profile.worker_ready}" in its log since {started}'
        case Startup.UNKNOWN:
            age = seconds(started, collected_at)
            return "the runner may still be starting" if age is not None and age < _MAY_START_S else ""
        case Startup.READY if _just_ready(container, logs, profile, collected_at):
            return "the runner became ready a moment ago"
    return ""


def _just_ready(container: Container, logs: Logs | NotMeasured, profile: Profile, collected_at: str) -> bool:
    uptime = seconds(container.state.started_at, collected_at)
    if isinstance(logs, NotMeasured) or (uptime is not None and uptime < _FIRST_REQUEST_S):
        return True
    age = seconds(logs.last_at, collected_at)
    last = since_start(logs)[-_FIRST_REQUEST_LINES:]
    return age is not None and age < _FIRST_REQUEST_S and any(profile.worker_ready in line.text for line in last)


def silenced(container: Container) -> bool:
    """Whether the runner logs at a level at which it does not say that it is ready."""
    level = container.variable("LOG_LEVEL")
    return level is not None and level.value.strip().upper() in _WITHOUT_INFO


def _scrolled_out(logs: Logs) -> bool:
    """Whether the start itself may be among the lines that were not read."""
    return logs.truncated and not logs.before_start


def _error(logs: Logs, failure: Line) -> list[Line]:
    """The error that follows the step: its first line, which is not a ruler, and the lines of the same error that carry
    no prefix. What comes then is general advice."""
    following = enumerate(logs.lines[failure.number :], failure.number + 1)
    report = takewhile(lambda line: not _ORDINARY.search(line[1]), following)
    lines = [Line(*line) for line in report if not is_ruler(line[1])]
    return [*lines[:1], *takewhile(lambda line: message(line.text) == line.text.strip(), lines[1:])]


def _about(step: str, error: list[Line], profile: Profile) -> str:
    """As the error's wording tells."""
    wording = "\n".join(line.text for line in error)
    signature = next((other for other in profile.signatures if re.search(other.pattern, wording)), None)
    if signature:
        return signature.endpoint
    if _REDIS.search(wording):
        return "redis"
    return _setting(wording, profile) if step == _SETTINGS_STEP else ""


def _setting(wording: str, profile: Profile) -> str:
    """The endpoint whose variable the error names, or the settings as a whole."""
    named = (other.name for other in profile.endpoints if any(name in wording for name in other.variables))
    return next(named, SETTINGS)

"""The container's log to facts: clean lines, and which of them were written since the container's last start."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from stigmer_doctor.collect.container import log_lines
from stigmer_doctor.lean_objects import compiled_later
from stigmer_doctor.model.facts import Logs, State
from stigmer_doctor.model.ports import Redactor

# What the engine writes before each line when it is asked for times.
_STAMP = compiled_later(rb"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)) ?")
# The engine notes the start once the process runs, so the first lines may be a little older.
_NOTED_LATE = timedelta(seconds=0.5)


def logs(raw: bytes, state: State, redactor: Redactor, *, truncated: bool) -> Logs:
    """`raw` are lines behind the engine's times, as `EngineClient.logs` gives them."""
    stamped = [_split(line) for line in raw.split(b"\n")]
    times = [moment for moment, _ in stamped]
    first = _first_since(times, _boundary(state))
    if first is None:
        return Logs(lines=_clean(stamped, redactor), truncated=truncated)
    old = _clean(stamped[:first], redactor)
    return Logs(
        lines=(*old, *_clean(stamped[first:], redactor)),
        truncated=truncated,
        before_start=len(old),
        last_at=_text(next((time for time in reversed(times) if time), None)),
    )


def _split(line: bytes) -> tuple[datetime | None, bytes]:
    stamp = _STAMP.match(line)
    moment = _moment(stamp.group(1).decode()) if stamp else None
    return (moment, line[stamp.end() :]) if stamp and moment else (None, line)


def _moment(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None


def _boundary(state: State) -> datetime | None:
    """What was written before is of an earlier start. The end of the run before, where it is known, decides more
    exactly."""
    started, finished = _moment(state.started_at), _moment(state.finished_at)
    if started is None or started.tzinfo is None or started.year == 1:
        return None
    boundary = started - _NOTED_LATE
    ended = finished and finished.tzinfo and finished < started
    return max(boundary, finished) if ended and finished else boundary


def _first_since(times: list[datetime | None], boundary: datetime | None) -> int | None:
    """Where the lines since the start begin; None when the engine gave no times."""
    if boundary is None or not any(times):
        return None
    return next((at for at, time in enumerate(times) if time and time >= boundary), len(times))


def _clean(stamped: list[tuple[datetime | None, bytes]], redactor: Redactor) -> tuple[str, ...]:
    text = b"\n".join(line for _, line in stamped)
    return log_lines(text, redactor) if text else ()


def _text(moment: datetime | None) -> str:
    if moment is None:
        return ""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")

"""The addresses that the runner's log says are in force: evidence, where its code leaves them open."""

from __future__ import annotations

import re
from collections.abc import Mapping

from stigmer_doctor.model.facts import Container, Logs, NotMeasured
from stigmer_doctor.model.profile import Profile

_TIME = re.compile(r"(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d:\d\d)")


def logged_addresses(logs: Logs | NotMeasured, container: Container, profile: Profile) -> Mapping[str, str]:
    """The last address that the log names, by endpoint, in lines since the container's start: restarts append."""
    if isinstance(logs, NotMeasured):
        return {}
    patterns = {each.name: re.compile(each.banner) for each in profile.endpoints if each.banner}
    found: dict[str, str] = {}
    for line in logs.lines:
        if not _is_older(line, container.state.started_at):
            named = ((name, pattern.search(line)) for name, pattern in patterns.items())
            found.update({name: match["address"] for name, match in named if match})
    return found


def _is_older(line: str, started_at: str) -> bool:
    """Whether the line says that it was written before; its time names no zone and is read as UTC."""
    stamp, start = _TIME.search(line), _TIME.match(started_at)
    return bool(stamp and start and stamp.groups() < start.groups())

"""Containers that end, or are started again, while they are looked at."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from stigmer_doctor.model.container import State
from stigmer_doctor.model.inspected import InspectedContainer
from stigmer_doctor.model.reach import Reach
from stigmer_doctor.model.record import NotMeasured

_SETTLED_S = 60.0
"""How long the runner takes to start at the most before it fails."""


def restarts(container: InspectedContainer, now: str) -> bool:
    """Whether a container that runs was started again by the engine a moment ago: it may end in the middle of
    anything. A time that cannot be read counts as a moment."""
    if not container.restart_count:
        return False
    try:
        started = datetime.fromisoformat(container.state.started_at)
        return abs((datetime.fromisoformat(now) - started).total_seconds()) < _SETTLED_S
    except (TypeError, ValueError):
        return True


def ended_meanwhile(before: State, now: State) -> bool:
    """Whether a container that ran has ended, or was started again, since: then what was asked inside got lost."""
    return before.status == "running" and (now.status != "running" or before.started_at != now.started_at)


def lost(facts: Mapping[str, Any]) -> bool:
    """Whether something that was reached could not be asked, of facts by name: the container may have ended."""
    from stigmer_doctor.model.runner import Configuration  # known by then

    reach, config = facts.get("container_reach"), facts.get("configuration")
    if not isinstance(reach, Reach) or not isinstance(config, Configuration):
        return isinstance(reach, NotMeasured)
    reached = [endpoint.name for endpoint in config.endpoints if reach.connects(endpoint.host, endpoint.port)]
    return any(isinstance(facts.get(name), NotMeasured) for name in reached)

"""The addresses that the runner's log says are in force: evidence, where its code leaves them open."""

from __future__ import annotations

import re
from collections.abc import Mapping

from stigmer_doctor.model.facts import Logs, NotMeasured
from stigmer_doctor.model.profile import Profile


def logged_addresses(logs: Logs | NotMeasured, profile: Profile) -> Mapping[str, str]:
    """The last address that the log names, by endpoint, in lines since the container's start: restarts append."""
    if isinstance(logs, NotMeasured):
        return {}
    patterns = {endpoint.name: re.compile(endpoint.banner) for endpoint in profile.endpoints if endpoint.banner}
    found: dict[str, str] = {}
    for line in logs.lines[logs.before_start or 0 :]:
        named = ((name, pattern.search(line)) for name, pattern in patterns.items())
        found.update({name: match["address"] for name, match in named if match})
    return found

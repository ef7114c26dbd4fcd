"""The addresses that the runner's log says are in force: evidence, where its code leaves them open."""

from __future__ import annotations

import re
from collections.abc import Mapping

from stigmer_doctor.collect.addresses import parse_address
from stigmer_doctor.lean_expressions import compiled
from stigmer_doctor.model.facts import Logs, NotMeasured
from stigmer_doctor.model.profile import EndpointProfile, Profile

# Each is asked for; a log may name as many as it likes.
_MOST_SERVICES, _LONGEST_SERVICE = 8, 200


def logged_addresses(logs: Logs | NotMeasured, profile: Profile) -> Mapping[str, str]:
    """The last address that the log names, by endpoint, in lines since the container's start: restarts append."""
    if isinstance(logs, NotMeasured):
        return {}
    patterns = {endpoint.name: compiled(endpoint.banner) for endpoint in profile.endpoints if endpoint.banner}
    found: dict[str, str] = {}
    for line in logs.lines[logs.before_start or 0 :]:
        named = ((name, pattern.search(line)) for name, pattern in patterns.items())
        found.update({name: match["address"] for name, match in named if match})
    return found


def unknown_services(logs: Logs | NotMeasured, profile: Profile) -> tuple[str, ...]:
    """The services that the backend did not have when the runner asked for them, since the container's start."""
    known = profile.endpoint("backend")
    if isinstance(logs, NotMeasured) or known is None or not known.unknown_service:
        return ()
    lines = logs.lines[logs.before_start or 0 :]
    named = (match["service"] for line in lines for match in re.finditer(known.unknown_service, line))
    return tuple(dict.fromkeys(name for name in named if len(name) <= _LONGEST_SERVICE))[:_MOST_SERVICES]


def leads_elsewhere(logged: str, value: str, profile: EndpointProfile) -> bool:
    """Whether what the log names is another place than the code's default: a script before the runner, or a file that
    it loads, may have set it. What cannot be dialled does not count, and a host without its port is not compared."""
    told, known = parse_address(logged, profile), parse_address(value, profile)
    return not (told.problem or profile.port_variable) and (told.host, told.port) != (known.host, known.port)

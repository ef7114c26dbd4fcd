"""How a running container differs from the compose service that it was created of."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from stigmer_doctor.model.container import Container
from stigmer_doctor.model.source import ComposeService


class Difference(msgspec.Struct, frozen=True):
    """A setting, as the file has it (at `place`) and as the container has it; None where it has none."""

    what: str
    written: str | None
    running: str | None
    place: str


def drift(service: ComposeService, container: Container) -> Iterator[Difference]:
    """The network as far as host networking goes, the restart policy where there is one, and every variable whose value
    the file alone decides."""
    planned = service.planned
    if planned.host_network != container.host_network:
        place = service.host_mode.span.place if service.host_mode else service.place
        yield Difference("network_mode", planned.network_mode or None, container.network_mode or None, place)
    restart = planned.restart_policy.partition(":")[0]
    if restart and restart != container.restart_policy:
        yield Difference("restart", planned.restart_policy, container.restart_policy or None, service.place)
    for variable in service.environment:
        running = container.variable(variable.variable.name)
        if not variable.known or variable.via == "interpolation":
            continue
        if running is None or running.value != variable.variable.value:
            yield Difference(
                variable.variable.name, variable.variable.value, running.value if running else None, variable.place
            )

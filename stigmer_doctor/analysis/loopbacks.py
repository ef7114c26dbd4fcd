"""Whether the container's loopback is the user's machine's: the same address dialled from both sides, port by port."""

from __future__ import annotations

import msgspec

from stigmer_doctor.model.facts import Outcome, Reach
from stigmer_doctor.model.loopback import LOOPBACK

_BLOCKED = (Outcome.REFUSED, Outcome.TIMED_OUT)


class Loopbacks(msgspec.Struct, frozen=True):
    """Ports of 127.0.0.1 that are `answering` on the user's machine: those that answer from the container as well, and
    those that do not; those that were not dialled there, or gave no clear answer, are in neither."""

    answering: tuple[int, ...]
    same: tuple[int, ...]
    different: tuple[int, ...]

    @property
    def shared(self) -> bool | None:
        """Whether both have the same loopback; None when nothing could be compared."""
        if self.same:
            return True
        return False if self.different else None


def loopbacks(container_reach: Reach, user_reach: Reach) -> Loopbacks:
    """The comparison of both."""
    seen = {port: container_reach.verdict(LOOPBACK, port) for port in sorted(answering_ports(user_reach))}
    return Loopbacks(
        answering=tuple(seen),
        same=tuple(port for port, outcome in seen.items() if outcome is Outcome.CONNECTED),
        different=tuple(port for port, outcome in seen.items() if outcome in _BLOCKED),
    )


def answering_ports(reach: Reach) -> frozenset[int]:
    """The ports of 127.0.0.1 that accept there."""
    return frozenset(dial.port for dial in reach.dials if dial.host == LOOPBACK and dial.outcome is Outcome.CONNECTED)

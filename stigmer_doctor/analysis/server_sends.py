"""Where the server sends the runner's part of an execution: Temporal keeps that with each one."""

from __future__ import annotations

from stigmer_doctor.analysis.pollers import asked_lately
from stigmer_doctor.model.facts import NotMeasured, SentExecution, TemporalAnswer


def server_sends(collected_at: str, *, temporal: TemporalAnswer | NotMeasured) -> SentExecution | None:
    """The newest execution, where the very process that started it polls now, and no other: it reads its settings at
    its start, so the next execution goes where this one went. None where that is not known."""
    server = None if isinstance(temporal, NotMeasured) else temporal.server
    if server is None or server.sent is None:
        return None
    polls = {poller.identity for poller in asked_lately(server.pollers or (), collected_at)}
    return server.sent if polls == {server.sent.by} else None

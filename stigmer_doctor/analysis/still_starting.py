"""Whether the runner is on its way up, and waiting may help."""

from __future__ import annotations

from stigmer_doctor.analysis.pollers import WorkerPollers
from stigmer_doctor.analysis.startup import Failure, Startup
from stigmer_doctor.model.facts import Answered, Configuration, Container, NotMeasured, Reach, TemporalAnswer


def temporal_usable(
    *,
    temporal: TemporalAnswer | NotMeasured,
    configuration: Configuration | NotMeasured,
    container_reach: Reach | NotMeasured,
) -> bool:
    """Whether nothing is known to be wrong with Temporal: nobody becomes ready without it."""
    if not isinstance(temporal, NotMeasured):
        return temporal.answered is Answered.YES and temporal.namespace_exists is not False
    if isinstance(configuration, NotMeasured) or isinstance(container_reach, NotMeasured):
        return True
    endpoint = configuration.endpoint("temporal")
    if endpoint is None:
        return True
    return not endpoint.problem and container_reach.connects(endpoint.host, endpoint.port) is not False


def still_starting(
    container: Container,
    startup: Startup,
    last_failure: Failure | None,
    worker_pollers: WorkerPollers,
    temporal_usable: bool,
) -> bool:
    """Whether neither "ready" nor a failure was logged, its worker does not poll yet, and nothing shows that it cannot
    come to that: no start before this one failed in a loop, and Temporal is usable."""
    looping = container.restart_count and last_failure
    return startup is Startup.STARTING and not worker_pollers.own and not looping and temporal_usable

"""The planned configuration, tried in a throwaway container with the real clients."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from msgspec.structs import replace

from stigmer_doctor.analysis import replacement
from stigmer_doctor.collect import inside
from stigmer_doctor.collect.configuration import configuration
from stigmer_doctor.collect.links import measure
from stigmer_doctor.collect.options import Run
from stigmer_doctor.fix.case import Case
from stigmer_doctor.fix.context import FixContext
from stigmer_doctor.fix.verification import unreachable_endpoints
from stigmer_doctor.model.blueprint import Description
from stigmer_doctor.model.changes import Changes
from stigmer_doctor.model.engine_ports import EngineClient
from stigmer_doctor.model.facts import Container, NotMeasured, Place


def rehearse(case: Case, new: Description, engine: EngineClient, context: FixContext) -> tuple[str, ...]:
    """The endpoints that are up on this machine and would not answer the runner with the changes, in words. The
    throwaway container has the network, hosts and name servers of `new`, and no variables, mounts or ports."""
    ports = context.ports
    planned = _planned(case.container, case.changes)
    config = configuration(planned, case.contract(context), ports.profile)
    probe = inside.enter_copy(engine.manager().throwaway(case.old, new), engine, ports)
    try:
        with ThreadPoolExecutor(8) as pool:
            run = Run(context.collect_options, ports, pool, Place.THIS_MACHINE)
            links = measure(planned, config, probe, run)
    finally:
        if not isinstance(probe, NotMeasured):
            probe.close()
    answers = {"backend": links.backend, "temporal": links.temporal, "llm": links.llm, "redis": links.redis}
    return unreachable_endpoints(config, answers, links.user_reach, links.listeners)


def _planned(container: Container, changes: Changes) -> Container:
    return replace(
        container,
        environment=replacement.environment(container.environment, changes),
        network_mode=replacement.network_mode(container.network_mode, changes),
    )

"""What is measured again where the first dial or question left it open, and asked on this machine as well."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from stigmer_doctor.collect.links import LinkFacts, client
from stigmer_doctor.collect.options import CollectOptions, Run
from stigmer_doctor.model.errors import DoctorError
from stigmer_doctor.model.facts import (
    Answer,
    Answered,
    BackendAnswer,
    Comparison,
    Configuration,
    Dial,
    Endpoint,
    LlmAnswer,
    NotMeasured,
    Outcome,
    Reach,
    RedisAnswer,
    TemporalAnswer,
    Trial,
    Trouble,
)
from stigmer_doctor.model.loopback import LOOPBACK
from stigmer_doctor.model.ports import ContainerProbe
from stigmer_doctor.model.topology import BeaconOutcome, Topology

RESENT_MS = 900.0
"""The first packet of a connection is sent again after a second."""
_SENT_AGAIN_MS = 200.0
"""What was lost later is sent again after so long at the least, and an answer takes that much longer."""
_TRIALS = 8


class Situation(msgspec.Struct, frozen=True):
    """What was found out before. Without `own` ways nothing is known of where names lead."""

    configuration: Configuration
    links: LinkFacts
    own: Topology | NotMeasured


def compare(situation: Situation, probe: ContainerProbe | NotMeasured, run: Run) -> Comparison | NotMeasured:
    """Dial doubtful addresses several times, and ask services here whose answer in the container is a puzzle; an empty
    comparison where there is neither."""
    reach = situation.links.container_reach
    if isinstance(probe, NotMeasured) or isinstance(reach, NotMeasured):
        return NotMeasured(reason="nothing was dialled from the container")
    asking = {
        endpoint.name: run.pool.submit(_here, endpoint, port, situation.configuration, run)
        for endpoint in situation.configuration.endpoints
        if run.place.here
        and _puzzling(endpoint, situation, reach)
        and (port := _port_here(endpoint, situation.links.user_reach))
    }
    trials = _trials(situation, reach, probe, run.options)
    here = {name: item.result() for name, item in asking.items()}
    backend, temporal, llm, redis = (here.get(name) for name in ("backend", "temporal", "llm", "redis"))
    return Comparison(
        trials=trials,
        backend=backend if isinstance(backend, BackendAnswer) else None,
        temporal=temporal if isinstance(temporal, TemporalAnswer) else None,
        llm=llm if isinstance(llm, LlmAnswer) else None,
        redis=redis if isinstance(redis, RedisAnswer) else None,
    )


# ---- dialled again ---------------------------------------------------------------------------------------------------


def _trials(
    situation: Situation, reach: Reach, probe: ContainerProbe, collect_options: CollectOptions
) -> tuple[Trial, ...]:
    doubtful = [
        (other, dial)
        for other in situation.configuration.endpoints
        for dial in reach.to(other.host, other.port)
        if _doubtful(other, dial, situation.links, reach)
    ]
    targets = [(dial.address, dial.port) for _, dial in doubtful for _ in range(_TRIALS)]
    if not targets:
        return ()
    try:
        heard = probe.read_banners(targets, collect_options.timeout)
    except DoctorError:
        return ()
    made = []
    for endpoint, dial in doubtful:
        own = [hit for hit in heard if (hit.address, hit.port) == (dial.address, dial.port)]
        if not own:  # left out, as there was more than can be dialled at once
            continue
        accepted = [dial for dial in own if dial.outcome is Outcome.CONNECTED]
        resent = sum(other.latency_ms >= RESENT_MS for other in accepted)
        made.append(
            Trial(
                endpoint=endpoint.name,
                address=dial.address,
                port=dial.port,
                tried=len(own),
                accepted=len(accepted),
                resent=resent,
            )
        )
    return tuple(made)


def _doubtful(endpoint: Endpoint, dial: Dial, links: LinkFacts, reach: Reach) -> bool:
    """Whether the dial, or the answer to what was asked after it, may have failed or taken so long by chance."""
    if dial.outcome is Outcome.CONNECTED:
        answer = links.answer(endpoint.name)
        slow = isinstance(answer, NotMeasured) or answer.latency_ms >= _SENT_AGAIN_MS
        return slow or dial.latency_ms >= RESENT_MS
    others = {other.outcome for other in reach.dials if other.address == dial.address}
    return dial.outcome is Outcome.TIMED_OUT and Outcome.CONNECTED in others


# ---- asked here ------------------------------------------------------------------------------------------------------


def _puzzling(endpoint: Endpoint, situation: Situation, reach: Reach) -> bool:
    """Whether the container's answer may be another server's, or says that a server does not answer."""
    answer = situation.links.answer(endpoint.name)
    if isinstance(answer, NotMeasured):
        return False
    silent = answer.answered in (Answered.TIMED_OUT, Answered.UNAVAILABLE)
    return silent or answer.trouble is not Trouble.NONE or _leads_elsewhere(endpoint, situation.own, reach)


def _leads_elsewhere(endpoint: Endpoint, own: Topology | NotMeasured, reach: Reach) -> bool:
    """Whether no listener of this machine's was reached at the endpoint's addresses."""
    if isinstance(own, NotMeasured):
        return False
    resolution = reach.resolution(endpoint.host)
    routes = [route for address in (resolution.addresses if resolution else ()) for route in own.routes_to(address)]
    return bool(routes) and not any(route.outcome is BeaconOutcome.REACHED for route in routes)


def _port_here(endpoint: Endpoint, user_reach: Reach | NotMeasured) -> int:
    """The port of this machine's loopback on which the service answers; 0 for none."""
    if isinstance(user_reach, NotMeasured):
        return 0
    ports: Iterable[int] = (endpoint.port, endpoint.standard_port)
    return next((port for port in ports if user_reach.connects(LOOPBACK, port)), 0)


def _here(endpoint: Endpoint, port: int, configuration: Configuration, run: Run) -> Answer | None:
    try:
        return client(endpoint, configuration, run.ports)(port, timeout=run.options.timeout)
    except DoctorError:
        return None

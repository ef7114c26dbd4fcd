"""The links of the runner: who is reached from where, and what the real clients are told."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from functools import partial
from typing import TypeVar

import msgspec
from msgspec.structs import replace

from stigmer_doctor.analysis.proxies import proxy_of
from stigmer_doctor.collect.kept import attempt
from stigmer_doctor.collect.options import CollectOptions, Ports, Run
from stigmer_doctor.model.errors import ProbeError
from stigmer_doctor.model.facts import (
    Answer,
    Answered,
    BackendAnswer,
    Configuration,
    Container,
    Dial,
    Endpoint,
    Listeners,
    LlmAnswer,
    NotMeasured,
    Origin,
    Outcome,
    Reach,
    RedisAnswer,
    TemporalAnswer,
    Trouble,
)
from stigmer_doctor.model.loopback import LOOPBACKS
from stigmer_doctor.model.ports import ContainerProbe
from stigmer_doctor.model.questions import BackendQuestion, TemporalQuestion

A = TypeVar("A", BackendAnswer, TemporalAnswer, LlmAnswer, RedisAnswer)
_LARGE = 3000
"""Bytes that do not fit into one packet of the usual size (1500) nor into one of a VPN's."""
_PATIENCE = 4
"""How many times as long is waited for an answer that did not come in time."""


class LinkFacts(msgspec.Struct, frozen=True):
    """What was found out about the runner's links."""

    container_reach: Reach | NotMeasured
    user_reach: Reach | NotMeasured
    listeners: Listeners | NotMeasured
    backend: BackendAnswer | NotMeasured
    temporal: TemporalAnswer | NotMeasured
    llm: LlmAnswer | NotMeasured
    redis: RedisAnswer | NotMeasured

    def answer(self, name: str) -> Answer | NotMeasured:
        """What the service of that name answered."""
        answer: Answer | NotMeasured = getattr(self, name, NotMeasured(reason="nobody asked it"))
        return answer


def measure(
    container: Container,
    configuration: Configuration,
    probe: ContainerProbe | NotMeasured,
    run: Run,
    dialled: Callable[[], None] = lambda: None,
    services: Sequence[str] = (),
) -> LinkFacts:
    """Dial everything from the container and from this machine at once, then speak to what accepted; in between
    `dialled` is called. `services` are those of which the backend is asked whether it has them."""
    collect_options, ports, pool = run.options, run.ports, run.pool
    port_numbers = _dialled_ports(configuration, ports)
    user_reach, listeners = _user_side(port_numbers, run)
    container_reach = _from_inside(_targets(container, configuration, run), probe, collect_options, ports)
    dialled()
    calls = {
        endpoint.name: pool.submit(
            attempt,
            ports.redactor,
            partial(_call, endpoint, configuration, container_reach, probe, collect_options, ports, services),
        )
        for endpoint in configuration.endpoints
    }
    return LinkFacts(
        container_reach=container_reach,
        user_reach=user_reach.result(),
        listeners=listeners.result(),
        backend=_typed(calls, "backend", BackendAnswer),
        temporal=_typed(calls, "temporal", TemporalAnswer),
        llm=_typed(calls, "llm", LlmAnswer),
        redis=_typed(calls, "redis", RedisAnswer),
    )


def same_questions(one: Configuration, other: Configuration) -> bool:
    """Whether `measure` asks the same of both: they may know it from elsewhere."""
    return _questions(one) == _questions(other)


def _questions(configuration: Configuration) -> object:
    endpoints = [
        replace(endpoint, origin=Origin.ASSUMED, locator="", client="", client_locator="")
        for endpoint in configuration.endpoints
    ]
    return endpoints, [(setting.key, setting.value) for setting in configuration.settings]


def ask(
    endpoint: Endpoint,
    configuration: Configuration,
    probe: ContainerProbe | NotMeasured,
    collect_options: CollectOptions,
    ports: Ports,
) -> Answer | NotMeasured:
    """Dial one endpoint from inside and speak to it, and to nothing else."""
    reach = _from_inside([(endpoint.host, endpoint.port)], probe, collect_options, ports)
    return attempt(ports.redactor, partial(_call, endpoint, configuration, reach, probe, collect_options, ports))


def _typed(calls: Mapping[str, Future[Answer | NotMeasured]], name: str, expected: type[A]) -> A | NotMeasured:
    if name not in calls:
        return NotMeasured(reason="the runner does not use it")
    answer = calls[name].result()
    assert isinstance(answer, (expected, NotMeasured))  # noqa: S101 - each protocol has its own answer
    return answer


def _dialled_ports(configuration: Configuration, ports: Ports) -> tuple[int, ...]:
    standard = _standard_ports(configuration, ports)
    return tuple(sorted({*standard} | {endpoint.port for endpoint in configuration.endpoints if not endpoint.problem}))


def _standard_ports(configuration: Configuration, ports: Ports) -> list[int]:
    """Where the services normally listen that the runner may use in its mode."""
    known = ports.profile.endpoints
    return [endpoint.port for endpoint in known if not endpoint.mode or configuration.endpoint(endpoint.name)]


def _targets(container: Container, configuration: Configuration, run: Run) -> list[tuple[str, int]]:
    """What the runner dials, also through a proxy, and what it could dial instead: the host alias, and on host
    networking the loopback."""
    dialled = [(endpoint.host, endpoint.port) for endpoint in configuration.endpoints if not endpoint.problem]
    proxies = [
        (found.host, found.port) for endpoint in configuration.endpoints if (found := proxy_of(endpoint, container))
    ]
    alternatives = [*filter(None, (run.names.alias,)), *(["127.0.0.1"] if container.host_network else [])]
    standard = _standard_ports(configuration, run.ports)
    return list(dict.fromkeys([*dialled, *proxies, *((host, port) for host in alternatives for port in standard)]))


def _user_side(
    port_numbers: tuple[int, ...], run: Run
) -> tuple[Future[Reach | NotMeasured], Future[Listeners | NotMeasured]]:
    ports, pool = run.ports, run.pool
    if not run.place.here:
        elsewhere = NotMeasured(reason=f"{run.place.apart}, so this machine's services do not matter")
        return pool.submit(lambda: elsewhere), pool.submit(lambda: elsewhere)
    targets = [(host, port) for host in LOOPBACKS for port in port_numbers]
    reach: Callable[[], Reach | NotMeasured] = partial(ports.user.reach, targets, run.options.timeout)
    return (
        pool.submit(attempt, ports.redactor, reach),
        pool.submit(attempt, ports.redactor, partial(listeners_at, port_numbers, ports)),
    )


def listeners_at(port_numbers: tuple[int, ...], ports: Ports) -> Listeners | NotMeasured:
    """What listens on these ports of this machine."""
    found = ports.user.listeners(port_numbers)
    if found is None:
        return NotMeasured(reason="this system does not let this user list listening sockets")
    return Listeners(ports=port_numbers, items=found)


def _from_inside(
    targets: list[tuple[str, int]], probe: ContainerProbe | NotMeasured, collect_options: CollectOptions, ports: Ports
) -> Reach | NotMeasured:
    if isinstance(probe, NotMeasured):
        return probe
    return attempt(ports.redactor, partial(probe.reach, targets, collect_options.timeout))


def _call(
    endpoint: Endpoint,
    configuration: Configuration,
    reach: Reach | NotMeasured,
    probe: ContainerProbe | NotMeasured,
    collect_options: CollectOptions,
    ports: Ports,
    services: Sequence[str] = (),
) -> Answer | NotMeasured:
    """Speak the endpoint's protocol through a tunnel, to the first address of it that accepted a connection. Raises
    ProbeError."""
    if isinstance(probe, NotMeasured) or isinstance(reach, NotMeasured):
        return probe if isinstance(probe, NotMeasured) else NotMeasured(reason="its address was not dialled")
    open_dials = [dial for dial in reach.to(endpoint.host, endpoint.port) if dial.outcome is Outcome.CONNECTED]
    if not open_dials:
        verdict = reach.verdict(endpoint.host, endpoint.port)
        outcome = "does not resolve" if verdict is None else verdict.value
        return NotMeasured(reason=f"no connection to {endpoint.address or endpoint.variable} ({outcome})")
    ask = client(endpoint, configuration, ports, services)
    with probe.tunnel(open_dials[0].address, endpoint.port) as port:
        answer = _patiently(partial(ask, port), collect_options.timeout)
    if answer.answered is not Answered.YES:
        _confirm(probe, open_dials[0], collect_options.timeout)
    return replace(answer, detail=ports.redactor.text(answer.detail, "answers"))


def _confirm(probe: ContainerProbe, dial: Dial, timeout: float) -> None:
    """Raises ProbeError where the way ended under the call: what came then is not a service's answer."""
    if probe.reach([(dial.address, dial.port)], timeout).connects(dial.address, dial.port) is False:
        raise ProbeError("the connection was lost while it was asked")


def _patiently(ask: Callable[..., Answer], timeout: float) -> Answer:
    """The answer, and what it took. A service that does not answer a question of two packets in time gets more time for
    one of a single packet; then it is seen whether the size or the time made the difference."""
    first = ask(timeout=timeout, padding=_LARGE)
    if first.answered is not Answered.TIMED_OUT:
        return first
    later = ask(timeout=_PATIENCE * timeout, padding=0)
    if later.answered is Answered.TIMED_OUT:
        return first
    in_time = later.latency_ms < timeout * 1000
    small = in_time and ask(timeout=timeout, padding=_LARGE).answered is Answered.TIMED_OUT
    return replace(later, trouble=Trouble.ONLY_SMALL if small else Trouble.LATE)


def client(
    endpoint: Endpoint, configuration: Configuration, ports: Ports, services: Sequence[str] = ()
) -> Callable[..., Answer]:
    """The endpoint's client, to be called with a port of this machine, `timeout` and `padding`."""

    def setting(key: str, default: str) -> str:
        found = configuration.setting(key)
        return found.value if found else default

    clients = ports.clients
    match endpoint.name:
        case "backend":
            known = next(other for other in ports.profile.endpoints if other.name == endpoint.name)
            return partial(
                clients.backend,
                authority=endpoint.address,
                question=BackendQuestion(
                    tls=endpoint.tls,
                    method=f"{known.service}/{known.method}",
                    services=tuple(filter(None, (ports.profile.server.service, *services))),
                ),
            )
        case "temporal":
            return partial(
                clients.temporal,
                authority=endpoint.address,
                question=TemporalQuestion(
                    namespace=setting("namespace", "default"),
                    task_queue=setting("task_queue", ""),
                    server=(ports.profile.server.queue, ports.profile.server.memo),
                ),
            )
        case "redis":
            return clients.redis
        case _:
            scheme = "https" if endpoint.tls else "http"
            return partial(clients.llm, url=f"{scheme}://{endpoint.address}{_path(endpoint.raw)}")


def _path(raw: str) -> str:
    _, _, rest = raw.rpartition("://")
    slash = rest.find("/")
    return "" if slash < 0 else rest[slash:].rstrip("/")

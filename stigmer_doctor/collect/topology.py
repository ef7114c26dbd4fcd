"""Which ways lead from containers to the user's machine: beacons here, dialled from there."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from contextlib import suppress
from functools import partial
from typing import Any, Self

import msgspec
from msgspec.structs import replace

from stigmer_doctor.analysis.candidates import ENGINE_GATEWAY, GATEWAY, MAPPED
from stigmer_doctor.analysis.host_names import HostNames
from stigmer_doctor.collect import inside
from stigmer_doctor.collect.options import Ports, Run
from stigmer_doctor.model.engine_ports import EngineClient
from stigmer_doctor.model.errors import DoctorError
from stigmer_doctor.model.facts import Configuration, Container, NotMeasured, Outcome
from stigmer_doctor.model.inspected import InspectedNetwork, NetworkSettings, Throwaway
from stigmer_doctor.model.loopback import LOOPBACKS
from stigmer_doctor.model.ports import Banner, Beacon, ContainerProbe
from stigmer_doctor.model.topology import BeaconOutcome, Route, RouteNetwork, Topology
from stigmer_doctor.probe.dial import MOST_DIALS

_MAPPED_NAME = "gateway.stigmer-doctor.internal"
"""A name of our own, so that a built-in host alias and a mapped one are told apart."""
_HEARD = {
    Outcome.REFUSED: BeaconOutcome.REFUSED,
    Outcome.TIMED_OUT: BeaconOutcome.DROPPED,
    Outcome.NO_ROUTE: BeaconOutcome.NO_ROUTE,
    Outcome.FAILED: BeaconOutcome.NO_ROUTE,
}


class ProbedNetwork(msgspec.Struct, frozen=True):
    """A network and a probe in it. `names` are what is tried there, by what a report calls it."""

    network: RouteNetwork
    probe: ContainerProbe
    names: Mapping[str, str]


def own_network(
    container: Container,
    config: Configuration,
    probe: ContainerProbe,
    networks: Mapping[str, InspectedNetwork],
    names: HostNames,
) -> ProbedNetwork:
    """The container's own network, seen through the probe that is there already. Host aliases that no address uses are
    left out, but for the first: asking a slow name server for names that nobody needs would cost time."""
    used = {endpoint.host for endpoint in config.endpoints}
    tried = {alias: alias for alias in names.aliases if alias in used or alias == names.alias}
    if container.host_network:
        tried["localhost"] = "localhost"
    return ProbedNetwork(RouteNetwork.OWN, probe, tried | _gateways(networks))


class _Seen(msgspec.Struct, frozen=True):
    """The ways of one network, and what of them could not be tried."""

    routes: Sequence[Route] = ()
    missing: str = ""


class Throwaways:
    """Throwaway containers in networks of their own choice, made of one image; closed on leaving the context."""

    def __init__(self, engine: EngineClient, image: str, run: Run) -> None:
        self._engine, self._image, self._run = engine, image, run
        self._open: list[ContainerProbe] = []
        self.started = 0
        self.missing: list[str] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """All at once: an engine takes its time to end a container."""
        closing = [threading.Thread(target=probe.close, name="throwaway") for probe in self._open]
        for thread in closing:
            thread.start()
        for thread in closing:
            thread.join()

    def probed(
        self, networks: Iterable[RouteNetwork], pool: Executor, *, rootless: bool = False
    ) -> list[ProbedNetwork]:
        """Those that could be had, started all at once. A rootless engine has a network of its own, whose default
        route leads to this machine's: that way is tried as well."""
        starting = [pool.submit(self._probed, network) for network in networks]
        seen = [vantage for future in starting if (vantage := future.result())]
        further = _engine_gateway(seen) if rootless else {}
        return [replace(vantage, names={**vantage.names, **further}) for vantage in seen]

    def _probed(self, network: RouteNetwork) -> ProbedNetwork | None:
        hosts = (f"{_MAPPED_NAME}:{MAPPED}",) if network is RouteNetwork.BRIDGE else ()
        settings = Throwaway(image=self._image, network=NetworkSettings(mode=network.value, extra_hosts=hosts))
        probe = inside.enter_throwaway(settings, self._engine, self._run.ports)
        if isinstance(probe, NotMeasured):
            self.missing.append(f"{network.value}: {probe.reason}")
            return None
        self.started += 1
        self._open.append(probe)
        return ProbedNetwork(network, probe, self._names(network))

    def _names(self, network: RouteNetwork) -> dict[str, str]:
        names = {alias: alias for alias in self._run.names.aliases}
        if network is RouteNetwork.HOST:
            return {"localhost": "localhost", **names}
        try:
            gateways = _gateways({"bridge": self._engine.network("bridge")})
        except DoctorError:
            gateways = {}
        return {**names, MAPPED: _MAPPED_NAME, **gateways}


def _engine_gateway(probed: Sequence[ProbedNetwork]) -> dict[str, str]:
    """The next hop of the engine's own network, as a container on it sees it."""
    for vantage in probed:
        if vantage.network is RouteNetwork.HOST:
            with suppress(DoctorError):
                address = vantage.probe.gateway()
                return {ENGINE_GATEWAY: address} if address else {}
    return {}


def _gateways(networks: Mapping[str, InspectedNetwork]) -> dict[str, str]:
    """The address of each network's own gateway: on a native engine the bridge's, which is this machine's."""
    found = [address for network in networks.values() for address in network.gateways]
    return {GATEWAY if ":" not in address else f"{GATEWAY} (IPv6)": address for address in found}


def measure(
    probed: Sequence[ProbedNetwork], ports: Ports, timeout: float, apply: Callable[..., Iterable[Any]] = map
) -> Topology:
    """All routes from the probed networks; `timeout` is in seconds, per connection, and `apply` is how a function is
    applied to each of several: one after the other, or a pool's `map`."""
    resolved = list(apply(partial(_addresses, timeout=timeout), probed))
    found = [address for names in resolved for addresses in names.values() for address in addresses]
    with ports.user.beacons([*LOOPBACKS, *dict.fromkeys(found)]) as beacons:
        routes = list(apply(partial(_routes, beacons=beacons, timeout=timeout), probed, resolved))
    return Topology(
        routes=tuple(route for seen in routes for route in seen.routes),
        listened=tuple(beacon.address for beacon in beacons),
        missing=tuple(seen.missing for seen in routes if seen.missing),
    )


def beside(networks: Iterable[RouteNetwork], engine: EngineClient, image: str, run: Run, *, rootless: bool) -> Topology:
    """What throwaway containers in these networks see."""
    ports, pool = run.ports, run.pool
    with Throwaways(engine, image, run) as throwaways:
        seen = measure(throwaways.probed(networks, pool, rootless=rootless), ports, run.options.timeout, pool.map)
        missing = tuple(ports.redactor.text(name, "errors") for name in throwaways.missing)
        return replace(seen, image=image, started=throwaways.started, missing=(*missing, *seen.missing))


def together(one: Topology, other: Topology) -> Topology:
    """Both measurements as one."""
    return replace(
        other,
        routes=(*one.routes, *other.routes),
        listened=tuple(dict.fromkeys((*one.listened, *other.listened))),
        missing=(*one.missing, *other.missing),
    )


def _addresses(vantage: ProbedNetwork, timeout: float) -> dict[str, tuple[str, ...]]:
    """What each of the vantage's names comes to there."""
    try:
        reach = vantage.probe.reach([(host, 0) for host in vantage.names.values()], timeout)
    except DoctorError:
        return {}
    found = {label: reach.resolution(host) for label, host in vantage.names.items()}
    return {label: item.addresses if item else () for label, item in found.items()}


def _routes(
    vantage: ProbedNetwork, names: Mapping[str, tuple[str, ...]], beacons: Sequence[Beacon], timeout: float
) -> _Seen:
    targets = {
        (address, beacon.port): beacon
        for addresses in names.values()
        for address in addresses
        for beacon in beacons
        if _comparable(address, beacon.address)
    }
    try:
        heard = {(hit.address, hit.port): hit for hit in vantage.probe.read_banners(targets, timeout)}
    except DoctorError:
        return _Seen()
    routes = [
        route
        for label, addresses in names.items()
        for route in _named(vantage.network, label, addresses, beacons, heard)
    ]
    left_out = len(targets) - MOST_DIALS
    more = f"{vantage.network.value}: {left_out} more ways, beyond those that can be tried at once"
    return _Seen(routes, more if left_out > 0 else "")


def _named(
    network: RouteNetwork,
    label: str,
    addresses: Sequence[str],
    beacons: Sequence[Beacon],
    heard: Mapping[tuple[str, int], Banner],
) -> Iterator[Route]:
    if not addresses:
        yield Route(network=network, name=label, address="", listener="", outcome=BeaconOutcome.UNRESOLVED)
    for address in addresses:
        for beacon in beacons:
            words = heard.get((address, beacon.port))
            if words is not None and _comparable(address, beacon.address):
                yield Route(
                    network=network,
                    name=label,
                    address=address,
                    listener=beacon.address,
                    outcome=_meaning(words, beacon),
                    latency_ms=words.latency_ms,
                )


def _meaning(words: Banner, beacon: Beacon) -> BeaconOutcome:
    if words.outcome is not Outcome.CONNECTED:
        return _HEARD[words.outcome]
    return BeaconOutcome.REACHED if words.said == beacon.nonce else BeaconOutcome.OTHER


def _comparable(address: str, listener: str) -> bool:
    """A way leads to the loopback of its family, or to the address itself."""
    return address == listener or (listener in LOOPBACKS and (":" in address) == (":" in listener))

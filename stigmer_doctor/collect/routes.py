"""The ways that lead to the user's machine from one runner: from its own network, and from those it could have."""

from __future__ import annotations

from collections.abc import Mapping

from stigmer_doctor.collect import topology
from stigmer_doctor.collect.options import Run
from stigmer_doctor.model.engine_ports import EngineClient
from stigmer_doctor.model.facts import Configuration, Container, Engine, NotMeasured, Reach
from stigmer_doctor.model.inspected import InspectedNetwork
from stigmer_doctor.model.ports import ContainerProbe
from stigmer_doctor.model.topology import RouteNetwork, Topology


def own_ways(
    container: Container,
    config: Configuration,
    probe: ContainerProbe | NotMeasured,
    networks: Mapping[str, InspectedNetwork],
    run: Run,
) -> Topology | NotMeasured:
    """The ways that lead out of the container's own network: no other container is started for them."""
    if isinstance(probe, NotMeasured):
        return probe
    if not run.place.here:
        return NotMeasured(reason=f"{run.place.apart}, so no way from it leads to this machine")
    vantage = topology.own_network(container, config, probe, networks, run.names)
    return topology.measure([vantage], run.ports, run.options.timeout)


def all_reached(config: Configuration, reach: Reach | NotMeasured) -> bool:
    """Whether every address accepts connections, so that no other way need be looked for."""
    return isinstance(reach, Reach) and all(
        reach.connects(endpoint.host, endpoint.port) for endpoint in config.endpoints
    )


def other_networks(
    container: Container,
    image: str,
    described: Engine | NotMeasured,
    engine: EngineClient,
    run: Run,
) -> Topology:
    """The ways that lead out of the networks that the container could have instead."""
    networks = [RouteNetwork.BRIDGE] if container.host_network else [RouteNetwork.HOST, RouteNetwork.BRIDGE]
    rootless = isinstance(described, Engine) and described.rootless
    return topology.beside(networks, engine, image, run, rootless=rootless)

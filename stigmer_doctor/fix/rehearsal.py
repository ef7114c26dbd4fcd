"""The planned configuration, tried in a throwaway container with the real clients."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from msgspec.structs import replace

from stigmer_doctor.collect import inside
from stigmer_doctor.collect.configuration import configuration
from stigmer_doctor.collect.links import Links, measure
from stigmer_doctor.collect.options import CollectOptions, Ports
from stigmer_doctor.model.changes import Changes
from stigmer_doctor.model.facts import Configuration, Container, Contract, Variable
from stigmer_doctor.model.ports import EngineClient, Json


def rehearse(
    container: Container,
    contract: Contract,
    changes: Changes,
    body: Json,
    raw: Json,
    engine: EngineClient,
    collect_options: CollectOptions,
    ports: Ports,
) -> tuple[Configuration, Links]:
    """What the runner would dial with the changes, and what became of dialling it. The throwaway container has the
    planned network, hosts and name servers (`body`), and no variables, mounts or ports."""
    planned = _planned(container, changes)
    config = configuration(planned, contract, ports.profile)
    networks = {} if changes.network else raw["NetworkSettings"].get("Networks") or {}
    trial = {**raw, "HostConfig": body["HostConfig"], "NetworkSettings": {"Networks": networks}}
    probe = inside.enter(trial, engine, ports, beside=True)
    try:
        with ThreadPoolExecutor(8) as pool:
            return config, measure(planned, config, probe, True, collect_options, ports, pool)
    finally:
        if hasattr(probe, "close"):
            probe.close()


def _planned(container: Container, changes: Changes) -> Container:
    kept = [variable for variable in container.environment if variable.name not in changes.variables]
    new = [Variable(name=name, value=value) for name, value in changes.variables.items() if value is not None]
    mode = changes.network or container.network_mode
    return replace(container, environment=(*kept, *new), network_mode=mode)

"""`check --pre`: the runner that would be started, measured from a throwaway container that stands in for it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from msgspec.structs import asdict, replace

from stigmer_doctor.analysis.recommendation import recommend, usual
from stigmer_doctor.collect import inside, topology
from stigmer_doctor.collect.configuration import configuration
from stigmer_doctor.collect.contract import assumed_contract, contract_of
from stigmer_doctor.collect.kept import attempt
from stigmer_doctor.collect.links import LinkFacts, listeners_at, measure
from stigmer_doctor.collect.options import Run
from stigmer_doctor.collect.planned import planned_container
from stigmer_doctor.collect.routes import own_ways
from stigmer_doctor.collect.survey import BOTH, runner_image
from stigmer_doctor.model.engine_ports import EngineClient
from stigmer_doctor.model.errors import CannotDiagnose
from stigmer_doctor.model.facts import Container, Contract, Engine, Listeners, Network, NotMeasured, Variable
from stigmer_doctor.model.inspected import InspectedNetwork, NetworkSettings, Throwaway
from stigmer_doctor.model.ports import ContainerProbe
from stigmer_doctor.model.source import ComposeFiles
from stigmer_doctor.model.survey import Recommendation
from stigmer_doctor.model.topology import Topology

_ELSEWHERE = NotMeasured(reason="the engine is on another machine, so no way from it leads to this one")
_SHARED = "whose network it would share is not there yet"


class Ahead:
    """Looks at what a runner would meet on an engine. What the first questions find out is needed to plan it: they
    come first, then the source files, then `measure`."""

    def __init__(self, engine: EngineClient, described: Engine | NotMeasured, run: Run) -> None:
        self._engine, self._described, self._run = engine, described, run
        self._image = self._found_image()
        pull = run.ports.profile.pull_commands[0]
        self._no_image = NotMeasured(reason=f"this engine has neither the runner's image ({pull}) nor one with Python")

    def ways(self) -> dict[str, Any]:
        """Which ways lead to this machine, what listens on it, and what the runner's code reads."""
        ports = self._run.ports
        reading = self._run.pool.submit(self._contract)
        listening = self._run.pool.submit(attempt, ports.redactor, self._listeners)
        return {
            "topology": attempt(ports.redactor, self._ways),
            "contract": reading.result(),
            "listeners": listening.result(),
        }

    def measure(self, facts: Mapping[str, Any]) -> dict[str, Any]:
        """The planned container, and what it would reach. `facts` are those of `ways` and of the source files."""
        planned = self._planned(facts)
        if isinstance(planned, NotMeasured):
            return dict.fromkeys((*LinkFacts.__struct_fields__, "container", "configuration"), planned) | {
                "listeners": facts["listeners"]
            }
        config = configuration(planned, facts["contract"], self._run.ports.profile)
        networks = self._networks(planned)
        planned = replace(planned, networks=tuple(_network(name, found) for name, found in networks.items()))
        settings = NetworkSettings(mode=planned.network_mode, extra_hosts=planned.extra_hosts)
        probe = self._entered(settings)
        try:
            own = self._run.pool.submit(own_ways, planned, config, probe, networks, self._run)
            links = measure(planned, config, probe, self._run)
            ways = attempt(self._run.ports.redactor, own.result)
        finally:
            if not isinstance(probe, NotMeasured):
                probe.close()
        return {
            **asdict(links),
            "container": planned,
            "configuration": config,
            "topology": _together(ways, facts["topology"]),
        }

    # ---- from where --------------------------------------------------------------------------------------------------

    def _found_image(self) -> str:
        """The runner's image, else one that has Python; "" where there is none."""
        profile = self._run.ports.profile
        try:
            return runner_image(self._engine, self._run.options.container, "", profile)
        except CannotDiagnose:
            return next(iter(inside.images_with_python("", self._engine, profile)), "")

    def _entered(self, settings: NetworkSettings) -> ContainerProbe | NotMeasured:
        if not self._image:
            return self._no_image
        return inside.enter_copy(Throwaway(image=self._image, network=settings), self._engine, self._run.ports)

    def _networks(self, planned: Container) -> dict[str, InspectedNetwork]:
        """What the container's own network is, where it has one: for compose's own one the bridge stands in."""
        if not planned.own_network:
            return {}
        bridge = attempt(self._run.ports.redactor, partial(self._engine.network, "bridge"))
        return {} if isinstance(bridge, NotMeasured) else {"bridge": bridge}

    # ---- what there is -----------------------------------------------------------------------------------------------

    def _ways(self) -> Topology | NotMeasured:
        if not self._run.place.here:
            return _ELSEWHERE
        if not self._image:
            return self._no_image
        rootless = isinstance(self._described, Engine) and self._described.rootless
        seen = topology.beside(BOTH, self._engine, self._image, self._run, rootless=rootless)
        return seen if seen.started else NotMeasured(reason="; ".join(seen.missing))

    def _listeners(self) -> Listeners | NotMeasured:
        if not self._run.place.here:
            return _ELSEWHERE
        return listeners_at(tuple(service.port for service in self._run.ports.profile.always_used), self._run.ports)

    def _contract(self) -> Contract:
        """What the code in the image reads; assumed where that is another image."""
        profile, redactor = self._run.ports.profile, self._run.ports.redactor
        probe = self._entered(NetworkSettings(mode="none"))
        if isinstance(probe, NotMeasured):
            return assumed_contract(profile, probe.reason)
        try:
            found = attempt(redactor, lambda: contract_of(probe.contract(profile.code_root)))
        finally:
            probe.close()
        if isinstance(found, NotMeasured) or not found.reads:
            return assumed_contract(profile, f"no code below {profile.code_root} of {self._image} reads a variable")
        return found

    # ---- the plan ----------------------------------------------------------------------------------------------------

    def _planned(self, facts: Mapping[str, Any]) -> Container | NotMeasured:
        """What a compose file makes of the runner; the configuration that reaches most services where none does."""
        if described := self._of_file(facts["compose"]):
            return described
        seen = facts["topology"]
        if isinstance(seen, NotMeasured):
            return seen
        place, profile = self._run.place, self._run.ports.profile
        advice = recommend(seen, facts["listeners"], place, profile)
        return self._of_advice(advice if advice.network else usual(place, profile))

    def _of_file(self, compose: ComposeFiles | NotMeasured) -> Container | NotMeasured | None:
        services = () if isinstance(compose, NotMeasured) else compose.services
        asked = self._run.options.container
        named = [service for service in services if service.planned.name == asked] or services
        if len(named) != 1:
            return None
        planned = named[0].planned
        mode = planned.network_mode
        if mode.startswith(("container:", "service:")):
            return NotMeasured(reason=f"{named[0].name} has network_mode {mode}, {_SHARED}")
        return planned if mode in ("host", "none", "bridge") else replace(planned, network_mode="bridge")

    def _of_advice(self, advice: Recommendation) -> Container:
        given = self._run.ports.profile.started_with | advice.addresses
        return planned_container(
            self._run.options.container,
            environment=tuple(Variable(name=name, value=value) for name, value in given.items()),
            network_mode=advice.network,
            extra_hosts=tuple(f"{name}:{target}" for name, target in advice.hosts.items()),
        )


def _network(name: str, found: InspectedNetwork) -> Network:
    v4 = next((address for address in found.gateways if ":" not in address), "")
    v6 = next((address for address in found.gateways if ":" in address), "")
    return Network(
        name=name, driver=found.driver, internal=found.internal, gateway=v4, gateway6=v6, subnets=found.subnets
    )


def _together(own: Topology | NotMeasured, both: Topology | NotMeasured) -> Topology | NotMeasured:
    if isinstance(own, NotMeasured):
        return both
    return own if isinstance(both, NotMeasured) else topology.together(own, both)

"""One diagnosis' worth of facts. Whatever goes wrong on the way, what was learnt before it is kept."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from functools import partial
from typing import Any, TypeVar

from msgspec.structs import replace

from stigmer_doctor.collect import container as containers
from stigmer_doctor.collect import inside, source, topology
from stigmer_doctor.collect.configuration import configuration
from stigmer_doctor.collect.links import measure
from stigmer_doctor.collect.question import Outside, Question
from stigmer_doctor.collect.target import elsewhere, looks_like_runner, lookup
from stigmer_doctor.model.errors import DoctorError, EngineError, NotFound
from stigmer_doctor.model.facts import (
    Configuration,
    EngineSearch,
    Facts,
    Logs,
    Lookup,
    Match,
    NotMeasured,
    Reach,
)
from stigmer_doctor.model.ports import ContainerProbe, EngineClient, Json
from stigmer_doctor.model.topology import Network, Topology

T = TypeVar("T")

_LOG_LINES = 2000
_LOG_BYTES = 1024 * 1024
_ONLY_SOURCE = NotMeasured(reason="only source files were looked at, as selected")
_PASSIVE = NotMeasured(reason="--passive: nothing is run in or near the container, and nothing is dialled")


def collect(question: Question, outside: Outside) -> Facts:
    """Ask everything that the question is about. Failures become facts: only a bug raises."""
    with ThreadPoolExecutor(max_workers=16, thread_name_prefix="collect") as pool:
        facts = _Collection(question, outside, pool).run()
    swept = outside.redactor.sweep(facts)
    return replace(swept, redactions=outside.redactor.report())


class _Collection:
    """The facts while they are being collected, field by field."""

    def __init__(self, question: Question, outside: Outside, pool: Executor) -> None:
        self._question, self._outside, self._pool = question, outside, pool
        self._facts: dict[str, Any] = {}
        self._search = EngineSearch(endpoint="", source="", local=True)
        self._gone = NotMeasured(reason="no engine was asked")

    def run(self) -> Facts:
        data_dir = self._pool.submit(
            self._outside.user.data_dir, self._question.data_dir, self._outside.profile.id_file
        )
        tree = self._pool.submit(source.Tree, self._question, self._outside)
        try:
            if self._question.engine:
                self._engine()
            else:
                self._gone = _ONLY_SOURCE
        except DoctorError as error:
            self._stopped(error)
        self._source(tree.result())
        return self._assemble(data_dir)

    def _source(self, tree: source.Tree) -> None:
        """What source files say, once it is known what the container is and what its image reads."""
        question, outside = self._question, self._outside
        container, image = (self._facts.get(name, self._gone) for name in ("container", "contract"))
        contract = source.reads(tree, image, outside.profile)
        self._facts["compose"] = source.compose(question, outside, tree, container, contract)
        self._facts["go"] = source.go(question, outside, tree, contract)

    def _engine(self) -> None:
        """Find and open the engine, then look at the container on it."""
        self._outside.progress("asking the engine")
        try:
            self._search = self._outside.engine.search()
            engine = self._outside.engine.open()
        except EngineError as error:
            self._no_engine(error)
            return
        self._gone = NotMeasured(reason="the container was not found")
        with engine:
            described = self._pool.submit(engine.describe)
            raw = self._pool.submit(engine.container, self._question.container)
            listed = lookup(self._question.container, engine.containers(), self._outside.profile)
            self._facts["engine"] = described.result()
            self._facts["lookup"] = listed
            if listed.match is Match.MISSING:
                others = elsewhere(self._question.container, self._outside.engine)
                self._facts["lookup"] = replace(listed, elsewhere=others)
            if listed.match is Match.FOUND:
                self._container(raw, listed, engine)

    def _container(self, inspecting: Future[Json], listed: Lookup, engine: EngineClient) -> None:
        """Inspect, and measure from inside."""
        try:
            raw = inspecting.result()
            self._inspect(raw, listed, engine)
        except NotFound:
            self._facts["lookup"] = replace(listed, match=Match.REMOVED)
            self._gone = NotMeasured(reason="the container was removed while it was looked at")

    def _inspect(self, raw: Json, listed: Lookup, engine: EngineClient) -> None:
        outside, pool = self._outside, self._pool
        outside.progress("looking into the container")
        entering = pool.submit(self._enter, raw, engine)
        pool.submit(outside.meanwhile)  # the engine takes its time to start the probe
        logs = pool.submit(engine.logs, raw["Id"], lines=_LOG_LINES, max_bytes=_LOG_BYTES)
        image = pool.submit(self._image_config, raw, engine)
        networks = pool.submit(self._networks, raw, engine)
        describe = partial(
            containers.container, image=image.result(), networks=networks.result(), redactor=outside.redactor
        )
        self._facts["container"] = describe(raw)
        self._facts["logs"] = self._logs(logs)
        self._look(entering.result(), raw, networks.result(), listed, engine)
        if self._lost():
            now = engine.container(raw["Id"])  # raises NotFound where the reason is that it was removed
            if (now.get("State") or {}).get("Status") == "removing":
                raise NotFound("the container is being removed")
            if _ended_meanwhile(raw, now):
                self._facts["container"] = describe(now)
                self._look(inside.enter(now, engine, outside, beside=True), now, networks.result(), listed, engine)

    def _look(
        self,
        probe: ContainerProbe | NotMeasured,
        raw: Json,
        networks: Mapping[str, Json],
        listed: Lookup,
        engine: EngineClient,
    ) -> None:
        """Everything that is found out from inside, through a probe that is closed afterwards."""
        outside, question, pool = self._outside, self._question, self._pool
        try:
            contract = inside.contract(raw, probe, engine, question.passive, outside)
            if not looks_like_runner(raw, listed.candidates[0], contract, outside.profile):
                self._not_a_runner(listed)
                return
            config = configuration(self._facts["container"], contract, outside.profile)
            self._facts |= {"contract": contract, "configuration": config}
            if question.passive:
                self._gone = _PASSIVE
                return
            outside.progress("dialling every address")
            looking = pool.submit(inside.look, probe, outside)
            ways = pool.submit(self._own_ways, config, probe, networks)
            links = measure(self._facts["container"], config, probe, self._search.local, question, outside, pool)
            self._facts |= links._asdict() | {"inside": looking.result()}
            self._facts["topology"] = self._all_ways(ways.result(), raw, config, engine)
        finally:
            if not isinstance(probe, NotMeasured):
                probe.close()

    def _lost(self) -> bool:
        """Whether something that was reached could not be asked: the container may have ended meanwhile."""
        reach, config = self._facts.get("container_reach"), self._facts.get("configuration")
        if not isinstance(reach, Reach) or not isinstance(config, Configuration):
            return isinstance(reach, NotMeasured)
        reached = [each.name for each in config.endpoints if reach.connects(each.host, each.port)]
        return any(isinstance(self._facts.get(name), NotMeasured) for name in reached)

    def _own_ways(
        self, config: Configuration, probe: ContainerProbe | NotMeasured, networks: Mapping[str, Json]
    ) -> Topology | NotMeasured:
        """The ways that lead out of the container's own network: no other container is started for them."""
        if isinstance(probe, NotMeasured):
            return probe
        if not self._search.local:
            return NotMeasured(reason="the engine is on another machine, so no way from it leads to this one")
        sight = topology.own_sight(self._facts["container"], config, probe, networks, self._outside)
        return topology.measure([sight], self._outside, self._question.timeout)

    def _all_ways(
        self, own: Topology | NotMeasured, raw: Json, config: Configuration, engine: EngineClient
    ) -> Topology | NotMeasured:
        """The same with those of the networks that the container could have instead, where something is amiss."""
        reach = self._facts["container_reach"]
        if isinstance(own, NotMeasured) or isinstance(reach, NotMeasured):
            return own
        if all(reach.connects(each.host, each.port) for each in config.endpoints):
            return own
        self._outside.progress("trying other networks")
        on_host = self._facts["container"].host_network
        networks = [Network.BRIDGE] if on_host else [Network.HOST, Network.BRIDGE]
        timeout, described = self._question.timeout, self._facts["engine"]
        other = topology.beside(
            networks, engine, str(raw["Image"]), self._outside, timeout, self._pool, rootless=described.rootless
        )
        return topology.together(own, other)

    def _enter(self, raw: Json, engine: EngineClient) -> ContainerProbe | NotMeasured:
        return _PASSIVE if self._question.passive else inside.enter(raw, engine, self._outside)

    def _logs(self, reading: Future[tuple[bytes, bool]]) -> Logs | NotMeasured:
        raw = self._attempt(reading.result)
        if isinstance(raw, NotMeasured):
            return raw
        return Logs(lines=containers.log_lines(raw[0], self._outside.redactor), truncated=raw[1])

    def _image_config(self, raw: Json, engine: EngineClient) -> Json | None:
        """What the image itself sets; None when it was deleted since."""
        image = self._attempt(partial(engine.image, str(raw.get("Image", ""))))
        return None if isinstance(image, NotMeasured) else image.get("Config") or {}

    def _networks(self, raw: Json, engine: EngineClient) -> dict[str, Json]:
        attached: Mapping[str, Json] = (raw.get("NetworkSettings") or {}).get("Networks") or {}
        asked = {name: self._attempt(partial(engine.network, name)) for name in attached}
        return {name: each for name, each in asked.items() if not isinstance(each, NotMeasured)}

    def _attempt(self, ask: Callable[[], T]) -> T | NotMeasured:
        """An answer that can be done without."""
        try:
            return ask()
        except DoctorError as error:
            return NotMeasured(reason=self._outside.redactor.text(str(error), "errors"))

    def _no_engine(self, error: EngineError) -> None:
        self._search = replace(
            self._search,
            fault=error.fault,
            detail=self._outside.redactor.text(str(error), "errors"),
            live_sockets=self._outside.engine.live_sockets(),
        )
        self._gone = NotMeasured(reason="no engine answers")

    def _stopped(self, error: DoctorError) -> None:
        """The engine stopped answering in the middle: keep what there is."""
        detail = self._outside.redactor.text(str(error), "errors")
        self._gone = NotMeasured(reason=f"the engine stopped answering: {detail}")
        if isinstance(error, EngineError):
            self._search = replace(self._search, fault=error.fault, detail=detail)

    def _not_a_runner(self, listed: Lookup) -> None:
        self._facts["lookup"] = replace(listed, match=Match.NOT_A_RUNNER)
        self._gone = NotMeasured(reason="the container is no agent-runner")
        for name in ("container", "logs"):
            self._facts[name] = self._gone

    def _assemble(self, data_dir: Future[Any]) -> Facts:
        missing: dict[str, Any] = {name: self._gone for name in _MEASURED if name not in self._facts}
        return Facts(
            tool_version=self._question.tool_version,
            collected_at=self._outside.now(),
            passive=self._question.passive,
            timeout_s=self._question.timeout,
            source=self._question.source,
            named=self._question.compose,
            search=self._search,
            data_dir=data_dir.result(),
            **self._facts,
            **missing,
        )


def _ended_meanwhile(before: Json, now: Json) -> bool:
    """Whether a container that ran has ended, or was started again, since: then what was asked inside got lost."""
    states = [each.get("State") or {} for each in (before, now)]
    ran = states[0].get("Status") == "running"
    return ran and (states[1].get("Status") != "running" or states[0].get("StartedAt") != states[1].get("StartedAt"))


_MEASURED = (
    "engine",
    "lookup",
    "container",
    "logs",
    "contract",
    "configuration",
    "container_reach",
    "user_reach",
    "listeners",
    "inside",
    "backend",
    "temporal",
    "llm",
    "topology",
)

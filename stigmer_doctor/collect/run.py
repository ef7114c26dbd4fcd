"""One diagnosis' worth of facts. Whatever goes wrong on the way, what was learnt before it is kept."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any, TypeVar

from msgspec.structs import replace

from stigmer_doctor.collect import inside
from stigmer_doctor.collect.fields import MEASURED, OF_A_POD
from stigmer_doctor.collect.kept import attempt, kept, reason
from stigmer_doctor.collect.options import CollectOptions, Ports, Run
from stigmer_doctor.collect.restarts import ended_meanwhile, lost, restarts
from stigmer_doctor.collect.target import elsewhere, lookup, lookup_unlisted
from stigmer_doctor.model.container import Logs, Lookup, Match, State
from stigmer_doctor.model.engine import Engine, EngineFault, EngineSearch
from stigmer_doctor.model.engine_ports import EngineClient
from stigmer_doctor.model.errors import EngineError, Nonsense, NotFound, Refused
from stigmer_doctor.model.inspected import InspectedContainer, InspectedImage, InspectedNetwork
from stigmer_doctor.model.place import Place
from stigmer_doctor.model.ports import ContainerProbe
from stigmer_doctor.model.record import NotMeasured

if TYPE_CHECKING:  # until the program is on its way to the container, the engine is waited for with every line here
    from stigmer_doctor.collect.found import Found
    from stigmer_doctor.collect.local import Local
    from stigmer_doctor.model.facts import Facts

T = TypeVar("T")

_LOG_LINES = 2000
_LOG_BYTES = 1024 * 1024
_HEAD_START_S = 0.05
"""Of what is started in the container before all else: nearly as long as an engine takes for that."""
_ONLY_SOURCE = NotMeasured(reason="only source files were looked at, as selected")
_NO_RUNNER = NotMeasured(reason="there is no runner yet to look at (--pre)")
_PASSIVE = NotMeasured(reason="--passive: nothing is run in or near the container, and nothing is dialled")


def collect(collect_options: CollectOptions, ports: Ports) -> Facts:
    """Ask everything that the question is about. Failures become facts: only a bug raises."""
    with ThreadPoolExecutor(max_workers=16, thread_name_prefix="collect") as pool:
        facts = _Collection(collect_options, ports, pool).run()
    swept = ports.redactor.sweep(facts)
    return replace(swept, redactions=ports.redactor.report())


class _Collection:
    """The facts while they are being collected, field by field."""

    def __init__(self, collect_options: CollectOptions, ports: Ports, pool: Executor) -> None:
        self._collect_options, self._ports, self._pool = collect_options, ports, pool
        self._run = Run(collect_options, ports, pool, Place.THIS_MACHINE)
        self._facts: dict[str, Any] = {}
        self._sent = threading.Event()
        self._describing: Future[Engine] | None = None
        self._search = EngineSearch(endpoint="", source="", local=True)
        self._gone = NotMeasured(reason="no engine was asked")

    def run(self) -> Facts:
        try:
            if self._collect_options.engine:
                self._engine()
            else:
                self._gone = _ONLY_SOURCE
        except Exception as error:  # noqa: BLE001 - whatever an engine says, and whenever: what was learnt is kept
            self._stopped(error)
        if "compose" not in self._facts:
            self._facts |= self._source()
        return self._assemble()

    @cached_property
    def _local(self) -> Local:
        """Begun when first asked for: a container that is there is entered before."""
        from stigmer_doctor.collect.local import Local

        return Local(self._collect_options, self._ports, self._pool)

    def _source(self) -> dict[str, Any]:
        """What source files say, once it is known what the container is and what its image reads."""
        from stigmer_doctor.collect import source

        tree = attempt(self._ports.redactor, self._local.tree.result)
        if isinstance(tree, NotMeasured):
            return dict.fromkeys(("compose", "go", "manifests"), tree)
        collect_options, ports = self._collect_options, self._ports
        container, image = (self._facts.get(name, self._gone) for name in ("container", "contract"))
        contract = source.reads(attempt(ports.redactor, tree.contract), image, ports.profile)
        asked: dict[str, Callable[[], object]] = {
            "compose": partial(source.compose, collect_options, ports, tree, container, contract),
            "go": partial(source.go, collect_options, ports, tree, contract),
            "manifests": partial(source.manifests, collect_options, ports, tree, contract),
        }
        return {name: attempt(ports.redactor, ask) for name, ask in asked.items()}

    def _engine(self) -> None:
        """Find and open the engine, then look at the container on it, or at what one would meet."""
        self._ports.progress("asking the engine")
        try:
            self._search = self._ports.engine.search()
            self._run = replace(self._run, place=self._search.place)
            engine = self._ports.engine.open(together=self._collect_options.together)
        except EngineError as error:
            self._no_engine(error)
            return
        self._gone = NotMeasured(reason="the container was not found")
        with engine:
            inspecting = self._pool.submit(engine.container, self._collect_options.container)
            try:
                self._lookup(inspecting, engine)
            finally:
                self._described(engine)

    def _lookup(self, inspecting: Future[InspectedContainer], engine: EngineClient) -> None:
        self._facts["lookup"] = listed = self._listed(inspecting, engine)
        if self._collect_options.pre:
            self._described(engine)
            self._ahead(engine)
        elif listed.match is Match.MISSING:
            others = elsewhere(self._collect_options.container, self._ports.engine)
            self._facts["lookup"] = replace(listed, elsewhere=others)
        elif listed.match is Match.FOUND:
            self._container(inspecting, listed, engine)

    def _ahead(self, engine: EngineClient) -> None:
        self._gone = _PASSIVE if self._collect_options.passive else _NO_RUNNER
        if self._collect_options.passive:
            return
        from stigmer_doctor.collect.ahead import Ahead  # most checks are of a runner that exists

        self._ports.progress("trying both networks")
        looking = Ahead(engine, self._facts["engine"], self._run)
        self._facts |= looking.ways()
        self._facts |= self._source()
        self._ports.progress("dialling every address")
        self._facts |= looking.measure(self._facts)

    def _described(self, engine: EngineClient) -> None:
        """What the engine says of itself, which one may refuse that answers everything else."""
        if "engine" in self._facts:
            return
        describing = self._describing or self._pool.submit(engine.describe)
        try:
            self._facts["engine"] = kept(self._ports.redactor, describing.result)
        except Refused as error:
            self._facts["engine"] = NotMeasured(reason=reason(error, self._ports.redactor))

    def _listed(self, inspecting: Future[InspectedContainer], engine: EngineClient) -> Lookup:
        """How the container is found, also where an engine inspects and does not list, or lists what makes no sense."""
        asked = self._collect_options.container
        try:
            return lookup(asked, engine.containers(), self._ports.profile)
        except Refused as error:
            return lookup_unlisted(asked, inspecting.result(), reason(error, self._ports.redactor))

    def _container(self, inspecting: Future[InspectedContainer], listed: Lookup, engine: EngineClient) -> None:
        """Inspect, and measure from inside."""
        try:
            self._inspect(inspecting.result(), listed, engine)
        except NotFound:
            self._facts["lookup"] = replace(listed, match=Match.REMOVED)
            self._gone = NotMeasured(reason="the container was removed while it was looked at")

    def _inspect(self, container: InspectedContainer, listed: Lookup, engine: EngineClient) -> None:
        ports, pool, cluster = self._ports, self._pool, engine.cluster()
        ports.progress("looking into the container" if cluster is None else "looking into the pod")
        if cluster is not None:
            from stigmer_doctor.collect import pods

            container = pods.without_service_links(container, ports.profile)
        entering = pool.submit(self._enter, container, engine)
        self._sent.wait(_HEAD_START_S)
        # It takes an engine longer to say what it is than to answer everything else.
        self._describing = self._pool.submit(engine.describe)
        _ = self._local
        reading = self._read_log(container, engine)
        image = pool.submit(self._image, container, engine)
        networks = pool.submit(self._networks, container, engine)
        from stigmer_doctor.collect.found import Found

        found = Found(container, image.result(), networks.result(), listed, engine)
        self._facts["container"] = found.facts(ports.redactor)
        if cluster is not None:
            self._facts |= pods.surroundings(cluster, self._facts["container"], self._run)
        self._facts["logs"] = self._logs(reading, self._facts["container"].state)
        ports.redactor.learn(self._facts)  # while the probe is waited for
        if (cut := self._look(kept(self._ports.redactor, entering.result), found)) or lost(self._facts):
            self._again(found, cut=cut)

    def _again(self, found: Found, *, cut: bool) -> None:
        """Look once more, from beside, where the container ended or the probe was `cut` off in the middle."""
        engine = found.engine
        if not self._may_look_beside():
            return
        now = engine.container(found.container.id)  # raises NotFound where the reason is that it was removed
        if now.state.status == "removing":
            raise NotFound("the container is being removed")
        if cut or ended_meanwhile(found.container.state, now.state):
            found = replace(found, container=now)
            self._facts["container"] = found.facts(self._ports.redactor)
            if isinstance(self._facts["logs"], Logs):  # an engine that gave none is not waited for again
                self._facts["logs"] = self._logs(self._read_log(now, engine), self._facts["container"].state)
            beside = partial(inside.enter, now, engine, self._ports, beside=True)
            self._look(kept(self._ports.redactor, beside), found)

    def _look(self, probe: ContainerProbe | NotMeasured, found: Found) -> bool:
        """Everything that is found out from inside, through a probe that is closed afterwards; whether that one ended
        in the middle."""
        from stigmer_doctor.collect.looking import Looking  # usually loaded meanwhile

        looking = Looking(probe, found, self._facts, self._run)
        try:
            self._described(found.engine)
            if not looking.read():
                self._not_a_runner(found.listed)
                return False
            if (cluster := found.engine.cluster()) is not None:
                from stigmer_doctor.collect import pods

                self._facts |= pods.afterwards(cluster, self._facts, self._run)
            if self._collect_options.passive:
                self._gone = _PASSIVE
                return False
            self._ports.progress("dialling every address")
            looking.dial()
            return not isinstance(probe, NotMeasured) and bool(probe.failure)
        finally:
            if not isinstance(probe, NotMeasured):
                probe.close()

    def _enter(self, container: InspectedContainer, engine: EngineClient) -> ContainerProbe | NotMeasured:
        if self._collect_options.passive:
            return _PASSIVE
        ports = replace(self._ports, start_probe=partial(self._ports.start_probe, sent=self._go_on))
        beside = self._may_look_beside() and restarts(container, ports.now())
        return inside.enter(container, engine, ports, beside=beside)

    def _go_on(self) -> None:
        """The engine takes its time to start the program that was sent; before, whatever is done beside holds it up."""
        self._sent.set()
        self._pool.submit(self._ports.meanwhile)

    def _may_look_beside(self) -> bool:
        """Whether a throwaway container may be started. In a pod that is one which stays listed, so that the user has
        to allow it; without it what can be had is worth more than nothing."""
        return self._run.place is not Place.POD or self._collect_options.debug_container

    def _read_log(self, container: InspectedContainer, engine: EngineClient) -> Future[tuple[bytes, bool]]:
        return self._pool.submit(engine.logs, container.id, lines=_LOG_LINES, max_bytes=_LOG_BYTES)

    def _logs(self, reading: Future[tuple[bytes, bool]], state: State) -> Logs | NotMeasured:
        from stigmer_doctor.collect.logs import logs

        raw = attempt(self._ports.redactor, reading.result)
        if isinstance(raw, NotMeasured):
            return raw
        return kept(self._ports.redactor, lambda: logs(raw[0], state, self._ports.redactor, truncated=raw[1]))

    def _image(self, container: InspectedContainer, engine: EngineClient) -> InspectedImage | None:
        """The container's image; None when it was deleted since."""
        image = attempt(self._ports.redactor, partial(engine.image, container.image_id))
        return None if isinstance(image, NotMeasured) else image

    def _networks(self, container: InspectedContainer, engine: EngineClient) -> dict[str, InspectedNetwork]:
        asked = {
            end.name: attempt(self._ports.redactor, partial(engine.network, end.name))
            for end in container.network.attachments
        }
        return {name: item for name, item in asked.items() if not isinstance(item, NotMeasured)}

    def _no_engine(self, error: EngineError) -> None:
        self._search = replace(
            self._search,
            fault=error.fault,
            detail=self._ports.redactor.error(error),
            live_sockets=self._ports.engine.live_sockets(),
        )
        self._gone = NotMeasured(reason="no engine answers")

    def _stopped(self, error: Exception) -> None:
        """The engine stopped answering in the middle, or refused to: keep what there is."""
        detail = reason(error, self._ports.redactor)
        self._gone = NotMeasured(reason=detail)
        if isinstance(error, EngineError):
            self._gone = NotMeasured(reason=f"the engine stopped answering: {detail}")
            self._search = replace(self._search, fault=error.fault, detail=detail)
        elif isinstance(error, Nonsense):
            self._search = replace(self._search, fault=EngineFault.UNREACHABLE, detail=detail)
        elif isinstance(error, (NotFound, Refused)):
            self._search = replace(self._search, fault=EngineFault.REFUSES, detail=detail)

    def _not_a_runner(self, listed: Lookup) -> None:
        self._facts["lookup"] = replace(listed, match=Match.NOT_A_RUNNER)
        self._gone = NotMeasured(reason="the container is not an agent-runner")
        of_pods = OF_A_POD if self._run.place is Place.POD else ()
        for name in ("container", "logs", *of_pods):
            self._facts[name] = self._gone

    def _assemble(self) -> Facts:
        from stigmer_doctor.model.facts import Facts

        asked = (*MEASURED, *(OF_A_POD if self._run.place is Place.POD else ()))
        missing: dict[str, Any] = {name: self._gone for name in asked if name not in self._facts}
        return Facts(
            tool_version=self._collect_options.tool_version,
            collected_at=self._ports.now(),
            passive=self._collect_options.passive,
            pre=self._collect_options.pre,
            timeout_s=self._collect_options.timeout,
            source=self._collect_options.source,
            named=self._collect_options.compose,
            place=self._run.place,
            search=self._search,
            data_dir=attempt(self._ports.redactor, self._local.data_dir.result),
            user_system=attempt(self._ports.redactor, self._local.system.result),
            **self._facts,
            **missing,
        )

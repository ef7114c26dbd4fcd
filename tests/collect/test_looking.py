"""What is done at once while a container is looked at from inside."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass, field

from msgspec.structs import replace

from stigmer_doctor.collect.links import same_questions
from stigmer_doctor.collect.run import collect
from stigmer_doctor.model import facts as f
from stigmer_doctor.model.engine_ports import Channel
from stigmer_doctor.model.inspected import Throwaway
from stigmer_doctor.model.ports import Json
from stigmer_doctor.model.topology import Topology
from tests.fakes import FakeEngine, FakeProbe, FakeSource, collect_options, inspected, ports
from tests.healthy import healthy

WITHIN_S = 10


@dataclass
class Cloning(FakeEngine):
    """Tells when a throwaway container is started."""

    cloned: threading.Event = field(default_factory=threading.Event)

    def clone(self, settings: Throwaway, argv: list[str]) -> Channel:
        self.cloned.set()
        return super().clone(settings, argv)


def test_other_networks_are_tried_while_a_dial_is_waited_for() -> None:
    engine = Cloning()
    waited: list[bool] = []

    class Slow(FakeProbe):
        def reach(self, targets: Iterable[tuple[str, int]], timeout: float) -> f.Reach:
            asked = list(targets)
            seen = super().reach(asked, timeout)
            if waited or not any(port for _, port in asked):
                return seen
            waited.append(engine.cloned.wait(WITHIN_S))
            return replace(seen, dials=tuple(replace(dial, outcome=f.Outcome.TIMED_OUT) for dial in seen.dials))

    facts = collect(collect_options(timeout=0.1), ports(FakeSource(engine), probe=Slow()))
    assert waited == [True]
    assert isinstance(facts.topology, Topology)


def test_networks_that_nobody_needs_any_more_are_left_before_the_engine_is() -> None:
    engine = Cloning()
    left: list[str] = []

    class Closing(Cloning):
        def clone(self, settings: Throwaway, argv: list[str]) -> Channel:
            engine.cloned.set()
            time.sleep(0.3)  # the addresses answer meanwhile, and everything is reached
            left.append("clone")
            return FakeEngine.clone(self, settings, argv)

        def __exit__(self, *_: object) -> None:
            left.append("engine")

    class Slow(FakeProbe):
        def reach(self, targets: Iterable[tuple[str, int]], timeout: float) -> f.Reach:
            asked = list(targets)
            if any(port for _, port in asked):
                engine.cloned.wait(WITHIN_S)
            return super().reach(asked, timeout)

    collect(collect_options(timeout=0.1), ports(FakeSource(Closing()), probe=Slow()))
    assert "clone" in left
    assert left.index("engine") > max(at for at, name in enumerate(left) if name == "clone")


def test_no_other_network_is_tried_where_all_is_reached() -> None:
    engine = Cloning()
    collect(collect_options(), ports(FakeSource(engine)))
    assert not engine.cloned.is_set()


def test_what_is_expected_is_dialled_while_the_code_is_read() -> None:
    dialled = threading.Event()
    meanwhile: list[bool] = []

    class Reading(FakeProbe):
        def contract(self, root: str) -> Json:
            meanwhile.append(dialled.wait(WITHIN_S))
            return super().contract(root)

        def reach(self, targets: Iterable[tuple[str, int]], timeout: float) -> f.Reach:
            dialled.set()
            return super().reach(targets, timeout)

    collect(collect_options(), ports(probe=Reading()))
    assert meanwhile == [True]


def test_what_the_code_says_otherwise_is_dialled_after_it() -> None:
    class Other(FakeProbe):
        def contract(self, root: str) -> Json:  # noqa: ARG002 - the port's signature
            return {"reads": [{"name": "STIGMER_BACKEND_ENDPOINT", "default": "elsewhere:7777"}]}

    probe = Other()
    raw = inspected()
    raw["Config"]["Env"] = ["MODE=local"]
    collect(collect_options(), ports(FakeSource(FakeEngine({raw["Id"]: raw})), probe=probe))
    assert ("elsewhere", 7777) in probe.asked


def test_where_an_address_is_known_from_makes_no_other_question() -> None:
    config = healthy().configuration
    assert isinstance(config, f.Configuration)
    first, *rest = config.endpoints
    assert same_questions(config, replace(config, endpoints=(replace(first, origin=f.Origin.LITERAL), *rest)))
    assert not same_questions(config, replace(config, endpoints=(replace(first, port=1), *rest)))

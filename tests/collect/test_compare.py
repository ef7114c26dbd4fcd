"""What is asked and dialled again, and what is made of it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import pytest
from msgspec.structs import replace

from stigmer_doctor.collect.compare import Situation, compare
from stigmer_doctor.collect.links import LinkFacts, measure
from stigmer_doctor.collect.options import Run
from stigmer_doctor.model import facts as f
from stigmer_doctor.model.topology import BeaconOutcome, Route, RouteNetwork, Topology
from tests.fakes import FakeClients, FakeProbe, collect_options, ports
from tests.healthy import ALIAS, ALIAS_ADDRESS, dial, healthy


@dataclass
class Impatient(FakeClients):
    """An LLM that answers a large question never, or a small one so late (ms)."""

    late_ms: float = 0.0
    small: bool = False
    asked: list[tuple[float, int]] = field(default_factory=list)

    def llm(self, port: int, url: str, *, timeout: float, padding: int = 0) -> f.LlmAnswer:  # noqa: ARG002 - the port's signature
        self.asked.append((timeout, padding))
        in_time = self.late_ms < timeout * 1000 and not (self.small and padding)
        return f.LlmAnswer(answered=f.Answered.YES if in_time else f.Answered.TIMED_OUT, latency_ms=self.late_ms)


def measured(clients: FakeClients) -> LinkFacts:
    facts = healthy()
    assert isinstance(facts.container, f.Container)
    assert isinstance(facts.configuration, f.Configuration)
    with ThreadPoolExecutor(4) as pool:
        run = Run(collect_options(), ports(clients=clients), pool, f.Place.THIS_MACHINE)
        return measure(facts.container, facts.configuration, FakeProbe(), run)


@pytest.mark.parametrize(
    ("clients", "answered", "trouble", "times"),
    [
        (Impatient(late_ms=5), f.Answered.YES, f.Trouble.NONE, 1),
        (Impatient(late_ms=4000), f.Answered.YES, f.Trouble.LATE, 2),
        (Impatient(late_ms=5, small=True), f.Answered.YES, f.Trouble.ONLY_SMALL, 3),
        (Impatient(late_ms=99000), f.Answered.TIMED_OUT, f.Trouble.NONE, 2),
    ],
    ids=["in time", "late", "only small", "never"],
)
def test_size_and_time_are_told_apart(clients: Impatient, answered: f.Answered, trouble: f.Trouble, times: int) -> None:
    llm = measured(clients).llm
    assert isinstance(llm, f.LlmAnswer)
    assert (llm.answered, llm.trouble, len(clients.asked)) == (answered, trouble, times)


def compared(links: LinkFacts, own: Topology | f.NotMeasured, *, local: bool = True) -> f.Comparison:
    facts = healthy()
    assert isinstance(facts.configuration, f.Configuration)
    with ThreadPoolExecutor(4) as pool:
        run = Run(collect_options(), ports(), pool, f.Place.THIS_MACHINE if local else f.Place.ENGINE_ELSEWHERE)
        found = compare(Situation(facts.configuration, links, own), FakeProbe(), run)
    assert isinstance(found, f.Comparison)
    return found


def elsewhere() -> Topology:
    route = Route(
        network=RouteNetwork.OWN, name=ALIAS, address=ALIAS_ADDRESS, listener="127.0.0.1", outcome=BeaconOutcome.REFUSED
    )
    return Topology(routes=(route,))


def test_nothing_is_asked_again_where_nothing_is_doubtful() -> None:
    own = healthy().topology
    assert isinstance(own, Topology)
    assert compared(measured(FakeClients()), own) == f.Comparison()


def test_services_are_asked_here_where_the_name_may_lead_elsewhere() -> None:
    found = compared(measured(FakeClients()), elsewhere())
    assert found.here("temporal") is not None
    assert found.here("llm") is not None


def test_this_machine_is_not_asked_for_an_engine_elsewhere() -> None:
    assert compared(measured(FakeClients()), elsewhere(), local=False) == f.Comparison()


@pytest.mark.parametrize("outcome", [f.Outcome.TIMED_OUT, f.Outcome.CONNECTED], ids=["lost", "sent again"])
def test_a_dial_that_failed_by_chance_is_tried_again(outcome: f.Outcome) -> None:
    links = measured(FakeClients())
    assert isinstance(links.container_reach, f.Reach)
    others = tuple(other for other in links.container_reach.dials if other.port != 7233)
    slow = replace(dial(ALIAS, 7233, outcome), latency_ms=1004.0)
    links = replace(links, container_reach=replace(links.container_reach, dials=(*others, slow)))
    (trial,) = compared(links, f.NotMeasured(reason="not needed")).trials
    assert (trial.endpoint, trial.address, trial.port) == ("temporal", ALIAS_ADDRESS, 7233)
    assert trial.accepted == trial.tried


@pytest.mark.parametrize(("took_ms", "times"), [(199.0, 0), (200.0, 1)], ids=["at once", "sent again"])
def test_an_answer_that_took_as_long_as_a_lost_packet_is_doubtful(took_ms: float, times: int) -> None:
    links = measured(FakeClients())
    assert isinstance(links.temporal, f.TemporalAnswer)
    links = replace(links, temporal=replace(links.temporal, latency_ms=took_ms))
    trials = compared(links, f.NotMeasured(reason="not needed")).trials
    assert [trial.endpoint for trial in trials] == ["temporal"] * times

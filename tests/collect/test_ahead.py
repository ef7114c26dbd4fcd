"""`check --pre`: what is known before there is a runner, and what the verdict makes of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import pytest
from msgspec.structs import replace

from stigmer_doctor import app, profile
from stigmer_doctor.collect.run import collect
from stigmer_doctor.model import facts as f
from stigmer_doctor.model.errors import NotFound
from stigmer_doctor.model.findings import CheckStatus, Diagnosis, Status
from stigmer_doctor.model.inspected import ImageSummary
from stigmer_doctor.model.profile import Profile
from stigmer_doctor.render.formats import FORMATS, renderer
from stigmer_doctor.render.renderer import Display, Report
from tests.fakes import FakeClients, FakeEngine, FakeProbe, FakeSource, collect_options, ports
from tests.healthy import ALIAS, ALIAS_ADDRESS, dial, healthy

PROFILE: Profile = profile.load()
COMPOSE = """\
services:
  runner:
    container_name: stigmer-agent-runner
    image: stigmer-agent-runner:local
    environment:
      MODE: local
      STIGMER_BACKEND_ENDPOINT: host.docker.internal:7234
      TEMPORAL_SERVICE_ADDRESS: host.docker.internal:7233
      STIGMER_LLM_PROVIDER: ollama
      STIGMER_LLM_BASE_URL: http://host.docker.internal:11434
"""


_OUTCOMES = (f.Outcome.CONNECTED, f.Outcome.REFUSED)


@dataclass
class Dialling(FakeProbe):
    """Everything that is dialled accepts, but for these hosts."""

    refused: tuple[str, ...] = ()

    def reach(self, targets: Iterable[tuple[str, int]], timeout: float) -> f.Reach:
        asked = [*targets]
        dials = tuple(dial(host, port, _OUTCOMES[host in self.refused]) for host, port in asked if port)
        names = {host: f.Resolution(host=host, addresses=(ALIAS_ADDRESS,)) for host, _ in asked}
        return replace(super().reach(asked, timeout), dials=dials, resolutions=tuple(names.values()))


class Models(FakeClients):
    """The model that the runner's code names is there."""

    def llm(self, *_: object, **__: object) -> f.LlmAnswer:
        answer = healthy().llm
        assert isinstance(answer, f.LlmAnswer)
        return answer


class NoImages(FakeEngine):
    def images(self) -> tuple[ImageSummary, ...]:
        return ()


def ahead(
    *, engine: FakeEngine | None = None, probe: FakeProbe | None = None, compose: str = "", local: bool = True
) -> f.Facts:
    """The facts on a machine without a runner."""
    source = FakeSource(engine or FakeEngine(inspect={}), local=local)
    named = {"compose.yaml": compose.encode()} if compose else {}
    return collect(
        collect_options(pre=True, compose=tuple(named)),
        ports(source, probe=probe or Dialling(), clients=Models(), files=named),
    )


def judged(facts: f.Facts) -> Diagnosis:
    return app.diagnose(facts, PROFILE)


def verdict(facts: f.Facts) -> str:
    text = renderer("report", "text")(Report(judged(facts), facts), Display(width=120))
    assert isinstance(text, str)
    return text


def test_a_machine_on_which_all_answers_is_ready_for_a_runner() -> None:
    facts = ahead()
    diagnosis = judged(facts)
    assert (diagnosis.status, diagnosis.pre) == (Status.PASS, True)
    text = verdict(facts)
    assert text.startswith(
        "PASS  Ready for a runner: Stigmer backend, Temporal and LLM (Ollama) answer where it would run."
    )
    assert "not started yet: --network host" in text
    assert text.rstrip().endswith("PASS  Start it. Next: stigmer-doctor check --wait")


def test_what_would_be_started_is_what_topology_recommends() -> None:
    container = ahead().container
    assert isinstance(container, f.Container)
    assert (container.planned, container.network_mode) == (True, "host")
    values = {variable.name: variable.value for variable in container.environment}
    assert values["MODE"] == "local"
    assert values["STIGMER_BACKEND_ENDPOINT"] == "localhost:7234"


def test_a_compose_file_says_what_would_be_started() -> None:
    facts = ahead(compose=COMPOSE + "    extra_hosts: ['host.docker.internal:host-gateway']\n")
    assert isinstance(facts.container, f.Container)
    assert (facts.container.network_mode, facts.container.extra_hosts) == ("bridge", (f"{ALIAS}:host-gateway",))
    assert judged(facts).status is Status.PASS


def test_what_is_wrong_with_the_file_explains_what_fails() -> None:
    wrong = COMPOSE.replace("STIGMER_BACKEND_ENDPOINT: host", "STIGMER_BACKEND_URL: http://host")
    diagnosis = judged(ahead(compose=wrong, probe=Dialling(refused=("localhost",))))
    causes = {finding.code for finding in diagnosis.findings if finding.root_cause}
    assert causes == {"SD802"}
    assert {finding.caused_by for finding in diagnosis.findings if finding.code == "SD402"} == {("SD802",)}


def test_a_service_that_refuses_is_what_a_runner_would_meet() -> None:
    facts = ahead(probe=Dialling(refused=(ALIAS,)), compose=COMPOSE)
    assert judged(facts).status is Status.FAIL
    assert verdict(facts).startswith(
        "FAIL  A runner started now could not reach Stigmer backend, Temporal or LLM (Ollama)"
    )
    assert not any(finding.remediation.changes for finding in judged(facts).findings)


@pytest.mark.parametrize(
    ("facts", "why"),
    [
        (lambda: ahead(engine=NoImages(inspect={})), "(docker pull ghcr.io/stigmer/agent-runner:latest) nor one"),
        (lambda: ahead(local=False), "the engine is on another machine"),
        (lambda: ahead(probe=FakeProbe(dies=True)), "the probe stopped answering"),
        (lambda: ahead(compose=COMPOSE + "    network_mode: container:other\n"), "whose network it would share"),
        (lambda: collect(collect_options(pre=True, passive=True), ports(FakeSource(FakeEngine({})))), "--passive"),
        (lambda: ahead(engine=FakeEngine(inspect={}, fail={"clone": NotFound("no such image")})), "no such image"),
    ],
)  # fmt: skip
def test_what_was_not_measured_is_no_pass(facts: object, why: str) -> None:
    found = facts()  # type: ignore[operator] # made late, so that one failure is one test
    diagnosis = judged(found)
    assert diagnosis.status is Status.INCONCLUSIVE
    assert app.exit_code(diagnosis, "error") == 3
    text = verdict(found)
    assert text.startswith("INCONCLUSIVE  Whether a runner would work is not known: ")
    assert why in " ".join(text.split())


def test_a_part_of_the_rules_makes_nobody_ready() -> None:
    facts = ahead()
    diagnosis = app.diagnose(facts, PROFILE, app.selection(("SD4",), ()))
    text = renderer("report", "text")(Report(diagnosis, facts), Display(width=120))
    assert isinstance(text, str)
    assert text.startswith("PASS  Stigmer backend would answer a runner; not selected: Temporal and LLM (Ollama).")


def test_a_runner_that_exists_is_not_judged() -> None:
    facts = collect(collect_options(pre=True), ports())
    checks = {check.code: check for check in judged(facts).checks}
    assert checks["SD506"].status is CheckStatus.SKIP
    assert checks["SD506"].reason == "it is about a runner that exists (--pre)"
    assert facts.logs == f.NotMeasured(reason="there is no runner yet to look at (--pre)")


def test_every_probe_is_closed() -> None:
    probe = FakeProbe()
    ahead(probe=probe)
    assert probe.closed


@pytest.mark.parametrize("name", FORMATS["report"])
def test_every_format_takes_it(name: str) -> None:
    facts = ahead(probe=Dialling(refused=(ALIAS,)), compose=COMPOSE)
    assert renderer("report", name)(Report(judged(facts), facts), Display(width=80))


def test_prometheus_keeps_what_would_work_apart_from_what_works() -> None:
    facts = ahead()
    text = renderer("report", "prometheus")(Report(judged(facts), facts), Display())
    assert isinstance(text, str)
    assert 'stigmer_doctor_status{container="stigmer-agent-runner",pre="1",status="pass"} 1' in text

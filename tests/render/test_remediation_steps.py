"""The steps to take: their order, and the engine that they talk to."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from stigmer_doctor.model import facts as f
from stigmer_doctor.render import remediation_steps
from stigmer_doctor.rules.commands import command
from stigmer_doctor.rules.registry import RULES
from tests.render.golden import diagnosed
from tests.render.samples import incident, native_linux, no_engine, well
from tests.rules.different import polled
from tests.rules.vary import diagnose, in_state

FIX = "stigmer-doctor fix --container stigmer-agent-runner"


def test_a_healthy_runner_needs_nothing() -> None:
    assert remediation_steps.commands(*well()) == ()


def test_services_are_started_before_the_container_is_changed() -> None:
    assert remediation_steps.commands(*native_linux())[0].commands == (
        "temporal server start-dev --port 7233",
        "docker start helper",
    )


def test_the_check_after_it_waits_for_the_start_and_outlives_the_pod() -> None:
    again = {name: remediation_steps.commands(*diagnosed(name))[-1].commands for name in ("llm-down", "pod-base")}
    assert again == {
        "llm-down": ("stigmer-doctor check --container stigmer-agent-runner --wait",),
        "pod-base": ("stigmer-doctor check --deployment agent-runner --namespace stigmer --wait",),
    }


def test_commands_talk_to_the_engine_that_was_named() -> None:
    assert remediation_steps.commands(*no_engine())[0].commands == ("docker --host unix:///nonexistent.sock version",)


@pytest.mark.parametrize(
    ("source", "context", "docker"),
    [
        ("default", "", "docker"),
        ("DOCKER_HOST", "", "docker"),
        ("currentContext of ~/.docker/config.json", "colima", "docker"),
        ("--context", "my lab", "docker --context 'my lab'"),
        ("--host", "", "docker --host tcp://198.18.0.7:2375"),
    ],
)
def test_docker_is_told_which_engine_only_when_it_would_ask_another(source: str, context: str, docker: str) -> None:
    search = f.EngineSearch(endpoint="tcp://198.18.0.7:2375", source=source, local=False, context=context)
    assert command(*remediation_steps.docker_words(search)) == docker


def test_fix_is_offered_where_it_changes_something_and_says_what_it_leaves() -> None:
    assert remediation_steps.fix(*incident()) == remediation_steps.fix(*native_linux()) == FIX
    assert remediation_steps.promise(*incident()).endswith("and can be undone.")
    assert remediation_steps.promise(*native_linux()).endswith("and can be undone. Left to you: SD507.")
    assert remediation_steps.fix(*well()) == remediation_steps.fix(*no_engine()) == ""


def test_a_runner_that_is_still_starting_is_waited_for() -> None:
    young = in_state(polled(), "running", started_at="2026-01-22T03:27:00Z")
    facts = replace(young, logs=f.Logs(lines=(), before_start=0))
    assert remediation_steps.following(diagnose(facts, *RULES), facts).endswith("stigmer-agent-runner --wait")


@pytest.mark.parametrize(
    "different", [{"unsupported_options": ("AutoRemove",)}, {"state": f.State(status="paused")}], ids=["--rm", "paused"]
)
def test_fix_is_not_offered_where_it_would_refuse(different: dict[str, object]) -> None:
    diagnosis, facts = incident()
    assert isinstance(facts.container, f.Container)
    assert remediation_steps.fix(diagnosis, replace(facts, container=replace(facts.container, **different))) == ""


def test_fix_is_not_offered_for_a_pod() -> None:
    diagnosis, facts = incident()
    assert remediation_steps.fix(diagnosis, replace(facts, place=f.Place.POD)) == ""


def test_what_follows_is_the_fix_or_the_first_step_or_more_to_read() -> None:
    assert remediation_steps.following(*incident()) == FIX
    assert remediation_steps.following(*no_engine()) == "docker --host unix:///nonexistent.sock version"
    assert remediation_steps.following(*well()) == ""
    assert remediation_steps.following(*diagnosed("no-forwarding")) == "stigmer-doctor rule SD205"
    assert remediation_steps.following(*diagnosed("no-interpreter")).endswith("stigmer-agent-runner --verbose")

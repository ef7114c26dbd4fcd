"""The steps to take: their order, and the engine that they talk to."""

from __future__ import annotations

import pytest

from stigmer_doctor.model import facts as f
from stigmer_doctor.render import remediation_steps
from stigmer_doctor.rules.commands import command
from tests.render.samples import native_linux, no_engine, well


def test_a_healthy_runner_needs_nothing() -> None:
    assert remediation_steps.commands(*well()) == ()


def test_services_are_started_before_the_container_is_changed() -> None:
    assert remediation_steps.commands(*native_linux())[0].commands == (
        "temporal server start-dev --port 7233",
        "docker start helper",
    )


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

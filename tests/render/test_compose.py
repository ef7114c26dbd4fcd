"""What to do about a container that compose owns."""

from __future__ import annotations

from pathlib import Path

from stigmer_doctor.render import remediation_steps
from tests.render.samples import native_linux
from tests.render.shell import run


def test_a_compose_container_is_left_to_compose() -> None:
    steps = remediation_steps.commands(*native_linux())
    assert [step.commands for step in steps if "docker run" in repr(step)] == []
    assert steps[1].title == "Change the service agent-runner in /srv/run ner/docker-compose.yml:"
    assert steps[1].lines == (
        r'set     environment: GREETING: "say \"$$HOME\""',
        'add     extra_hosts: "host.docker.internal:host-gateway"',
    )


def test_compose_gets_the_project_as_it_was_started(tmp_path: Path) -> None:
    steps = [step for step in remediation_steps.commands(*native_linux()) if "compose recreate" in step.title]
    assert run(tuple(steps), tmp_path) == [
        ["compose", "-f", "/srv/run ner/docker-compose.yml", "--project-directory", "/srv", "-p", "runner", "up", "-d",
         "agent-runner"]
    ]  # fmt: skip

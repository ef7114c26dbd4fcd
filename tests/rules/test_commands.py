"""Every command that a rule prints: its program takes it, and what somebody else wrote is one word of it."""

from __future__ import annotations

import shlex
import shutil
import subprocess
from pathlib import Path

import pytest
from msgspec.structs import replace

from stigmer_doctor.model import facts as f
from stigmer_doctor.render import remediation_steps
from stigmer_doctor.rules.commands import command
from stigmer_doctor.rules.registry import RULES
from tests.rules.altered import altered, variables
from tests.rules.different import docker_socket, llm
from tests.rules.situations import FIRING
from tests.rules.vary import diagnose, healthy, with_setting

REFUSED = ("unknown flag", "unknown shorthand", "unknown command", "conflicting options", "usage:", "requires at")
SEARCHES = (
    f.EngineSearch(endpoint="unix:///nowhere.sock", source="--host", local=True),
    f.EngineSearch(endpoint="unix:///nowhere.sock", source="--context", context="nowhere", local=True),
    f.EngineSearch(endpoint="unix:///nowhere.sock", source="DOCKER_HOST", local=True),
)
HOSTILE = "x; touch /tmp/pwned #"


def printed(facts: f.Facts) -> list[str]:
    found = diagnose(facts, *RULES).findings
    return [line for finding in found for line in remediation_steps.of(finding, facts)]


def docker_commands(search: f.EngineSearch) -> list[str]:
    """All that the rules print, as the report has them: each program of a pipe on its own."""
    situations = [make() for all_of_one in FIRING.values() for make in all_of_one]
    lines = [
        line for situation in situations for line in printed(replace(situation, search=search)) if "docker" in line
    ]
    parts = [part.split("$(")[-1].strip() for line in lines for part in line.split("|")]
    return sorted({part for part in parts if part.startswith("docker ")})


@pytest.mark.skipif(shutil.which("docker") is None, reason="there is no docker program")
@pytest.mark.parametrize("search", SEARCHES, ids=lambda search: search.source)
def test_the_docker_program_takes_every_docker_command(search: f.EngineSearch, tmp_path: Path) -> None:
    environment = {"PATH": "/usr/local/bin:/usr/bin:/bin", "DOCKER_CONFIG": str(tmp_path), "HOME": str(tmp_path)}
    create = ["docker", "context", "create", "nowhere", "--docker", "host=unix:///nowhere.sock"]
    subprocess.run(create, env=environment, check=True, capture_output=True, timeout=20)
    environment["DOCKER_HOST"] = "unix:///nowhere.sock" if search.source == "DOCKER_HOST" else ""
    commands = docker_commands(search)
    assert len(commands) > 3
    for other in commands:
        done = subprocess.run(shlex.split(other), env=environment, capture_output=True, text=True, timeout=20)
        assert not any(words in done.stderr.lower() for words in REFUSED), f"{other}: {done.stderr}"


@pytest.mark.parametrize(
    "facts",
    [
        with_setting(healthy(), "sandbox_root", f"/{HOSTILE}"),
        altered(with_setting(healthy(), "sandbox_root", "/work"), name=HOSTILE),
        with_setting(healthy(), "llm_model", HOSTILE),
        variables(TEMPORAL_SERVICE_ADDRESS="-x;touch:7233"),
        llm(models=()),
    ],
)
def test_what_others_wrote_is_one_word_of_a_command(facts: f.Facts) -> None:
    for finding in diagnose(facts, *RULES).findings:
        said = [finding.remediation.text] if "docker cp" in finding.remediation.text else []
        for line in (*finding.remediation.commands, *said):
            if HOSTILE in line:
                assert any(HOSTILE in word for word in shlex.split(line))


def test_the_path_of_the_socket_is_the_profiles_whatever_the_container_says() -> None:
    facts = docker_socket("sandbox", exists=True, error="permission denied")
    assert isinstance(facts.inside, f.Inside)
    lying = replace(
        facts, inside=replace(facts.inside, docker_socket=f.SocketProbe(path=HOSTILE, exists=True, error="no"))
    )
    (finding,) = (other for other in diagnose(lying, *RULES).findings if other.code == "SD117")
    assert finding.remediation.commands == ("ls -ln /var/run/docker.sock",)
    assert HOSTILE not in repr(finding)


def test_an_operand_is_no_option() -> None:
    assert command("ls", "-l", operands=("-rf /",)) == "ls -l -- '-rf /'"

"""Compose projects that compose refuses, and those that it takes: the doctor says the same of each."""

from __future__ import annotations

import pytest

from stigmer_doctor.source.compose.project import Project

RUNNER = "services:\n  agent-runner:\n    image: stigmer-agent-runner\n"
REFUSED = {
    "a key that compose does not know": (RUNNER + "    enviroment: [MODE=local]\n", "enviroment"),
    "a key at the top": (RUNNER + "volume: {}\n", "volume"),
    "an undefined volume": (RUNNER + "    volumes: [work:/workspace]\n", "work"),
    "an undefined network": (RUNNER + "    networks: [backend]\n", "backend"),
    "network_mode beside networks": (
        RUNNER + "    network_mode: bridge\n    networks: [a]\nnetworks: {a: {}}\n",
        "network_mode",
    ),
    "a circle": (RUNNER + "    depends_on: [b]\n  b: {image: b, depends_on: [agent-runner]}\n", "circle"),
    "a dependency on nobody": (RUNNER + "    depends_on: [b]\n", "names b"),
    "no image": ("services:\n  agent-runner:\n    command: main.py\n", "neither an image nor a build"),
    "a number for a text": (RUNNER + "    container_name: 3\n", "container_name"),
    "a text for a list": (RUNNER + "    ports: '80:80'\n", "must be a list"),
    "no port": (RUNNER + "    ports: ['80:abc']\n", "port"),
    "a port of more digits than a number has": (RUNNER + f"    ports: ['{'9' * 5000}:1']\n", "port"),
    "more replicas than a number has digits for": (RUNNER + f"    scale: '{'9' * 5000}'\n", "scale"),
    "no pull policy": (RUNNER + "    pull_policy: sometimes\n", "pull_policy"),
    "no duration": (RUNNER + "    stop_grace_period: soon\n", "duration"),
    "an opened brace": (RUNNER + "    command: ${A\n", "$"),
    "an extended service that is not there": (RUNNER + "    extends: {service: base}\n", "base"),
    "a service that extends itself": (RUNNER + "    extends: {service: agent-runner}\n", "itself"),
    "a volume twice external": (RUNNER + "volumes: {v: {external: true, driver: local}}\n", "external"),
    "a mapping as a list in another document": (
        RUNNER + "    deploy: {mode: global}\n---\nservices: {agent-runner: {deploy: [x]}}\n",
        "mapping",
    ),
}
TAKEN = {
    "an extension": RUNNER + "    x-note: {any: thing}\nx-top: 1\n",
    "numbers of any length, and without a digit": RUNNER + f"x-a: {'9' * 5000}\nx-b: -{'9' * 5000}\nx-c: 0x_\n",
    "a defined volume": RUNNER + "    volumes: [work:/workspace]\nvolumes: {work: }\n",
    "a pull policy, in words and in hours": RUNNER
    + "    pull_policy: always\n---\nservices: {agent-runner: {pull_policy: every_12h}}\n",
    "a container's name": RUNNER + "    container_name: stigmer-agent-runner\n",
    "a bound folder": RUNNER + "    volumes: ['./work:/workspace', 'C:\\work:/w']\n",
    "a default in a default": RUNNER + "    hostname: ${A:-${B:-c}}\n",
    "a number out of a variable": RUNNER + "    scale: ${N:-2}\n",
    "a profile nobody asked for": RUNNER + "  b: {profiles: [debug], image: b, depends_on: [nobody]}\n",
    "what a later document takes away": RUNNER
    + "    networks: [a]\n---\nservices: {agent-runner: {network_mode: bridge, networks: !reset null}}\n",
}


def refusals(files: dict[str, str], *names: str) -> list[str]:
    raw = {name: text.encode() for name, text in files.items()}
    project = Project(names or tuple(files)[:1], raw.get)
    return [problem.message for problem in [*project.problems, *project.refusals()] if problem.certain]


@pytest.mark.parametrize("name", REFUSED)
def test_what_compose_refuses_is_named(name: str) -> None:
    text, word = REFUSED[name]
    (message,) = refusals({"compose.yaml": text})
    assert word in message


@pytest.mark.parametrize("name", TAKEN)
def test_what_compose_takes_is_no_fault(name: str) -> None:
    assert refusals({"compose.yaml": TAKEN[name]}) == []


def test_what_only_a_variable_or_a_file_decides_is_not_certain() -> None:
    text = RUNNER + "    env_file: secret.env\n    hostname: ${NAME:?}\n    scale: ${N}\n"
    project = Project(("compose.yaml",), {"compose.yaml": text.encode()}.get)
    assert [refusal.certain for refusal in project.refusals()] == [False, False]


def test_includes_are_loaded_with_their_own_folder_and_variables() -> None:
    files = {
        "compose.yaml": "include:\n  - {path: [sub/a.yaml, sub/b.yaml], project_directory: ., env_file: up.env}\n",
        "up.env": "WHERE=host.docker.internal\nTO=${WHERE}:7234\n",
        "sub/a.yaml": RUNNER + "    env_file: runner.env\n    environment: {STIGMER_BACKEND_ENDPOINT: '${TO}'}\n",
        "sub/b.yaml": "services: {agent-runner: {network_mode: '${MODE:-host}'}}\n",
        "runner.env": "MODE='local'\n",
    }
    assert refusals(files) == []
    project = Project(("compose.yaml",), {name: text.encode() for name, text in files.items()}.get)
    service = project.service("agent-runner")
    assert service.environment["STIGMER_BACKEND_ENDPOINT"].value == "host.docker.internal:7234"
    assert service.environment["MODE"].value == "local"
    assert service.fields["network_mode"].value == "host"


def test_a_later_file_resets_and_overrides() -> None:
    files = {
        "compose.yaml": RUNNER
        + "    network_mode: host\n    environment: {A: '1', B: '2'}\n    extra_hosts: ['x:1.1.1.1']\n",
        "over.yaml": "services:\n  agent-runner:\n    network_mode: !reset null\n"
        "    environment: {A: !reset null, C: '3'}\n    extra_hosts: !override ['y:1.1.1.1']\n",
    }
    assert refusals(files, "compose.yaml", "over.yaml") == []
    project = Project(("compose.yaml", "over.yaml"), {name: text.encode() for name, text in files.items()}.get)
    service = project.service("agent-runner")
    assert (list(service.environment), list(service.extra_hosts)) == (["B", "C"], ["y"])
    assert "network_mode" not in service.fields

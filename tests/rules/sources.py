"""Situations for the rules about source files: a healthy runner beside files that say something."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from msgspec.structs import replace

from stigmer_doctor.model import facts as f
from stigmer_doctor.model.source import ComposeFiles
from stigmer_doctor.model.topology import BeaconOutcome, Network, Route, Topology
from tests.healthy import ALIAS, ALIAS_ADDRESS, healthy
from tests.source.compose_styles import ELSEWHERE, IN_PLACE, RIGHT_AS_THEY_ARE
from tests.source.go_idioms import GUARDED, HEAD, OTHERS, UNGUARDED, function
from tests.source.judged import FILE, facts_of

Situation = Callable[[], f.Facts]
AFTER = RIGHT_AS_THEY_ARE["after-the-incident"]


def beside(text: str, owner: str = "", facts: f.Facts | None = None) -> f.Facts:
    """A compose file with this text, of which the running container is the service `owner`."""
    compose = facts_of({FILE: text.encode()}).compose
    assert isinstance(compose, ComposeFiles)
    return replace(facts or healthy(), compose=replace(compose, owner=owner))


CODE = b"""import os

mode = os.getenv("MODE", "local")
backend = os.getenv("STIGMER_BACKEND_ENDPOINT", "localhost:50051")
temporal = os.getenv("TEMPORAL_SERVICE_ADDRESS", "localhost:7233")
llm = os.getenv("OLLAMA_BASE_URL", "http://localhost:11434")
root = os.getenv("SANDBOX_ROOT_DIR", "./workspace")
redis = (os.getenv("REDIS_HOST", "localhost"), os.getenv("REDIS_PORT", "6379"))
"""


def in_tree(text: str) -> f.Facts:
    """A compose file in a tree that holds the runner's code."""
    compose = facts_of({FILE: text.encode(), "runner/worker/config.py": CODE}).compose
    return replace(healthy(), compose=compose)


def planton(variables: str) -> bytes:
    """A manifest of the runner in project-planton's form."""
    head = "apiVersion: kubernetes.project-planton.org/v1\nkind: KubernetesDeployment\nmetadata: {name: agent-runner}\n"
    spec = "spec:\n  container:\n    app:\n      image: {repo: ghcr.io/acme/agent-runner}\n"
    spec += "      env:\n        variables:\n"
    lines = "".join(f"          {line}\n" for line in variables.splitlines())
    return (head + spec + lines).encode()


def deployed(*lines: str, more: Mapping[str, bytes] | None = None) -> f.Facts:
    """A manifest with these variables in a tree that holds the runner's code."""
    files = {"k/service.yaml": planton("\n".join(lines)), "runner/worker/config.py": CODE, **(more or {})}
    return replace(healthy(), manifests=facts_of(files).manifests)


def routes(*found: Route) -> f.Facts:
    return replace(healthy(), topology=Topology(routes=found))


def bridge(heard: BeaconOutcome) -> f.Facts:
    """What a bridge network of the engine knows of the alias."""
    return routes(Route(network=Network.BRIDGE, name=ALIAS, address=ALIAS_ADDRESS, listener="127.0.0.1", outcome=heard))


def shared() -> f.Facts:
    """Host networking that is the user's."""
    return routes(
        Route(
            network=Network.HOST,
            name="localhost",
            address="127.0.0.1",
            listener="127.0.0.1",
            outcome=BeaconOutcome.REACHED,
        )
    )


def running() -> str:
    """A service that is what the healthy runner is."""
    container = healthy().container
    assert isinstance(container, f.Container)
    lines = [f"      {variable.name}: '{variable.value}'" for variable in container.environment if not variable.hidden]
    head = "services:\n  agent-runner:\n    image: stigmer-agent-runner:local\n    environment:\n"
    return head + "\n".join(lines) + "\n"


KEEPING = (
    HEAD.replace('"os/exec"', '"os"\n\t"os/exec"')
    + """func start() error {
	_ = exec.Command("docker", "rm", "-f", AgentRunnerContainerName).Run()
	id, err := exec.Command("docker", "run", "-d", "--name", AgentRunnerContainerName, "runner:1").Output()
	if err != nil {
		return err
	}
	return os.WriteFile("/data/agent-runner.containerid", id, 0o644)
}

func stop() {
	id, _ := os.ReadFile("/data/agent-runner-container.id")
	_ = exec.Command("docker", "stop", string(id)).Run()
}
"""
)


def started(text: str) -> f.Facts:
    """The runner is started by a Go file with this text."""
    return replace(healthy(), go=facts_of({"daemon/daemon.go": text.encode()}).go)


def written(pair: str) -> str:
    """A Go file that gives this variable to the container."""
    return function(f'args := []string{{"run", "--name", AgentRunnerContainerName, "-e", "{pair}"}}')


BARE = (
    "services:\n  agent-runner:\n    image: stigmer-agent-runner\n    environment:\n"
    "      STIGMER_BACKEND_ENDPOINT: host.docker.internal:7234\n"
    "      TEMPORAL_SERVICE_ADDRESS: host.docker.internal:7233\n"
)
WHOLE = BARE + "      OLLAMA_BASE_URL: http://host.docker.internal:11434\n"
UNREAD = WHOLE + "      WORKSPACE_ROOT: /workspace\n    volumes: [./workspace:/workspace]\n"

MAPPED = AFTER + '    extra_hosts:\n      - "host.docker.internal:host-gateway"\n'

SOURCES: dict[str, tuple[list[Situation], list[Situation]]] = {
    "SD801": (
        [partial(beside, IN_PLACE["list"]), partial(beside, ELSEWHERE["an-anchor"])],
        [partial(beside, AFTER), lambda: beside(IN_PLACE["list"], facts=shared())],
    ),
    "SD802": (
        [partial(beside, IN_PLACE["map"]), partial(beside, ELSEWHERE["interpolation"])],
        [partial(beside, AFTER), partial(beside, RIGHT_AS_THEY_ARE["the-right-name-passed-through"])],
    ),
    "SD803": (
        [partial(beside, IN_PLACE["list"].replace("BACKEND_URL", "BACKEND_ENDPOINT"))],
        [partial(beside, AFTER), partial(beside, RIGHT_AS_THEY_ARE["another-variable-that-ends-in-url"])],
    ),
    "SD804": (
        [lambda: beside(AFTER, facts=bridge(BeaconOutcome.UNRESOLVED))],
        [
            partial(beside, AFTER),
            lambda: beside(AFTER, facts=bridge(BeaconOutcome.REACHED)),
            lambda: beside(AFTER, facts=bridge(BeaconOutcome.REFUSED)),
            lambda: beside(MAPPED, facts=bridge(BeaconOutcome.UNRESOLVED)),
            lambda: beside(IN_PLACE["list"], facts=bridge(BeaconOutcome.UNRESOLVED)),
        ],
    ),
    "SD805": (
        [
            partial(beside, AFTER.replace("image:", "restart: a\n    restart: b\n    image:")),
            partial(beside, "agent-runner: ["),
        ],
        [partial(beside, AFTER), partial(beside, "services: {}  # agent-runner")],
    ),
    "SD806": (
        [
            lambda: beside(running().replace("MODE: 'local'", "MODE: 'cloud'"), "agent-runner"),
            lambda: beside(running() + "    network_mode: host\n", "agent-runner"),
        ],
        [
            lambda: beside(running(), "agent-runner"),
            lambda: beside(running().replace("MODE: 'local'", "MODE: '${M:-cloud}'"), "agent-runner"),
            lambda: beside(running().replace("MODE: 'local'", "MODE: 'cloud'")),
        ],
    ),
    "SD807": (
        [partial(in_tree, BARE), partial(in_tree, "services: {agent-runner: {image: stigmer-agent-runner}}\n")],
        [
            partial(in_tree, WHOLE),
            partial(in_tree, BARE + "      OLLAMA_BASE_URL:\n"),
            partial(in_tree, BARE + "    network_mode: host\n"),
            partial(in_tree, BARE + "    network_mode: container:web\n"),
            partial(in_tree, BARE + "    env_file: not-here.env\n"),
            partial(beside, BARE),
        ],
    ),
    "SD808": (
        [partial(in_tree, UNREAD)],
        [partial(in_tree, WHOLE), partial(in_tree, UNREAD.replace("WORKSPACE_ROOT", "SANDBOX_ROOT_DIR"))],
    ),
    "SD851": (
        [partial(deployed, "MODE: {value: local}", "STIGMER_LLM_BASE_URL: {value: $variables-group/llm/url}")],
        [
            partial(deployed, "MODE: {value: local}", "OLLAMA_BASE_URL: {value: $variables-group/llm/url}"),
            partial(deployed, "STIGMER_LLM_PROVIDER: {value: anthropic}", "STIGMER_LLM_BASE_URL: {value: http://llm}"),
        ],
    ),
    "SD852": (
        [partial(deployed, "WORKSPACE_ROOT: {value: /workspace}")],
        [partial(deployed, "SANDBOX_ROOT_DIR: {value: /workspace}"), partial(deployed, "ENV: {value: prod}")],
    ),
    "SD853": (
        [
            partial(deployed, "STIGMER_BACKEND_ENDPOINT: {value: 'localhost:8080'}"),
            partial(
                deployed,
                "MODE: {value: cloud}",
                "REDIS_HOST: {value: localhost}",
                "REDIS_PORT: {value: $variables-group/redis/port}",
            ),
        ],
        [
            partial(deployed, "STIGMER_BACKEND_ENDPOINT: {value: 'backend:8080'}"),
            partial(deployed, "STIGMER_BACKEND_ENDPOINT: {value: $variables-group/stigmer-api/prod.endpoint}"),
        ],
    ),
    "SD901": (
        [partial(started, UNGUARDED["in the list"]), partial(started, UNGUARDED["under another condition"])],
        [partial(started, GUARDED["if"]), partial(started, OTHERS["another container"])],
    ),
    "SD902": (
        [partial(started, UNGUARDED["appended"].replace("return args", "return args +"))],
        [partial(started, UNGUARDED["appended"]), partial(started, "this is no Go at all")],
    ),
    "SD903": (
        [partial(started, f"{HEAD}type T struct{{}}\n\nfunc f() {{\n\tt := T{{}}\n\tt.Missing()\n}}\n")],
        [partial(started, f"{HEAD}type T struct{{ Missing func() }}\n\nfunc f(t T) {{\n\tt.Missing()\n}}\n")],
    ),
    "SD904": (
        [partial(started, written("STIGMER_BACKEND_URL=http://x:7234")), partial(started, written("STIGMER_NEW=1"))],
        [partial(started, written("STIGMER_BACKEND_ENDPOINT=x:7234")), partial(started, written("OLLAMA_HOST=x"))],
    ),
    "SD905": (
        [partial(started, written("TEMPORAL_SERVICE_ADDRESS=localhost:7233"))],
        [partial(started, written("TEMPORAL_SERVICE_ADDRESS=host.docker.internal:7233"))],
    ),
    "SD906": (
        [partial(started, KEEPING), partial(started, KEEPING.replace('"docker", "stop"', '"docker", "kill"'))],
        [partial(started, KEEPING.replace("runner.containerid", "runner-container.id"))],
    ),
    "SD907": (
        [partial(started, UNGUARDED["given to the command"])],
        [partial(started, KEEPING)],
    ),
}

"""Situations for the rules about source files: a healthy runner beside files that say something."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from msgspec.structs import replace

from stigmer_doctor.model import facts as f
from stigmer_doctor.model.source import ComposeFiles
from stigmer_doctor.model.topology import BeaconOutcome, Route, RouteNetwork, Topology
from tests.healthy import ALIAS, ALIAS_ADDRESS, healthy
from tests.source.compose_styles import RIGHT_AS_THEY_ARE
from tests.source.go_idioms import HEAD, function
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
    return routes(
        Route(network=RouteNetwork.BRIDGE, name=ALIAS, address=ALIAS_ADDRESS, listener="127.0.0.1", outcome=heard)
    )


def shared() -> f.Facts:
    """Host networking that is the user's."""
    return routes(
        Route(
            network=RouteNetwork.HOST,
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

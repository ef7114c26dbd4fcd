"""The runner runs, or starts and ends: what its environment tells it."""

from __future__ import annotations

from tests.lab import image
from tests.lab.kubernetes import manifests
from tests.lab.kubernetes.cases.case import DEPLOYMENT, Case
from tests.lab.kubernetes.manifests import environment
from tests.lab.kubernetes.situation import Situation
from tests.lab.services import PORTS

# The variables that the public base sets, values of groups filled in; the rest is what its overlays add so that the
# runner starts at all.
BASE = {
    "TEMPORAL_NAMESPACE": "default",
    "TEMPORAL_AGENT_EXECUTION_RUNNER_TASK_QUEUE": "agent_execution_runner",
    "TEMPORAL_MAX_CONCURRENCY": "10",
    "STIGMER_BACKEND_ENDPOINT": "localhost:8080",
    "REDIS_PORT": "6379",
    "AUTH0_DOMAIN": "lab.example",
    "AUTH0_AUDIENCE": "https://api.lab.example",
    "DAYTONA_DEV_TOOLS_SNAPSHOT_ID": "lab",
    "STIGMER_LLM_MAX_TOKENS": "8192",
    "STIGMER_LLM_BASE_URL": "http://llm:11434",
    "LOG_LEVEL": "INFO",
}
OVERLAY = {
    "TEMPORAL_SERVICE_ADDRESS": "temporal:7233",
    "REDIS_HOST": "redis",
    "STIGMER_API_KEY": "lab",
    "DAYTONA_API_KEY": "lab",
    "STIGMER_LLM_PROVIDER": "ollama",
    "STIGMER_LLM_MODEL": "qwen2.5-coder:7b",
}


def healthy(situation: Situation, replicas: int = 1) -> None:
    serve(situation)
    situation.apply(manifests.runner(replicas=replicas))
    situation.wait_polled(replicas)


def serve(situation: Situation, *names: str) -> None:
    """Start these services, all three when none is named, and wait for them."""
    situation.apply(*manifests.services(*names))
    situation.wait_servers(*(names or PORTS))


def _three(situation: Situation) -> None:
    healthy(situation, replicas=3)


def _crashing(situation: Situation) -> None:
    """The name of no Service: the runner gives up, and is started again and again."""
    serve(situation)
    situation.apply(manifests.runner(environment(TEMPORAL_SERVICE_ADDRESS="temporl:7233")))
    situation.wait_restarted(2)
    situation.wait_waiting("CrashLoopBackOff")


def _loopback(situation: Situation) -> None:
    serve(situation)
    situation.apply(manifests.runner(environment(STIGMER_BACKEND_ENDPOINT="localhost:7234")))
    situation.wait_polled()


def _base(situation: Situation) -> None:
    """The LLM's address is lost with its name, and without one the runner gives up."""
    serve(situation, *PORTS, "redis")
    situation.apply(manifests.runner(BASE | OVERLAY, container={"image": image.RENAMED}))
    situation.wait_restarted()
    situation.wait_waiting("CrashLoopBackOff")


def _base_alone(situation: Situation) -> None:
    """Without an overlay the runner ends at once."""
    serve(situation)
    situation.apply(manifests.runner(BASE, container={"image": image.RENAMED}))
    situation.wait_restarted()
    situation.wait_waiting("CrashLoopBackOff")


def _no_interpreter(situation: Situation) -> None:
    serve(situation)
    situation.apply(manifests.runner(container={"image": image.NO_INTERPRETER}))
    situation.wait(lambda: situation.pods() and situation.pods()[0]["status"]["phase"] == "Running", "running")


_DEBUG = (*DEPLOYMENT, "--debug-container")
CASES = (
    Case("healthy", "one pod, every address right, everything answers", healthy),
    Case("healthy-three", "three pods that are alike", _three),
    Case("crash-loop", "Temporal's name is misspelt; the container ends at every start", _crashing, ("SD704",)),
    Case("crash-loop-debug", "the same, looked into from an ephemeral container", _crashing, ("SD501",),
         arguments=_DEBUG),
    Case("loopback", "the backend at localhost", _loopback, ("SD204",)),
    Case("kustomize-base", "the environment of the public base and what an overlay adds", _base, ("SD204", "SD301"),
         arguments=_DEBUG),
    Case("kustomize-base-alone", "the environment of the public base, without a credential for an LLM", _base_alone,
         ("SD204", "SD307"), ("SD301", "SD303", "SD651"), arguments=_DEBUG),
    Case("no-interpreter", "an image without Python", _no_interpreter, inconclusive=True),
)  # fmt: skip

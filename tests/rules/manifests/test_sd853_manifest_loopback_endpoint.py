"""SD853: a manifest gives the runner an address that means the pod itself."""

from __future__ import annotations

from msgspec.structs import replace

from stigmer_doctor.model.findings import Severity
from stigmer_doctor.model.rules import Rule
from stigmer_doctor.rules.manifests.sd853_manifest_loopback_endpoint import RULE
from tests.healthy import healthy
from tests.rules.grid import Case, Told, assert_told, does_not_fire, every_case, fires, not_checked
from tests.rules.manifests.trees import NO_TREE, containers_of, overlaid, pod, with_containers
from tests.rules.sources import deployed
from tests.rules.vary import one

LOCAL = "STIGMER_BACKEND_ENDPOINT: {value: 'localhost:8080'}"
OWN = "STIGMER_BACKEND_ENDPOINT: {value: 'api:8080'}"
OTHER = "MODE: {value: local}"
PORT = "REDIS_PORT: {value: $variables-group/redis/port}"
SIDECAR = "    - {name: proxy, image: envoy}\n"
OPEN = "a patch that is not followed may change base/service.yaml:10:11, and no other build has it"
(CONTAINER,) = containers_of(deployed(LOCAL))
OPAQUE = tuple(replace(variable, opaque=True) for variable in CONTAINER.environment)

GRID: dict[Rule, list[Case]] = {
    RULE: [
        fires(
            "the backend's",
            deployed(LOCAL),
            Told(
                subject="k/service.yaml:10:11",
                measured="STIGMER_BACKEND_ENDPOINT=localhost:8080",
                expected="the address of Stigmer backend in the cluster",
                endpoints=("backend",),
                message="STIGMER_BACKEND_ENDPOINT is localhost:8080 in k/service.yaml, which in a pod is the pod",
                advice="Set STIGMER_BACKEND_ENDPOINT to the name of the service in the cluster.",
                evidence=("file k/service.yaml:10:11: STIGMER_BACKEND_ENDPOINT: {value: 'localhost:8080'}",),
                fix=("manual",),
            ),
        ),
        fires(
            "Redis's host, whose port is filled in later",
            deployed("MODE: {value: cloud}", "REDIS_HOST: {value: localhost}", PORT),
            Told(
                subject="k/service.yaml:11:11",
                measured="REDIS_HOST=localhost",
                expected="the address of Redis in the cluster",
                endpoints=("redis",),
                message="REDIS_HOST is localhost in k/service.yaml",
                advice="Set REDIS_HOST",
                fix=("manual",),
            ),
        ),
        fires(
            "a host without a port",
            deployed("STIGMER_BACKEND_ENDPOINT: {value: localhost}"),
            Told(
                subject="k/service.yaml:10:11",
                measured="STIGMER_BACKEND_ENDPOINT=localhost",
                expected="the address of Stigmer backend in the cluster",
                endpoints=("backend",),
                message="STIGMER_BACKEND_ENDPOINT is localhost in k/service.yaml",
                advice="Set STIGMER_BACKEND_ENDPOINT",
            ),
        ),
        fires(
            "the second of two addresses",
            pod("STIGMER_BACKEND_ENDPOINT: api:8080", "OLLAMA_BASE_URL: http://127.0.0.1:11434"),
            Told(
                subject="pod.yaml:11:17",
                measured="OLLAMA_BASE_URL=http://127.0.0.1:11434",
                expected="the address of LLM (Ollama) in the cluster",
                endpoints=("llm",),
                message="OLLAMA_BASE_URL is http://127.0.0.1:11434 in pod.yaml",
                advice="Set OLLAMA_BASE_URL",
            ),
        ),
        fires(
            "two, of which one is a URL",
            pod("OLLAMA_BASE_URL: http://127.0.0.1:11434", "STIGMER_BACKEND_ENDPOINT: localhost:1"),
            Told(
                subject="pod.yaml:11:17",
                measured="STIGMER_BACKEND_ENDPOINT=localhost:1",
                expected="the address of Stigmer backend in the cluster",
                endpoints=("backend",),
                message="STIGMER_BACKEND_ENDPOINT is localhost:1 in pod.yaml",
                advice="Set STIGMER_BACKEND_ENDPOINT",
            ),
            Told(
                subject="pod.yaml:9:17",
                measured="OLLAMA_BASE_URL=http://127.0.0.1:11434",
                expected="the address of LLM (Ollama) in the cluster",
                endpoints=("llm",),
                message="OLLAMA_BASE_URL is http://127.0.0.1:11434 in pod.yaml",
                advice="Set OLLAMA_BASE_URL",
            ),
        ),
        fires(
            "an overlay leaves it as the base has it",
            overlaid(LOCAL, OTHER),
            Told(
                subject="base/service.yaml:10:11",
                measured="STIGMER_BACKEND_ENDPOINT=localhost:8080",
                expected="the address of Stigmer backend in the cluster",
                endpoints=("backend",),
                message="is localhost:8080 in base, which in a pod is the pod itself",
                advice="in the cluster.",
            ),
        ),
        fires(
            "every overlay sets its own",
            overlaid(LOCAL, OWN, OWN),
            Told(
                subject="base/service.yaml:10:11",
                measured="STIGMER_BACKEND_ENDPOINT=localhost:8080",
                expected="the address of Stigmer backend in the cluster",
                endpoints=("backend",),
                message="itself; every overlay that is there sets its own, and one that does not would fail",
                advice="in the cluster, or leave it to the overlays and remove it here.",
                severity=Severity.WARNING,
                fix=("manual",),
            ),
        ),
        fires(
            "an overlay sets it, and the base does not",
            overlaid(OWN, LOCAL),
            Told(
                subject="o1/service.yaml:10:11",
                measured="STIGMER_BACKEND_ENDPOINT=localhost:8080",
                expected="the address of Stigmer backend in the cluster",
                endpoints=("backend",),
                message="is localhost:8080 in o1, which",
                advice="in the cluster.",
            ),
        ),
        fires(
            "of two overlays one leaves it, and a patch of the other is not followed",
            overlaid(LOCAL, OTHER, OTHER, unfollowed=(2,)),
            Told(
                subject="base/service.yaml:10:11",
                measured="STIGMER_BACKEND_ENDPOINT=localhost:8080",
                expected="the address of Stigmer backend in the cluster",
                endpoints=("backend",),
                message="is localhost:8080 in base",
                advice="in the cluster.",
            ),
        ),
        fires(
            "every overlay sets its own, of which a patch of one is not followed",
            overlaid(LOCAL, OWN, OWN, unfollowed=(2,)),
            Told(
                subject="base/service.yaml:10:11",
                measured="STIGMER_BACKEND_ENDPOINT=localhost:8080",
                expected="the address of Stigmer backend in the cluster",
                endpoints=("backend",),
                message="itself; every overlay that is there sets its own",
                advice="or leave it to the overlays",
                severity=Severity.WARNING,
            ),
        ),
        does_not_fire("a name of the cluster", deployed(OWN)),
        does_not_fire(
            "an address that is filled in later",
            deployed("STIGMER_BACKEND_ENDPOINT: {value: $variables-group/localhost}"),
        ),
        does_not_fire("a default of the code, which the manifest does not set", deployed(OTHER)),
        does_not_fire("a service that is not used", deployed("REDIS_HOST: {value: localhost}")),
        does_not_fire(
            "a variable whose value is opaque",
            with_containers(
                deployed(LOCAL),
                replace(
                    CONTAINER, environment=tuple(replace(variable, opaque=True) for variable in CONTAINER.environment)
                ),
            ),
        ),
        not_checked(
            "something else of the pod may listen there",
            pod("STIGMER_BACKEND_ENDPOINT: localhost:1", tail=SIDECAR),
            "in pod.yaml something else of the pod may listen at localhost:1",
        ),
        not_checked("the only overlay's patch is not followed", overlaid(LOCAL, OTHER, unfollowed=(1,)), OPEN),
        not_checked(
            "the overlay has it itself, and one of its patches is not followed",
            overlaid(OTHER, LOCAL, unfollowed=(1,)),
            "in o1 a patch of o1/kustomization.yaml may change the container, and it is not followed",
        ),
        not_checked("no tree", healthy(), NO_TREE),
    ]
}


def test_of_overlays_is_spoken_only_where_they_set_their_own() -> None:
    assert one(deployed(LOCAL), RULE).message.endswith("which in a pod is the pod itself")


@every_case(GRID)
def test_it_says(rule: Rule, case: Case) -> None:
    assert_told(rule, case)

"""SD851: a manifest sets an address under a name that the runner does not read, and leaves the right one unset."""

from __future__ import annotations

from msgspec.structs import replace

from stigmer_doctor.model import facts as f
from stigmer_doctor.model.findings import Severity
from stigmer_doctor.model.rules import Rule
from stigmer_doctor.rules.manifests.sd851_manifest_misnamed_variable import RULE
from tests.healthy import healthy
from tests.rules.grid import Case, Told, assert_told, does_not_fire, every_case, fires, not_checked
from tests.rules.manifests.trees import (
    CUT_OFF,
    NO_TREE,
    POD,
    containers_of,
    cut_off,
    judged,
    overlaid,
    pod,
    with_containers,
)
from tests.rules.sources import CODE, deployed, planton

LLM = "STIGMER_LLM_BASE_URL: {value: http://llm:1}"
FROM_MAP = POD.replace("      env:", "      envFrom: [{configMapRef: {name: all}}]\n      env:")


def unplaced(facts: f.Facts) -> f.Facts:
    """Where the names stand is not known."""
    (container,) = containers_of(facts)
    environment = tuple(replace(variable, name_at=None) for variable in container.environment)
    return with_containers(facts, replace(container, environment=environment))


def unwritten(facts: f.Facts) -> f.Facts:
    """Where the variables are written is not known."""
    (container,) = containers_of(facts)
    return with_containers(facts, replace(container, environment=()))


GRID: dict[Rule, list[Case]] = {
    RULE: [
        fires(
            "the LLM's address, under the other image's name",
            deployed(LLM),
            Told(
                subject="k/service.yaml:10:11",
                measured="STIGMER_LLM_BASE_URL=http://llm:1, so http://localhost:11434 is in force",
                expected="OLLAMA_BASE_URL set",
                endpoints=(),
                message=(
                    "STIGMER_LLM_BASE_URL is set for the runner in k/service.yaml, and the runner does not read "
                    "it; OLLAMA_BASE_URL, which it reads, is unset"
                ),
                advice="Rename STIGMER_LLM_BASE_URL to OLLAMA_BASE_URL.",
                evidence=("file k/service.yaml:10:11: STIGMER_LLM_BASE_URL: {value: http://llm:1}",),
                fix=(
                    "safe",
                    "-          STIGMER_LLM_BASE_URL: {value: http://llm:1}",
                    "+          OLLAMA_BASE_URL: {value: http://llm:1}",
                ),
            ),
        ),
        fires(
            "its value is filled in later",
            deployed("MODE: {value: local}", "STIGMER_LLM_BASE_URL: {value: $variables-group/url}"),
            Told(
                subject="k/service.yaml:11:11",
                measured="STIGMER_LLM_BASE_URL=(filled in later), so http://localhost:11434 is in force",
                expected="OLLAMA_BASE_URL set",
                endpoints=(),
                message="STIGMER_LLM_BASE_URL is set",
                advice="Rename STIGMER_LLM_BASE_URL",
                fix=(
                    "safe",
                    "-          STIGMER_LLM_BASE_URL: {value: $variables-group/url}",
                    "+          OLLAMA_BASE_URL: {value: $variables-group/url}",
                ),
            ),
        ),
        fires(
            "the backend's address as a URL",
            deployed("STIGMER_BACKEND_URL: {value: 'http://api:1'}"),
            Told(
                subject="k/service.yaml:10:11",
                measured="STIGMER_BACKEND_URL=http://api:1, so localhost:50051 is in force",
                expected="STIGMER_BACKEND_ENDPOINT set",
                endpoints=(),
                message="STIGMER_BACKEND_URL is set",
                advice="to STIGMER_BACKEND_ENDPOINT, without the scheme.",
                fix=("manual",),
            ),
        ),
        fires(
            "the backend's address as host:port",
            deployed("STIGMER_BACKEND_URL: {value: 'api:1'}"),
            Told(
                subject="k/service.yaml:10:11",
                measured="STIGMER_BACKEND_URL=api:1, so localhost:50051 is in force",
                expected="STIGMER_BACKEND_ENDPOINT set",
                endpoints=(),
                message="STIGMER_BACKEND_URL is set",
                advice="Rename STIGMER_BACKEND_URL to STIGMER_BACKEND_ENDPOINT.",
                fix=(
                    "safe",
                    "-          STIGMER_BACKEND_URL: {value: 'api:1'}",
                    "+          STIGMER_BACKEND_ENDPOINT: {value: 'api:1'}",
                ),
            ),
        ),
        fires(
            "nothing is in force in its place",
            judged(
                {"k/service.yaml": planton("STIGMER_BACKEND_URL: {value: 'api:1'}")},
                CODE.replace(b', "localhost:50051"', b""),
            ),
            Told(
                subject="k/service.yaml:10:11",
                measured="STIGMER_BACKEND_URL=api:1",
                expected="STIGMER_BACKEND_ENDPOINT set",
                endpoints=(),
                message="STIGMER_BACKEND_URL is set",
                advice="Rename",
            ),
        ),
        fires(
            "another setting",
            deployed("SANDBOX_ROOT_DRI: {value: 'file:///some/folder'}"),
            Told(
                subject="k/service.yaml:10:11",
                measured="SANDBOX_ROOT_DRI=<hidden 1>",
                expected="SANDBOX_ROOT_DIR set",
                endpoints=(),
                message="SANDBOX_ROOT_DRI is set",
                advice="Rename SANDBOX_ROOT_DRI to SANDBOX_ROOT_DIR.",
                severity=Severity.WARNING,
                fix=("safe", "+SANDBOX_ROOT_DIR"),
            ),
        ),
        fires(
            "where its name stands is not known",
            unplaced(deployed(LLM)),
            Told(
                subject="k/service.yaml:10:11",
                measured="STIGMER_LLM_BASE_URL=http://llm:1, so http://localhost:11434 is in force",
                expected="OLLAMA_BASE_URL set",
                endpoints=(),
                message="STIGMER_LLM_BASE_URL is set",
                advice="Rename",
                fix=("manual",),
            ),
        ),
        fires(
            "two overlays leave it as the base has it, and it is said once",
            overlaid(LLM, "MODE: {value: local}", "MODE: {value: local}"),
            Told(
                subject="base/service.yaml:10:11",
                measured="STIGMER_LLM_BASE_URL=http://llm:1, so http://localhost:11434 is in force",
                expected="OLLAMA_BASE_URL set",
                endpoints=(),
                message="is set for the runner in o1",
                advice="Rename STIGMER_LLM_BASE_URL",
                fix=(
                    "safe",
                    "-          STIGMER_LLM_BASE_URL: {value: http://llm:1}",
                    "+          OLLAMA_BASE_URL: {value: http://llm:1}",
                ),
            ),
        ),
        fires(
            "a pod, and two faults",
            pod("STIGMER_BACKEND_URL: api:1", "STIGMER_LLM_BASE_URL: http://llm:1"),
            Told(
                subject="pod.yaml:11:17",
                measured="STIGMER_LLM_BASE_URL=http://llm:1, so http://localhost:11434 is in force",
                expected="OLLAMA_BASE_URL set",
                endpoints=(),
                message="STIGMER_LLM_BASE_URL is set for the runner in pod.yaml",
                advice="Rename",
                fix=("safe", "-        - name: STIGMER_LLM_BASE_URL", "+        - name: OLLAMA_BASE_URL"),
            ),
            Told(
                subject="pod.yaml:9:17",
                measured="STIGMER_BACKEND_URL=api:1, so localhost:50051 is in force",
                expected="STIGMER_BACKEND_ENDPOINT set",
                endpoints=(),
                message="STIGMER_BACKEND_URL is set for the runner in pod.yaml",
                advice="Rename",
            ),
        ),
        does_not_fire("the right name", deployed("OLLAMA_BASE_URL: {value: http://llm:1}")),
        does_not_fire("both names: SD852", deployed(LLM, "OLLAMA_BASE_URL: {value: http://other:1}")),
        does_not_fire("the LLM is not used", deployed("STIGMER_LLM_PROVIDER: {value: anthropic}", LLM)),
        does_not_fire(
            "a base whose overlays set the right name", overlaid(LLM, "OLLAMA_BASE_URL: {value: http://o:1}")
        ),
        does_not_fire("where it is written is not known", unwritten(deployed(LLM))),
        not_checked(
            "variables are taken over from a config map",
            pod("STIGMER_LLM_BASE_URL: http://llm:1", head=FROM_MAP),
            "OLLAMA_BASE_URL may come from what pod.yaml takes all variables of",
        ),
        not_checked(
            "a patch is not followed",
            overlaid(LLM, "MODE: {value: local}", unfollowed=(1,)),
            "in o1 a patch of o1/kustomization.yaml may change the container, and it is not followed",
        ),
        not_checked(
            "the code was not read to its end",
            cut_off(deployed(LLM)),
            f"STIGMER_LLM_BASE_URL may be read: {CUT_OFF}",
        ),
        not_checked("no tree", healthy(), NO_TREE),
    ]
}


@every_case(GRID)
def test_it_says(rule: Rule, case: Case) -> None:
    assert_told(rule, case)

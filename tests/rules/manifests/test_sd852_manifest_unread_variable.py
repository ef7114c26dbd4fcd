"""SD852: a manifest sets a variable that the runner does not read, and its value is lost."""

from __future__ import annotations

from msgspec.structs import replace

from stigmer_doctor.model import facts as f
from stigmer_doctor.model.findings import Severity
from stigmer_doctor.model.rules import Rule
from stigmer_doctor.rules.manifests.sd852_manifest_unread_variable import RULE
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

ROOT = "WORKSPACE_ROOT: {value: /workspace}"
LLM = "STIGMER_LLM_BASE_URL: {value: http://llm:1}"
FROM_MAP = POD.replace("      env:", "      envFrom: [{configMapRef: {name: all}}]\n      env:")


def written(facts: f.Facts, **changes: object) -> f.Facts:
    """What is known of where the variables stand, changed; without changes nothing is."""
    (container,) = containers_of(facts)
    environment = tuple(replace(variable, **changes) for variable in container.environment) if changes else ()
    return with_containers(facts, replace(container, environment=environment))


def with_provider(address: str) -> f.Facts:
    """The runner's code knows providers, and the manifest chooses one that has no address."""
    code = CODE + b'provider = os.getenv("STIGMER_LLM_PROVIDER", "ollama")\n'
    return judged({"k/service.yaml": planton(f"STIGMER_LLM_PROVIDER: {{value: anthropic}}\n{address}")}, code)


GRID: dict[Rule, list[Case]] = {
    RULE: [
        fires(
            "the folder, and the one that is read is unset",
            deployed(ROOT),
            Told(
                subject="k/service.yaml:10:11",
                measured="WORKSPACE_ROOT=/workspace",
                expected="SANDBOX_ROOT_DIR=/workspace",
                endpoints=(),
                message="WORKSPACE_ROOT is set for the runner in k/service.yaml, and the runner does not read it",
                advice="Rename WORKSPACE_ROOT to SANDBOX_ROOT_DIR.",
                severity=Severity.WARNING,
                evidence=("file k/service.yaml:10:11: WORKSPACE_ROOT: {value: /workspace}",),
                fix=(
                    "safe",
                    "-          WORKSPACE_ROOT: {value: /workspace}",
                    "+          SANDBOX_ROOT_DIR: {value: /workspace}",
                ),
            ),
        ),
        fires(
            "the folder, and the one that is read is set",
            deployed(ROOT, "SANDBOX_ROOT_DIR: {value: /x}"),
            Told(
                subject="k/service.yaml:10:11",
                measured="WORKSPACE_ROOT=/workspace",
                expected="SANDBOX_ROOT_DIR=/workspace",
                endpoints=(),
                message="WORKSPACE_ROOT is set",
                advice="Remove WORKSPACE_ROOT, or give it the name that is read.",
                severity=Severity.WARNING,
                fix=("manual",),
            ),
        ),
        fires(
            "the folder, and others may be taken over",
            pod("WORKSPACE_ROOT: /workspace", head=FROM_MAP),
            Told(
                subject="pod.yaml:10:17",
                measured="WORKSPACE_ROOT=/workspace",
                expected="SANDBOX_ROOT_DIR=/workspace",
                endpoints=(),
                message="WORKSPACE_ROOT is set for the runner in pod.yaml",
                advice="Remove WORKSPACE_ROOT",
                severity=Severity.WARNING,
                fix=("manual",),
            ),
        ),
        fires(
            "the folder in a base, on which others build",
            overlaid(ROOT, "MODE: {value: local}"),
            Told(
                subject="base/service.yaml:10:11",
                measured="WORKSPACE_ROOT=/workspace",
                expected="SANDBOX_ROOT_DIR=/workspace",
                endpoints=(),
                message="WORKSPACE_ROOT is set for the runner in base",
                advice="Remove WORKSPACE_ROOT",
                severity=Severity.WARNING,
                fix=("manual",),
            ),
        ),
        fires(
            "the folder in two builds",
            overlaid("MODE: {value: local}", ROOT, ROOT),
            Told(
                subject="o1/service.yaml:10:11",
                measured="WORKSPACE_ROOT=/workspace",
                expected="SANDBOX_ROOT_DIR=/workspace",
                endpoints=(),
                message="WORKSPACE_ROOT is set for the runner in o1",
                advice="Rename",
                severity=Severity.WARNING,
                fix=(
                    "safe",
                    "-          WORKSPACE_ROOT: {value: /workspace}",
                    "+          SANDBOX_ROOT_DIR: {value: /workspace}",
                ),
            ),
            Told(
                subject="o2/service.yaml:10:11",
                measured="WORKSPACE_ROOT=/workspace",
                expected="SANDBOX_ROOT_DIR=/workspace",
                endpoints=(),
                message="WORKSPACE_ROOT is set for the runner in o2",
                advice="Rename",
                severity=Severity.WARNING,
                fix=(
                    "safe",
                    "-          WORKSPACE_ROOT: {value: /workspace}",
                    "+          SANDBOX_ROOT_DIR: {value: /workspace}",
                ),
            ),
        ),
        fires(
            "where its name stands is not known",
            written(deployed(ROOT), name_at=None),
            Told(
                subject="k/service.yaml:10:11",
                measured="WORKSPACE_ROOT=/workspace",
                expected="SANDBOX_ROOT_DIR=/workspace",
                endpoints=(),
                message="WORKSPACE_ROOT is set",
                advice="Rename WORKSPACE_ROOT",
                severity=Severity.WARNING,
                fix=("manual",),
            ),
        ),
        fires(
            "a name that nothing is near to",
            deployed("STIGMER_X: {value: something-long}"),
            Told(
                subject="k/service.yaml:10:11",
                measured="STIGMER_X=<hidden 1>",
                expected="no STIGMER_X, or code that reads it",
                endpoints=(),
                message="STIGMER_X is set",
                advice="Remove STIGMER_X, or give it the name that is read.",
                severity=Severity.WARNING,
                fix=("manual",),
            ),
        ),
        fires(
            "another address than the one that is read",
            deployed(LLM, "OLLAMA_BASE_URL: {value: http://other:1}"),
            Told(
                subject="k/service.yaml:10:11",
                measured="STIGMER_LLM_BASE_URL=http://llm:1",
                expected="no STIGMER_LLM_BASE_URL, or code that reads it",
                endpoints=(),
                message="STIGMER_LLM_BASE_URL is set",
                advice="Remove STIGMER_LLM_BASE_URL",
                severity=Severity.WARNING,
                fix=("manual",),
            ),
        ),
        fires(
            "an address of a base under a wrong name, where the overlays set the right one",
            overlaid(LLM, "OLLAMA_BASE_URL: {value: http://other:1}"),
            Told(
                subject="base/service.yaml:10:11",
                measured="STIGMER_LLM_BASE_URL=http://llm:1",
                expected="no STIGMER_LLM_BASE_URL, or code that reads it",
                endpoints=(),
                message="STIGMER_LLM_BASE_URL is set for the runner in base",
                advice="Remove STIGMER_LLM_BASE_URL",
                severity=Severity.WARNING,
                fix=("manual",),
            ),
        ),
        fires(
            "another setting of a base under a wrong name, where the overlays set the right one",
            overlaid("SANDBOX_ROOT_DRI: {value: something-long}", "SANDBOX_ROOT_DIR: {value: /x}"),
            Told(
                subject="base/service.yaml:10:11",
                measured="SANDBOX_ROOT_DRI=<hidden 1>",
                expected="no SANDBOX_ROOT_DRI, or code that reads it",
                endpoints=(),
                message="SANDBOX_ROOT_DRI is set for the runner in base",
                advice="Remove SANDBOX_ROOT_DRI",
                severity=Severity.WARNING,
                fix=("manual",),
            ),
        ),
        fires(
            "an address of a service that is not used, which is not read either",
            with_provider(LLM),
            Told(
                subject="k/service.yaml:11:11",
                measured="STIGMER_LLM_BASE_URL=http://llm:1",
                expected="no STIGMER_LLM_BASE_URL, or code that reads it",
                endpoints=(),
                message="STIGMER_LLM_BASE_URL is set",
                advice="Remove STIGMER_LLM_BASE_URL",
                severity=Severity.WARNING,
                fix=("manual",),
            ),
        ),
        does_not_fire("names that are read", deployed("SANDBOX_ROOT_DIR: {value: /x}", "ENV: {value: prod}")),
        does_not_fire(
            "an address of a service that is not used", with_provider("OLLAMA_BASE_URL: {value: http://llm:1}")
        ),
        does_not_fire("an address under a wrong name: SD851", deployed(LLM)),
        does_not_fire("such an address of a base, where an overlay leaves it", overlaid(LLM, "MODE: {value: local}")),
        does_not_fire("where it is written is not known", written(deployed(ROOT))),
        not_checked(
            "the code was not read to its end",
            cut_off(overlaid(ROOT, "MODE: {value: local}")),
            f"WORKSPACE_ROOT may be read: {CUT_OFF}",
        ),
        not_checked("no tree", healthy(), NO_TREE),
    ]
}


@every_case(GRID)
def test_it_says(rule: Rule, case: Case) -> None:
    assert_told(rule, case)

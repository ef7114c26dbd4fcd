"""SD124: the configuration was changed after the pod's process had started, which still has the old one."""

from __future__ import annotations

from msgspec.structs import replace

from stigmer_doctor.model import facts as f
from stigmer_doctor.model.findings import Severity
from stigmer_doctor.model.pod import ConfiguredVariable, EnvironmentSource, PodCondition, Reference
from stigmer_doctor.model.rules import Rule
from stigmer_doctor.rules.pods.sd124_configuration_newer_than_pod import RULE
from tests.healthy import NOT_MEASURED
from tests.rules.grid import Case, Told, assert_told, does_not_fire, every_case, fires, not_checked
from tests.rules.pods.pod import in_pod, with_pod

SOURCE = Reference(kind="ConfigMap", name="settings", key="address", variable="TEMPORAL_SERVICE_ADDRESS")


def given(value: str, name: str = "TEMPORAL_SERVICE_ADDRESS", **changes: object) -> f.Facts:
    """The ConfigMap gives this to the variable now."""
    variable = ConfiguredVariable(variable=f.Variable(name=name, value=value), config_map="settings", key="address")
    maps = f.ConfigMaps(names=("settings",), keys={"settings": ("address",)}, variables=(variable,))
    return replace(with_pod(references=(SOURCE,), **changes), config_maps=maps)


def of_revision(pod_revision: str, **changes: object) -> f.Facts:
    facts = in_pod()
    assert isinstance(facts.workload, f.PodWorkload)
    return replace(facts, workload=replace(facts.workload, pod_revision=pod_revision, desired=2, **changes))


GRID: dict[Rule, list[Case]] = {
    RULE: [
        fires(
            "an address that was changed",
            given("temporal.other:7233"),
            Told(
                subject="TEMPORAL_SERVICE_ADDRESS",
                measured=(
                    "TEMPORAL_SERVICE_ADDRESS=temporal:7233 in the process; temporal.other:7233 in the ConfigMap"
                ),
                expected="TEMPORAL_SERVICE_ADDRESS=temporal.other:7233",
                endpoints=("temporal",),
                message=(
                    "TEMPORAL_SERVICE_ADDRESS was changed in the ConfigMap settings, and the pod still runs with "
                    "the old value"
                ),
                advice="A process gets its variables at its start: make the pods again.",
                severity=Severity.WARNING,
                commands=("kubectl rollout restart deployment/agent-runner",),
            ),
        ),
        fires(
            "a variable that the process does not have",
            given("1", "STIGMER_NEW"),
            Told(
                subject="STIGMER_NEW",
                measured="STIGMER_NEW=unset in the process; 1 in the ConfigMap",
                expected="STIGMER_NEW=1",
                endpoints=("settings",),
                message=(
                    "STIGMER_NEW was changed in the ConfigMap settings, and the pod still runs with the old value"
                ),
                advice="A process gets its variables at its start: make the pods again.",
                severity=Severity.WARNING,
                commands=("kubectl rollout restart deployment/agent-runner",),
            ),
        ),
        fires(
            "a pod of its own",
            given("temporal.other:7233", workload="", workload_kind=""),
            Told(
                subject="TEMPORAL_SERVICE_ADDRESS",
                measured=(
                    "TEMPORAL_SERVICE_ADDRESS=temporal:7233 in the process; temporal.other:7233 in the ConfigMap"
                ),
                expected="TEMPORAL_SERVICE_ADDRESS=temporal.other:7233",
                endpoints=("temporal",),
                message=(
                    "TEMPORAL_SERVICE_ADDRESS was changed in the ConfigMap settings, and the pod still runs with "
                    "the old value"
                ),
                advice="A process gets its variables at its start: make the pods again.",
                severity=Severity.WARNING,
                commands=("kubectl delete pod agent-runner-6c947cf49c-fskk8",),
            ),
        ),
        fires(
            "an older revision",
            of_revision("2"),
            Told(
                subject="agent-runner",
                measured="revision 2 of 3; 1 of 2 pods are of the newest",
                expected="a pod of the newest revision",
                endpoints=("settings",),
                message="the Deployment agent-runner was changed, and this pod is of an older revision",
                advice="Look why the roll-out does not go on.",
                severity=Severity.WARNING,
                commands=(
                    "kubectl rollout status deployment/agent-runner",
                    "kubectl get pods --selector=app=agent-runner",
                ),
            ),
        ),
        fires(
            "an older revision of a Deployment that is paused",
            of_revision("2", paused=True),
            Told(
                subject="agent-runner",
                measured="revision 2 of 3; 1 of 2 pods are of the newest",
                expected="a pod of the newest revision",
                endpoints=("settings",),
                message="the Deployment agent-runner was changed, and this pod is of an older revision; it is paused",
                advice="Let the roll-out go on.",
                severity=Severity.WARNING,
                commands=(
                    "kubectl rollout resume deployment/agent-runner",
                    "kubectl get pods --selector=app=agent-runner",
                ),
            ),
        ),
        fires(
            "a roll-out that is stuck",
            of_revision(
                "2", conditions=(PodCondition(type="Progressing", status="False", message="deadline exceeded"),)
            ),
            Told(
                subject="agent-runner",
                measured="revision 2 of 3; 1 of 2 pods are of the newest",
                expected="a pod of the newest revision",
                endpoints=("settings",),
                message=(
                    "the Deployment agent-runner was changed, and this pod is of an older revision; it is stuck: "
                    "deadline exceeded"
                ),
                advice="Look why the roll-out does not go on.",
                severity=Severity.WARNING,
                commands=(
                    "kubectl rollout status deployment/agent-runner",
                    "kubectl get pods --selector=app=agent-runner",
                ),
            ),
        ),
        does_not_fire("the same values", given("temporal:7233")),
        does_not_fire("no ConfigMap at all", in_pod()),
        not_checked(
            "a process that was not asked",
            given(
                "temporal.other:7233",
                environment=EnvironmentSource.SPECIFICATION,
                environment_detail="exec is forbidden",
            ),
            "the process was not asked for its variables: exec is forbidden",
        ),
        not_checked(
            "ConfigMaps that may not be listed",
            replace(with_pod(references=(SOURCE,)), config_maps=NOT_MEASURED),
            "the test left it out",
        ),
        not_checked(
            "Deployments that may not be listed", replace(in_pod(), workload=NOT_MEASURED), "the test left it out"
        ),
        not_checked("no pod", replace(in_pod(), pod=NOT_MEASURED), "the test left it out"),
        not_checked("no container", replace(in_pod(), container=NOT_MEASURED), "the test left it out"),
    ],
}


@every_case(GRID)
def test_it_says_what_the_grid_has(rule: Rule, case: Case) -> None:
    assert_told(rule, case)

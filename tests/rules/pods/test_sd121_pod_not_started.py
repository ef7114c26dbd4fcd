"""SD121: the cluster has not started the runner's container: no node, no image, no volume, or no room for a pod."""

from __future__ import annotations

from msgspec.structs import replace

from stigmer_doctor.model import facts as f
from stigmer_doctor.model.findings import Severity
from stigmer_doctor.model.pod import PodCondition, PodEvent
from stigmer_doctor.model.rules import Rule
from stigmer_doctor.rules.pods.sd121_pod_not_started import RULE
from tests.healthy import NOT_MEASURED, healthy
from tests.rules.grid import Case, Told, assert_told, does_not_fire, every_case, fires, not_checked
from tests.rules.pods.pod import event, in_pod, in_state, with_pod

REFUSED = "pods is forbidden: exceeded quota: small, requested: pods=1, used: pods=2, limited: pods=2"


def not_started(waiting: str, message: str, *events: PodEvent, **changes: object) -> f.Facts:
    facts = with_pod(in_state("created"), phase="Pending", waiting=waiting, waiting_message=message, **changes)
    return replace(facts, pod_events=f.PodEvents(items=events))


def refused(facts: f.Facts, *, pods: bool) -> f.Facts:
    """What makes the pods may make no more."""
    assert isinstance(facts.workload, f.PodWorkload)
    line = PodCondition(type="ReplicaFailure", status="True", reason="FailedCreate", message=REFUSED)
    made = replace(facts, workload=replace(facts.workload, desired=3, conditions=(line,)))
    return made if pods else replace(made, pod=NOT_MEASURED, container=NOT_MEASURED)


GRID: dict[Rule, list[Case]] = {
    RULE: [
        fires(
            "an image that cannot be pulled",
            not_started(
                "ImagePullBackOff", "Back-off pulling image", event("Failed", 'Failed to pull image "x:1": not found')
            ),
            Told(
                subject="agent-runner-6c947cf49c-fskk8",
                measured='ImagePullBackOff: Failed to pull image "x:1": not found',
                expected="running",
                endpoints=(),
                message="the cluster has not started the runner: its image cannot be had",
                advice=(
                    "Correct the image's name (stigmer-agent-runner:local), or give the pod the right to pull it "
                    "(imagePullSecrets), or load it onto the node."
                ),
                commands=("kubectl describe pod agent-runner-6c947cf49c-fskk8",),
            ),
        ),
        fires(
            "no node that fits",
            not_started(
                "",
                "",
                conditions=(
                    PodCondition(
                        type="PodScheduled",
                        status="False",
                        reason="Unschedulable",
                        message="0/1 nodes are available: 1 Insufficient cpu.",
                    ),
                ),
            ),
            Told(
                subject="agent-runner-6c947cf49c-fskk8",
                measured="Pending: 0/1 nodes are available: 1 Insufficient cpu.",
                expected="running",
                endpoints=(),
                message="the cluster has not started the runner: no node takes it",
                advice=(
                    "Give the cluster a node that fits, or ask for less: requests, node selectors, tolerations "
                    "and volumes of the pod's manifest decide."
                ),
                commands=("kubectl describe pod agent-runner-6c947cf49c-fskk8",),
            ),
        ),
        fires(
            "a volume that cannot be mounted",
            not_started(
                "ContainerCreating",
                "",
                event("FailedMount", 'MountVolume.SetUp failed for volume "data": timed out', count=3),
            ),
            Told(
                subject="agent-runner-6c947cf49c-fskk8",
                measured='ContainerCreating: MountVolume.SetUp failed for volume "data": timed out',
                expected="running",
                endpoints=(),
                message="the cluster has not started the runner: FailedMount",
                advice="Correct what the sentence names.",
                commands=("kubectl describe pod agent-runner-6c947cf49c-fskk8",),
            ),
        ),
        fires(
            "another reason of the kubelet",
            not_started("CreateContainerError", "context deadline exceeded"),
            Told(
                subject="agent-runner-6c947cf49c-fskk8",
                measured="CreateContainerError: context deadline exceeded",
                expected="running",
                endpoints=(),
                message="the cluster has not started the runner: CreateContainerError",
                advice="Correct what the sentence names.",
                commands=("kubectl describe pod agent-runner-6c947cf49c-fskk8",),
            ),
        ),
        fires(
            "a quota that leaves no pod",
            refused(in_pod(), pods=False),
            Told(
                subject="agent-runner",
                measured=(
                    "1 of 3 ready; pods is forbidden: exceeded quota: small, requested: pods=1, used: pods=2, "
                    "limited: pods=2"
                ),
                expected="3 pods",
                endpoints=(),
                message="the cluster makes no pod of the Deployment agent-runner: the quota is used up",
                advice=(
                    "Ask for less in the pod's manifest (resources), or have the quota raised. The command shows "
                    "how it is used."
                ),
                commands=("kubectl describe quota",),
            ),
        ),
        fires(
            "a quota that leaves too few",
            refused(in_pod(), pods=True),
            Told(
                subject="agent-runner",
                measured=(
                    "1 of 3 ready; pods is forbidden: exceeded quota: small, requested: pods=1, used: pods=2, "
                    "limited: pods=2"
                ),
                expected="3 pods",
                endpoints=(),
                message="the cluster makes no more pods of the Deployment agent-runner: the quota is used up",
                advice=(
                    "Ask for less in the pod's manifest (resources), or have the quota raised. The command shows "
                    "how it is used."
                ),
                severity=Severity.WARNING,
                commands=("kubectl describe quota",),
            ),
        ),
        fires(
            "a pod on its way",
            not_started("ContainerCreating", ""),
            Told(
                subject="agent-runner-6c947cf49c-fskk8",
                measured="ContainerCreating, and no event says that anything is wrong",
                expected="running",
                endpoints=(),
                message="the pod is being started",
                advice="Wait, and check again (--wait).",
                severity=Severity.INFO,
                commands=("kubectl describe pod agent-runner-6c947cf49c-fskk8",),
            ),
        ),
        does_not_fire("a pod that runs", in_pod()),
        does_not_fire(
            "a pod that waits for a ConfigMap", not_started("CreateContainerConfigError", 'configmap "x" not found')
        ),
        does_not_fire(
            "a volume whose Secret is missing",
            not_started(
                "ContainerCreating",
                "",
                event("FailedMount", 'MountVolume.SetUp failed for volume "v": secret "x" not found'),
            ),
        ),
        not_checked(
            "events that may not be listed", replace(in_pod(), pod_events=NOT_MEASURED), "the test left it out"
        ),
        not_checked("a container engine", healthy(), "the runner is not looked at in a cluster (--pod)"),
    ],
}


@every_case(GRID)
def test_it_says_what_the_grid_has(rule: Rule, case: Case) -> None:
    assert_told(rule, case)

"""SD122: the pod refers to a ConfigMap, a Secret or a key that does not exist."""

from __future__ import annotations

from msgspec.structs import replace

from stigmer_doctor.model import facts as f
from stigmer_doctor.model.findings import Severity
from stigmer_doctor.model.pod import Reference
from stigmer_doctor.model.rules import Rule
from stigmer_doctor.rules.pods.sd122_configuration_reference_missing import RULE
from tests.healthy import NOT_MEASURED
from tests.rules.grid import Case, Told, assert_told, does_not_fire, every_case, fires, not_checked
from tests.rules.pods.pod import event, in_pod, in_state, with_pod

SETTING = Reference(kind="ConfigMap", name="settings", key="mode", variable="MODE")


def waiting(message: str, *references: Reference) -> f.Facts:
    return with_pod(
        in_state("created"), waiting="CreateContainerConfigError", waiting_message=message, references=references
    )


def having(keys: tuple[str, ...] | None, *references: Reference, facts: f.Facts | None = None) -> f.Facts:
    """The namespace has the ConfigMap with these keys; None: it does not."""
    maps = f.ConfigMaps() if keys is None else f.ConfigMaps(names=("settings",), keys={"settings": keys})
    return replace(with_pod(facts, references=references), config_maps=maps)


GRID: dict[Rule, list[Case]] = {
    RULE: [
        fires(
            "a ConfigMap that is missing",
            waiting(
                'configmap "missing" not found', Reference(kind="ConfigMap", name="missing", key="a", variable="X")
            ),
            Told(
                subject="missing",
                measured='configmap "missing" not found',
                expected="the ConfigMap with every key that the pod refers to, in the namespace stigmer",
                endpoints=(),
                message=(
                    "the pod refers to the ConfigMap missing (X), and not all of it is there: the pod cannot start"
                ),
                advice=(
                    "Create it, or correct the name in the manifest of the pod. The command lists those that "
                    "there are; describe one to see its keys."
                ),
                commands=("kubectl get configmap",),
            ),
        ),
        fires(
            "a key that a Secret does not have",
            waiting("couldn't find key token in Secret stigmer/keys"),
            Told(
                subject="keys",
                measured="couldn't find key token in Secret stigmer/keys",
                expected="the Secret with every key that the pod refers to, in the namespace stigmer",
                endpoints=(),
                message="the pod refers to the Secret keys, and not all of it is there: the pod cannot start",
                advice=(
                    "Create it, or correct the name in the manifest of the pod. The command lists those that "
                    "there are; its values are not printed."
                ),
                commands=("kubectl get secret",),
            ),
        ),
        fires(
            "a Secret for a volume",
            replace(
                with_pod(in_state("created")),
                pod_events=f.PodEvents(
                    items=(event("FailedMount", 'MountVolume.SetUp failed: secret "certs" not found'),)
                ),
            ),
            Told(
                subject="certs",
                measured='MountVolume.SetUp failed: secret "certs" not found',
                expected="the Secret with every key that the pod refers to, in the namespace stigmer",
                endpoints=(),
                message="the pod refers to the Secret certs, and not all of it is there: the pod cannot start",
                advice=(
                    "Create it, or correct the name in the manifest of the pod. The command lists those that "
                    "there are; its values are not printed."
                ),
                commands=("kubectl get secret",),
            ),
        ),
        fires(
            "a ConfigMap that was deleted since",
            having(None, SETTING),
            Told(
                subject="settings",
                measured="there is no ConfigMap settings",
                expected="the ConfigMap with every key that the pod refers to, in the namespace stigmer",
                endpoints=(),
                message=(
                    "the pod refers to the ConfigMap settings (MODE), and not all of it is there: the next pod "
                    "will not start"
                ),
                advice=(
                    "Create it, or correct the name in the manifest of the pod. The command lists those that "
                    "there are; describe one to see its keys."
                ),
                severity=Severity.WARNING,
                commands=("kubectl get configmap",),
            ),
        ),
        fires(
            "a key that was removed since",
            having(("other",), SETTING),
            Told(
                subject="settings",
                measured="the ConfigMap settings has no key mode",
                expected="the ConfigMap with every key that the pod refers to, in the namespace stigmer",
                endpoints=(),
                message=(
                    "the pod refers to the ConfigMap settings (MODE), and not all of it is there: the next pod "
                    "will not start"
                ),
                advice=(
                    "Create it, or correct the name in the manifest of the pod. The command lists those that "
                    "there are; describe one to see its keys."
                ),
                severity=Severity.WARNING,
                commands=("kubectl get configmap",),
            ),
        ),
        fires(
            "a ConfigMap that a volume takes",
            having(None, Reference(kind="ConfigMap", name="settings", volume=True), facts=in_state("created")),
            Told(
                subject="settings",
                measured="there is no ConfigMap settings",
                expected="the ConfigMap with every key that the pod refers to, in the namespace stigmer",
                endpoints=(),
                message=(
                    "the pod refers to the ConfigMap settings (a volume), and not all of it is there: the pod "
                    "cannot start"
                ),
                advice=(
                    "Create it, or correct the name in the manifest of the pod. The command lists those that "
                    "there are; describe one to see its keys."
                ),
                commands=("kubectl get configmap",),
            ),
        ),
        does_not_fire("everything that it refers to", having(("mode",), SETTING, SETTING)),
        does_not_fire("an optional reference", having(None, replace(SETTING, optional=True))),
        does_not_fire(
            "a sentence about something else", waiting("container has runAsNonRoot and image will run as root")
        ),
        not_checked(
            "ConfigMaps that may not be listed", replace(in_pod(), config_maps=NOT_MEASURED), "the test left it out"
        ),
        not_checked("no pod", replace(in_pod(), pod=NOT_MEASURED), "the test left it out"),
        not_checked("no container", replace(in_pod(), container=NOT_MEASURED), "the test left it out"),
    ],
}


@every_case(GRID)
def test_it_says_what_the_grid_has(rule: Rule, case: Case) -> None:
    assert_told(rule, case)

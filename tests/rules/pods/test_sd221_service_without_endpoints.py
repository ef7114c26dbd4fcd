"""SD221: a Service that the runner dials has no pod behind it that is ready."""

from __future__ import annotations

from msgspec.structs import replace

from stigmer_doctor.model import facts as f
from stigmer_doctor.model.pod import SelectedPod
from stigmer_doctor.model.rules import Rule
from stigmer_doctor.rules.pods.sd221_service_without_endpoints import RULE
from tests.healthy import NOT_MEASURED
from tests.rules.grid import Case, Told, assert_told, does_not_fire, every_case, fires, not_checked
from tests.rules.pods.pod import failing, in_pod, unresolved, with_service


def unserved(facts: f.Facts | None = None, **changes: object) -> f.Facts:
    """Temporal's Service without a ready endpoint."""
    return with_service("temporal", facts or failing("temporal", f.Outcome.REFUSED), ready=(), **changes)


GRID: dict[Rule, list[Case]] = {
    RULE: [
        fires(
            "a selector that finds no pod",
            unserved(pods=()),
            Told(
                subject="temporal",
                measured=(
                    "selects by its selector app=temporal: no pod; 0 ready endpoints; 198.18.9.7:7233 refused "
                    "after 0.4 ms"
                ),
                expected="a ready pod of Temporal behind temporal",
                endpoints=("temporal",),
                message=(
                    "the Service temporal, at which Temporal is dialled, has no ready endpoint: it selects no pod"
                ),
                advice=(
                    "Start Temporal, or make the Service select its pods: the labels in the selector have to be "
                    "those of the pods. The command lists the pods with their labels."
                ),
                commands=("kubectl get pods --show-labels",),
            ),
        ),
        fires(
            "pods that are not ready",
            unserved(unready=("198.18.9.30",), pods=(SelectedPod(name="temporal-0", ready=False),)),
            Told(
                subject="temporal",
                measured=(
                    "selects by its selector app=temporal: a pod that is not ready; 0 ready endpoints; "
                    "198.18.9.7:7233 refused after 0.4 ms"
                ),
                expected="a ready pod of Temporal behind temporal",
                endpoints=("temporal",),
                message=(
                    "the Service temporal, at which Temporal is dialled, has no ready endpoint: it selects a pod "
                    "that is not ready"
                ),
                advice="Look why they are not ready: temporal-0.",
                commands=("kubectl get pods --selector=app=temporal",),
            ),
        ),
        fires(
            "six pods, none of them ready, and the selector has two labels",
            unserved(
                selector={"tier": "back", "app": "temporal"},
                pods=tuple(SelectedPod(name=f"temporal-{number}", ready=False) for number in range(6)),
            ),
            Told(
                subject="temporal",
                measured=(
                    "selects by its selector app=temporal,tier=back: 6 pods, of which none is ready; 0 ready "
                    "endpoints; 198.18.9.7:7233 refused after 0.4 ms"
                ),
                expected="a ready pod of Temporal behind temporal",
                endpoints=("temporal",),
                message="it selects 6 pods, of which none is ready",
                advice="Look why they are not ready: temporal-0, temporal-1, temporal-2, temporal-3 and temporal-4.",
                commands=("kubectl get pods --selector=app=temporal,tier=back",),
            ),
        ),
        fires(
            "a Service without a selector",
            unserved(selector={}, pods=None),
            Told(
                subject="temporal",
                measured=(
                    "selects by nothing, as it has no selector: no pod; 0 ready endpoints; 198.18.9.7:7233 "
                    "refused after 0.4 ms"
                ),
                expected="a ready pod of Temporal behind temporal",
                endpoints=("temporal",),
                message=(
                    "the Service temporal, at which Temporal is dialled, has no ready endpoint: it selects no pod"
                ),
                advice=(
                    "Start Temporal, or make the Service select its pods: the labels in the selector have to be "
                    "those of the pods. The command lists the pods with their labels."
                ),
                commands=("kubectl get pods --show-labels",),
            ),
        ),
        fires(
            "a headless Service",
            unserved(unresolved("temporal"), pods=()),
            Told(
                subject="temporal",
                measured="selects by its selector app=temporal: no pod; 0 ready endpoints; temporal does not resolve",
                expected="a ready pod of Temporal behind temporal",
                endpoints=("temporal",),
                message=(
                    "the Service temporal, at which Temporal is dialled, has no ready endpoint: it selects no pod"
                ),
                advice=(
                    "Start Temporal, or make the Service select its pods: the labels in the selector have to be "
                    "those of the pods. The command lists the pods with their labels."
                ),
                commands=("kubectl get pods --show-labels",),
            ),
        ),
        fires(
            "an address that was not dialled",
            replace(unserved(pods=()), container_reach=NOT_MEASURED),
            Told(
                subject="temporal",
                measured="selects by its selector app=temporal: no pod; 0 ready endpoints",
                expected="a ready pod of Temporal behind temporal",
                endpoints=("temporal",),
                message=(
                    "the Service temporal, at which Temporal is dialled, has no ready endpoint: it selects no pod"
                ),
                advice=(
                    "Start Temporal, or make the Service select its pods: the labels in the selector have to be "
                    "those of the pods. The command lists the pods with their labels."
                ),
                commands=("kubectl get pods --show-labels",),
            ),
        ),
        fires(
            "the Service's own address",
            with_service("backend", failing("backend", f.Outcome.TIMED_OUT), ready=(), pods=()),
            Told(
                subject="backend",
                measured=(
                    "selects by its selector app=backend: no pod; 0 ready endpoints; 198.18.9.7:7234 timed out "
                    "after 0.0 s"
                ),
                expected="a ready pod of Stigmer backend behind backend",
                endpoints=("backend",),
                message=(
                    "the Service backend, at which Stigmer backend is dialled, has no ready endpoint: it selects no pod"
                ),
                advice=(
                    "Start Stigmer backend, or make the Service select its pods: the labels in the selector have "
                    "to be those of the pods. The command lists the pods with their labels."
                ),
                commands=("kubectl get pods --show-labels",),
            ),
        ),
        does_not_fire("endpoints that are ready", failing("temporal", f.Outcome.REFUSED)),
        does_not_fire("an address that accepts", unserved(in_pod())),
        does_not_fire("a name of something elsewhere", unserved(external="temporal.example")),
        not_checked(
            "endpoints that may not be listed",
            replace(in_pod(), cluster_services=f.ClusterServices(endpoints="endpointslices is forbidden")),
            "endpointslices is forbidden",
        ),
        not_checked(
            "Services that may not be listed", replace(in_pod(), cluster_services=NOT_MEASURED), "the test left it out"
        ),
        not_checked("no pod", replace(in_pod(), pod=NOT_MEASURED), "the test left it out"),
        not_checked("no address that is known", replace(in_pod(), configuration=NOT_MEASURED), "the test left it out"),
    ],
}


@every_case(GRID)
def test_it_says_what_the_grid_has(rule: Rule, case: Case) -> None:
    assert_told(rule, case)

"""SD222: a Service is dialled at a port that it does not have, or hands on to a port that its pods do not have."""

from __future__ import annotations

from msgspec.structs import replace

from stigmer_doctor.model import facts as f
from stigmer_doctor.model.pod import SelectedPod, ServicePort
from stigmer_doctor.model.rules import Rule
from stigmer_doctor.rules.pods.sd222_service_port_mismatch import RULE
from tests.healthy import NOT_MEASURED
from tests.rules.grid import Case, Told, assert_told, does_not_fire, every_case, fires, not_checked
from tests.rules.pods.pod import failing, in_pod, with_service

CLOSED = f.Outcome.TIMED_OUT


def ported(*ports: ServicePort, facts: f.Facts | None = None, **changes: object) -> f.Facts:
    """Temporal's Service with these ports."""
    return with_service("temporal", facts or failing("temporal", CLOSED), ports=ports, **changes)


def declaring(*ports: tuple[str, int]) -> tuple[SelectedPod, ...]:
    return (SelectedPod(name="temporal-0", ready=True, ports=ports),)


GRID: dict[Rule, list[Case]] = {
    RULE: [
        fires(
            "a port that the Service does not have",
            ported(ServicePort(port=8080, target="7233")),
            Told(
                subject="temporal:7233",
                measured="temporal has port 8080; 198.18.9.7:7233 timed out after 0.0 s",
                expected="temporal:8080",
                endpoints=("temporal",),
                message="Temporal is dialled at port 7233 of the Service temporal, which has port 8080",
                advice="Give TEMPORAL_SERVICE_ADDRESS the Service's port.",
                changes=("+ TEMPORAL_SERVICE_ADDRESS=temporal:8080",),
            ),
        ),
        fires(
            "several ports, none of them the one",
            ported(ServicePort(port=8080, target="7233"), ServicePort(port=8081, target="7233")),
            Told(
                subject="temporal:7233",
                measured="temporal has ports 8080 and 8081; 198.18.9.7:7233 timed out after 0.0 s",
                expected="one of the ports of temporal",
                endpoints=("temporal",),
                message="Temporal is dialled at port 7233 of the Service temporal, which has ports 8080 and 8081",
                advice="Give TEMPORAL_SERVICE_ADDRESS the Service's port.",
                commands=("kubectl get service temporal",),
            ),
        ),
        fires(
            "a Service with ports of another protocol",
            ported(ServicePort(port=7233, target="7233", protocol="UDP")),
            Told(
                subject="temporal:7233",
                measured="temporal has no TCP port; 198.18.9.7:7233 timed out after 0.0 s",
                expected="one of the ports of temporal",
                endpoints=("temporal",),
                message="Temporal is dialled at port 7233 of the Service temporal, which has no TCP port",
                advice="Give TEMPORAL_SERVICE_ADDRESS the Service's port.",
                commands=("kubectl get service temporal",),
            ),
        ),
        fires(
            "a target that its pods do not have",
            ported(ServicePort(port=7233, target="7234")),
            Told(
                subject="temporal",
                measured="targetPort 7234; containerPort port 7233; 198.18.9.7:7233 timed out after 0.0 s",
                expected="a targetPort on which Temporal listens",
                endpoints=("temporal",),
                message=(
                    "the Service temporal hands port 7233 on to 7234, a port that its pods do not declare: they "
                    "have port 7233"
                ),
                advice=(
                    "Correct targetPort in the manifest of the Service temporal, or the port on which Temporal listens."
                ),
                commands=("kubectl get service --output=yaml temporal",),
            ),
        ),
        fires(
            "a target of a name that its pods do not have",
            ported(ServicePort(port=7233, target="grpc"), pods=declaring(("http", 7233))),
            Told(
                subject="temporal",
                measured="targetPort grpc; containerPort port 7233; 198.18.9.7:7233 timed out after 0.0 s",
                expected="a targetPort on which Temporal listens",
                endpoints=("temporal",),
                message=(
                    "the Service temporal hands port 7233 on to grpc, a port that its pods do not declare: they "
                    "have port 7233"
                ),
                advice=(
                    "Correct targetPort in the manifest of the Service temporal, or the port on which Temporal listens."
                ),
                commands=("kubectl get service --output=yaml temporal",),
            ),
        ),
        fires(
            "a target of a name, where no port is declared",
            ported(ServicePort(port=7233, target="grpc"), pods=declaring()),
            Told(
                subject="temporal",
                measured="targetPort grpc; containerPort no TCP port; 198.18.9.7:7233 timed out after 0.0 s",
                expected="a targetPort on which Temporal listens",
                endpoints=("temporal",),
                message=(
                    "the Service temporal hands port 7233 on to grpc, a port that its pods do not declare: they "
                    "have no TCP port"
                ),
                advice=(
                    "Correct targetPort in the manifest of the Service temporal, or the port on which Temporal listens."
                ),
                commands=("kubectl get service --output=yaml temporal",),
            ),
        ),
        does_not_fire(
            "a target by its name", ported(ServicePort(port=7233, target="grpc"), pods=declaring(("grpc", 7233)))
        ),
        does_not_fire("pods that declare no port", ported(ServicePort(port=7233, target="7234"), pods=declaring())),
        does_not_fire("an address that accepts", ported(ServicePort(port=8080, target="7233"), facts=in_pod())),
        does_not_fire("a Service without ports", ported()),
        does_not_fire(
            "a name of something elsewhere", ported(ServicePort(port=8080, target="7233"), external="temporal.example")
        ),
        does_not_fire("no endpoint that is ready", ported(ServicePort(port=7233, target="7234"), ready=())),
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

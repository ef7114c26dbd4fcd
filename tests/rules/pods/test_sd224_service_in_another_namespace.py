"""SD224: the runner dials a Service by a name that only pods of another namespace have for it."""

from __future__ import annotations

from msgspec.structs import replace

from stigmer_doctor.model import facts as f
from stigmer_doctor.model.findings import Severity
from stigmer_doctor.model.pod import ServicePort
from stigmer_doctor.model.rules import Rule
from stigmer_doctor.rules.pods.sd224_service_in_another_namespace import RULE
from tests.healthy import NOT_MEASURED
from tests.rules.grid import Case, Told, assert_told, does_not_fire, every_case, fires, not_checked
from tests.rules.pods.pod import failing, in_pod, service, unresolved


def elsewhere(*namespaces: str, facts: f.Facts | None = None, **changes: object) -> f.Facts:
    """The namespace has no Service of Temporal's, and these have one."""
    facts = facts or unresolved("temporal")
    found = tuple(service("temporal", namespace=name, **changes) for name in namespaces)
    services = f.ClusterServices(items=(service("backend"), service("llm")), elsewhere=found)
    return replace(facts, cluster_services=services)


def unlisted(facts: f.Facts) -> f.Facts:
    """Nobody may look there."""
    assert isinstance(facts.cluster_services, f.ClusterServices)
    return replace(facts, cluster_services=replace(facts.cluster_services, elsewhere=NOT_MEASURED))


GRID: dict[Rule, list[Case]] = {
    RULE: [
        fires(
            "a Service of one other namespace",
            elsewhere("temporal-system"),
            Told(
                subject="temporal:7233",
                measured="no Service temporal in stigmer; temporal does not resolve",
                expected="temporal.temporal-system:7233",
                endpoints=("temporal",),
                message=(
                    "Temporal is dialled at temporal, and the Service temporal is in the namespace "
                    "temporal-system, not in stigmer"
                ),
                advice="A name without a namespace means a Service of the pod's own. Say temporal.temporal-system.",
                changes=("+ TEMPORAL_SERVICE_ADDRESS=temporal.temporal-system:7233",),
            ),
        ),
        fires(
            "Services of several",
            elsewhere("one", "two"),
            Told(
                subject="temporal:7233",
                measured="no Service temporal in stigmer; temporal does not resolve",
                expected="temporal.one:7233",
                endpoints=("temporal",),
                message=(
                    "Temporal is dialled at temporal, and the Service temporal is in the namespace one or two, "
                    "not in stigmer"
                ),
                advice=(
                    "A name without a namespace means a Service of the pod's own. Say temporal.one, or the one "
                    "that is meant."
                ),
                commands=("kubectl get services --all-namespaces",),
            ),
        ),
        fires(
            "a Service that has another port",
            elsewhere("one", ports=(ServicePort(port=80, target="7233"),)),
            Told(
                subject="temporal:7233",
                measured="no Service temporal in stigmer; temporal does not resolve",
                expected="temporal.one:7233",
                endpoints=("temporal",),
                message=(
                    "Temporal is dialled at temporal, and the Service temporal is in the namespace one, not in stigmer"
                ),
                advice="A name without a namespace means a Service of the pod's own. Say temporal.one.",
                changes=("+ TEMPORAL_SERVICE_ADDRESS=temporal.one:7233",),
            ),
        ),
        fires(
            "a name that nobody has looked up",
            replace(elsewhere("one"), container_reach=NOT_MEASURED),
            Told(
                subject="temporal:7233",
                measured="no Service temporal in stigmer",
                expected="temporal.one:7233",
                endpoints=("temporal",),
                message=(
                    "Temporal is dialled at temporal, and the Service temporal is in the namespace one, not in stigmer"
                ),
                advice="A name without a namespace means a Service of the pod's own. Say temporal.one.",
                severity=Severity.WARNING,
                changes=("+ TEMPORAL_SERVICE_ADDRESS=temporal.one:7233",),
            ),
        ),
        does_not_fire("none anywhere", elsewhere()),
        does_not_fire("a Service of its own", unresolved("temporal")),
        does_not_fire(
            "a name that resolves all the same", elsewhere("one", facts=failing("temporal", f.Outcome.REFUSED))
        ),
        not_checked(
            "other namespaces that may not be looked at",
            unlisted(elsewhere("one")),
            "whether temporal is a Service of another namespace: the test left it out",
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

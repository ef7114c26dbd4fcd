"""SD223: a NetworkPolicy selects the runner's pod, and does not let out what the runner dials."""

from __future__ import annotations

from msgspec.structs import replace

from stigmer_doctor.model import facts as f
from stigmer_doctor.model.findings import Severity
from stigmer_doctor.model.pod import LabelExpression, LabelSelector, NetworkPolicy, PolicyPeer, PolicyPort, PolicyRule
from stigmer_doctor.model.rules import Rule
from stigmer_doctor.rules.pods.sd223_network_policy_selects_pod import RULE
from tests.healthy import NOT_MEASURED
from tests.rules.grid import Case, Told, assert_told, does_not_fire, every_case, fires, not_checked
from tests.rules.pods.pod import failing, in_pod, unresolved, with_service

DROPPED = f.Outcome.TIMED_OUT
MINE = LabelSelector(labels={"app": "agent-runner"})
DNS = PolicyRule(ports=(PolicyPort(port="53"), PolicyPort(port="53", protocol="UDP")))


def shut(*rules: PolicyRule, facts: f.Facts | None = None, selector: LabelSelector = MINE) -> f.Facts:
    """A policy that selects the pod and lets out no more than this; dialling Temporal fails."""
    policy = NetworkPolicy(name="strict", selector=selector, egress=rules)
    return replace(facts or failing("temporal", DROPPED), network_policies=f.NetworkPolicies(items=(policy,)))


def let_out(*peers: PolicyPeer, port: str = "", end: int = 0) -> PolicyRule:
    return PolicyRule(peers=peers, ports=(PolicyPort(port=port, end=end),) if port else ())


def to_pods(**labels: str) -> PolicyPeer:
    return PolicyPeer(pods=LabelSelector(labels=labels))


def no_service(facts: f.Facts | None = None) -> f.Facts:
    """Temporal is none of the namespace's Services."""
    return replace(facts or failing("temporal", DROPPED), cluster_services=f.ClusterServices())


GRID: dict[Rule, list[Case]] = {
    RULE: [
        fires(
            "a policy that lets out nothing",
            shut(),
            Told(
                subject="strict",
                measured="egress rules of strict; 198.18.9.7:7233 timed out after 0.0 s",
                expected="a rule that lets this pod reach Temporal at temporal:7233",
                endpoints=("temporal",),
                message="the NetworkPolicy strict selects this pod: temporal:7233 is not let out",
                advice=(
                    "Add Temporal to the egress rules (the pods' port counts, not the Service's), and port 53 for "
                    "names; or leave this pod out of the selector."
                ),
                commands=("kubectl describe networkpolicy strict",),
            ),
        ),
        fires(
            "a policy that rejects",
            shut(facts=failing("temporal", f.Outcome.REFUSED)),
            Told(
                subject="strict",
                measured="egress rules of strict; 198.18.9.7:7233 refused after 0.4 ms",
                expected="a rule that lets this pod reach Temporal at temporal:7233",
                endpoints=("temporal",),
                message="the NetworkPolicy strict selects this pod: temporal:7233 is not let out",
                advice=(
                    "Add Temporal to the egress rules (the pods' port counts, not the Service's), and port 53 for "
                    "names; or leave this pod out of the selector."
                ),
                commands=("kubectl describe networkpolicy strict",),
            ),
        ),
        fires(
            "another port only",
            shut(let_out(port="7234")),
            Told(
                subject="strict",
                measured="egress rules of strict; 198.18.9.7:7233 timed out after 0.0 s",
                expected="a rule that lets this pod reach Temporal at temporal:7233",
                endpoints=("temporal",),
                message="the NetworkPolicy strict selects this pod: temporal:7233 is not let out",
                advice=(
                    "Add Temporal to the egress rules (the pods' port counts, not the Service's), and port 53 for "
                    "names; or leave this pod out of the selector."
                ),
                commands=("kubectl describe networkpolicy strict",),
            ),
        ),
        fires(
            "other pods only",
            shut(let_out(to_pods(app="backend"))),
            Told(
                subject="strict",
                measured="egress rules of strict; 198.18.9.7:7233 timed out after 0.0 s",
                expected="a rule that lets this pod reach Temporal at temporal:7233",
                endpoints=("temporal",),
                message="the NetworkPolicy strict selects this pod: temporal:7233 is not let out",
                advice=(
                    "Add Temporal to the egress rules (the pods' port counts, not the Service's), and port 53 for "
                    "names; or leave this pod out of the selector."
                ),
                commands=("kubectl describe networkpolicy strict",),
            ),
        ),
        fires(
            "other addresses only",
            shut(let_out(PolicyPeer(cidr="198.18.9.0/24", excepted=("198.18.9.30/32",)))),
            Told(
                subject="strict",
                measured="egress rules of strict; 198.18.9.7:7233 timed out after 0.0 s",
                expected="a rule that lets this pod reach Temporal at temporal:7233",
                endpoints=("temporal",),
                message="the NetworkPolicy strict selects this pod: temporal:7233 is not let out",
                advice=(
                    "Add Temporal to the egress rules (the pods' port counts, not the Service's), and port 53 for "
                    "names; or leave this pod out of the selector."
                ),
                commands=("kubectl describe networkpolicy strict",),
            ),
        ),
        fires(
            "another namespace only",
            shut(let_out(PolicyPeer(namespaces=LabelSelector(labels={"kubernetes.io/metadata.name": "other"})))),
            Told(
                subject="strict",
                measured="egress rules of strict; 198.18.9.7:7233 timed out after 0.0 s",
                expected="a rule that lets this pod reach Temporal at temporal:7233",
                endpoints=("temporal",),
                message="the NetworkPolicy strict selects this pod: temporal:7233 is not let out",
                advice=(
                    "Add Temporal to the egress rules (the pods' port counts, not the Service's), and port 53 for "
                    "names; or leave this pod out of the selector."
                ),
                commands=("kubectl describe networkpolicy strict",),
            ),
        ),
        fires(
            "a namespace of which no more is known than its name",
            shut(let_out(PolicyPeer(namespaces=LabelSelector(labels={"team": "a"})))),
            Told(
                subject="strict",
                measured="egress rules of strict; 198.18.9.7:7233 timed out after 0.0 s",
                expected="a rule that lets this pod reach Temporal at temporal:7233",
                endpoints=("temporal",),
                message=(
                    "the NetworkPolicy strict selects this pod: temporal:7233 may not be let out: not all of its "
                    "rules can be followed from here"
                ),
                advice=(
                    "Add Temporal to the egress rules (the pods' port counts, not the Service's), and port 53 for "
                    "names; or leave this pod out of the selector."
                ),
                severity=Severity.WARNING,
                commands=("kubectl describe networkpolicy strict",),
            ),
        ),
        fires(
            "names that may not be asked for",
            shut(facts=unresolved("temporal")),
            Told(
                subject="strict",
                measured="egress rules of strict; temporal does not resolve",
                expected="a rule that lets this pod reach Temporal at temporal:7233",
                endpoints=("temporal",),
                message=(
                    "the NetworkPolicy strict selects this pod: temporal does not resolve, as port 53 is not let out"
                ),
                advice=(
                    "Add Temporal to the egress rules (the pods' port counts, not the Service's), and port 53 for "
                    "names; or leave this pod out of the selector."
                ),
                commands=("kubectl describe networkpolicy strict",),
            ),
        ),
        fires(
            "an address outside",
            shut(DNS, facts=no_service()),
            Told(
                subject="strict",
                measured="egress rules of strict; 198.18.9.7:7233 timed out after 0.0 s",
                expected="a rule that lets this pod reach Temporal at temporal:7233",
                endpoints=("temporal",),
                message="the NetworkPolicy strict selects this pod: temporal:7233 is not let out",
                advice=(
                    "Add Temporal to the egress rules (the pods' port counts, not the Service's), and port 53 for "
                    "names; or leave this pod out of the selector."
                ),
                commands=("kubectl describe networkpolicy strict",),
            ),
        ),
        fires(
            "pods outside of which nothing is known",
            shut(let_out(to_pods(app="temporal")), facts=no_service()),
            Told(
                subject="strict",
                measured="egress rules of strict; 198.18.9.7:7233 timed out after 0.0 s",
                expected="a rule that lets this pod reach Temporal at temporal:7233",
                endpoints=("temporal",),
                message=(
                    "the NetworkPolicy strict selects this pod: temporal:7233 may not be let out: not all of its "
                    "rules can be followed from here"
                ),
                advice=(
                    "Add Temporal to the egress rules (the pods' port counts, not the Service's), and port 53 for "
                    "names; or leave this pod out of the selector."
                ),
                severity=Severity.WARNING,
                commands=("kubectl describe networkpolicy strict",),
            ),
        ),
        fires(
            "a selector by expressions",
            shut(
                selector=LabelSelector(
                    expressions=(
                        LabelExpression(key="app", operator="In", values=("agent-runner",)),
                        LabelExpression(key="tier", operator="DoesNotExist"),
                    )
                )
            ),
            Told(
                subject="strict",
                measured="egress rules of strict; 198.18.9.7:7233 timed out after 0.0 s",
                expected="a rule that lets this pod reach Temporal at temporal:7233",
                endpoints=("temporal",),
                message="the NetworkPolicy strict selects this pod: temporal:7233 is not let out",
                advice=(
                    "Add Temporal to the egress rules (the pods' port counts, not the Service's), and port 53 for "
                    "names; or leave this pod out of the selector."
                ),
                commands=("kubectl describe networkpolicy strict",),
            ),
        ),
        does_not_fire("a rule for the pods", shut(let_out(to_pods(app="temporal"), port="7233"))),
        does_not_fire("a rule for a range of ports", shut(let_out(port="7000", end=8000))),
        does_not_fire("a rule for the addresses", shut(let_out(PolicyPeer(cidr="198.18.9.0/24")))),
        does_not_fire(
            "a rule for the namespace",
            shut(
                let_out(
                    PolicyPeer(
                        namespaces=LabelSelector(labels={"kubernetes.io/metadata.name": "stigmer"}),
                        pods=LabelSelector(),
                    )
                )
            ),
        ),
        does_not_fire(
            "a refusal where not every rule can be followed",
            shut(
                let_out(PolicyPeer(namespaces=LabelSelector(labels={"team": "a"}))),
                facts=failing("temporal", f.Outcome.REFUSED),
            ),
        ),
        does_not_fire("a name that is wrong, where names may be asked for", shut(DNS, facts=unresolved("temporal"))),
        does_not_fire(
            "a Service that nobody serves", shut(facts=with_service("temporal", failing("temporal", DROPPED), ready=()))
        ),
        does_not_fire(
            "a policy for other pods",
            shut(
                selector=LabelSelector(
                    expressions=(LabelExpression(key="app", operator="NotIn", values=("agent-runner",)),)
                )
            ),
        ),
        does_not_fire(
            "a policy about what comes in",
            replace(
                failing("temporal", DROPPED),
                network_policies=f.NetworkPolicies(items=(NetworkPolicy(name="in", ingress=()),)),
            ),
        ),
        does_not_fire("a network that does not enforce it", shut(facts=in_pod())),
        not_checked(
            "policies that may not be listed", replace(in_pod(), network_policies=NOT_MEASURED), "the test left it out"
        ),
        not_checked("nothing that was dialled", replace(shut(), container_reach=NOT_MEASURED), "the test left it out"),
        not_checked("no pod", replace(in_pod(), pod=NOT_MEASURED), "the test left it out"),
    ],
}


@every_case(GRID)
def test_it_says_what_the_grid_has(rule: Rule, case: Case) -> None:
    assert_told(rule, case)

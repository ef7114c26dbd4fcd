"""SD223: NetworkPolicies select the runner's pod, or those of a service, and keep the runner from the service."""

from __future__ import annotations

from msgspec.structs import replace

from stigmer_doctor.model import facts as f
from stigmer_doctor.model.findings import Severity
from stigmer_doctor.model.pod import (
    LabelExpression,
    LabelSelector,
    NetworkPolicy,
    PolicyPeer,
    PolicyPort,
    PolicyRule,
    SelectedPod,
)
from stigmer_doctor.model.rules import Rule
from stigmer_doctor.rules.pods.sd223_network_policy_selects_pod import RULE
from tests.healthy import NOT_MEASURED
from tests.rules.grid import Case, Told, assert_told, does_not_fire, every_case, fires, not_checked
from tests.rules.pods.pod import failing, in_pod, unresolved, with_service

DROPPED = f.Outcome.TIMED_OUT
MINE = LabelSelector(labels={"app": "agent-runner"})
SERVING = SelectedPod(name="temporal-0", ready=True, ports=(("rpc", 7233),), labels={"app": "temporal"})
OPEN = SelectedPod(name="temporal-1", ready=True, ports=(("rpc", 7233),), labels={"app": "elsewhere"})
SILENCE = "198.18.9.7:7233 timed out after 0.0 s"
UNFOLLOWED = "not all of its rules can be followed from here"
POD = "198.18.9.2"
ITS = LabelSelector(labels=SERVING.labels)
DNS = PolicyRule(ports=(PolicyPort(port="53"), PolicyPort(port="53", protocol="UDP")))


def shut(*rules: PolicyRule, facts: f.Facts | None = None, selector: LabelSelector = MINE) -> f.Facts:
    """A policy that selects the pod and lets out no more than this; dialling Temporal fails."""
    policy = NetworkPolicy(name="strict", selector=selector, egress=rules)
    return replace(facts or failing("temporal", DROPPED), network_policies=f.NetworkPolicies(items=(policy,)))


def barred(
    *rules: PolicyRule,
    facts: f.Facts | None = None,
    selector: LabelSelector = ITS,
) -> f.Facts:
    """A policy that selects Temporal's pods and lets in no more than this; dialling Temporal fails."""
    policy = NetworkPolicy(name="guard", selector=selector, ingress=rules)
    facts = facts or with_service("temporal", failing("temporal", DROPPED), pods=(SERVING,))
    return replace(facts, network_policies=f.NetworkPolicies(items=(policy,)))


def kept_in(measured: str = SILENCE, said: str = "temporal:7233 is not let out", *, certain: bool = True) -> Told:
    return Told(
        subject="strict",
        measured=f"egress rules of strict; {measured}",
        expected="a rule that lets this pod reach Temporal at temporal:7233",
        endpoints=("temporal",),
        message=f"the NetworkPolicy strict selects this pod: {said}",
        advice=(
            "Add Temporal to the egress rules (the pods' port counts, not the Service's), and port 53 for names; or "
            "leave this pod out of the selector."
        ),
        commands=("kubectl describe networkpolicy strict",),
        severity=Severity.ERROR if certain else Severity.WARNING,
    )


def kept_out(measured: str = SILENCE, *, certain: bool = True) -> Told:
    doubt = "is not let in" if certain else f"may not be let in: {UNFOLLOWED}"
    return Told(
        subject="guard",
        measured=f"ingress rules of guard; {measured}",
        expected="a rule that lets this pod reach Temporal at temporal:7233",
        endpoints=("temporal",),
        message=f"the NetworkPolicy guard selects the pods of Temporal at temporal:7233: this pod {doubt}",
        advice=(
            "Add this pod, by its labels, to the ingress rules of Temporal's pods (their port counts, not the "
            "Service's); or leave those pods out of the selector."
        ),
        commands=("kubectl describe networkpolicy guard",),
        severity=Severity.ERROR if certain else Severity.WARNING,
    )


def let(*peers: PolicyPeer, port: str = "", end: int = 0) -> PolicyRule:
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
            kept_in(),
        ),
        fires(
            "a policy that rejects",
            shut(facts=failing("temporal", f.Outcome.REFUSED)),
            kept_in("198.18.9.7:7233 refused after 0.4 ms"),
        ),
        fires(
            "another port only",
            shut(let(port="7234")),
            kept_in(),
        ),
        fires(
            "other pods only",
            shut(let(to_pods(app="backend"))),
            kept_in(),
        ),
        fires(
            "other addresses only",
            shut(let(PolicyPeer(cidr="198.18.9.0/24", excepted=("198.18.9.30/32",)))),
            kept_in(),
        ),
        fires(
            "another namespace only",
            shut(let(PolicyPeer(namespaces=LabelSelector(labels={"kubernetes.io/metadata.name": "other"})))),
            kept_in(),
        ),
        fires(
            "a namespace of which no more is known than its name",
            shut(let(PolicyPeer(namespaces=LabelSelector(labels={"team": "a"})))),
            kept_in(said=f"temporal:7233 may not be let out: {UNFOLLOWED}", certain=False),
        ),
        fires(
            "names that may not be asked for",
            shut(facts=unresolved("temporal")),
            kept_in("temporal does not resolve", "temporal does not resolve, as port 53 is not let out"),
        ),
        fires(
            "an address outside",
            shut(DNS, facts=no_service()),
            kept_in(),
        ),
        fires(
            "pods outside of which nothing is known",
            shut(let(to_pods(app="temporal")), facts=no_service()),
            kept_in(said=f"temporal:7233 may not be let out: {UNFOLLOWED}", certain=False),
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
            kept_in(),
        ),
        does_not_fire("a rule for the pods", shut(let(to_pods(app="temporal"), port="7233"))),
        does_not_fire("a rule for a range of ports", shut(let(port="7000", end=8000))),
        does_not_fire("a rule for the addresses", shut(let(PolicyPeer(cidr="198.18.9.0/24")))),
        does_not_fire(
            "a rule for the namespace",
            shut(
                let(
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
                let(PolicyPeer(namespaces=LabelSelector(labels={"team": "a"}))),
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
        fires("a service that lets in nothing", barred(), kept_out()),
        fires("a service that lets in other pods", barred(let(to_pods(app="gateway"))), kept_out()),
        fires("a service that lets in other ports", barred(let(to_pods(app="agent-runner"), port="7234")), kept_out()),
        fires("a service that lets in other addresses", barred(let(PolicyPeer(cidr="198.18.8.0/24"))), kept_out()),
        fires(
            "a service that rejects",
            barred(facts=failing("temporal", f.Outcome.REFUSED)),
            kept_out("198.18.9.7:7233 refused after 0.4 ms"),
        ),
        fires(
            "a service that lets in namespaces of which no more is known than the name",
            barred(let(PolicyPeer(namespaces=LabelSelector(labels={"team": "a"})))),
            kept_out(certain=False),
        ),
        fires(
            "one of a service's pods that lets in nothing",
            barred(facts=with_service("temporal", failing("temporal", DROPPED), pods=(SERVING, OPEN))),
            kept_out(certain=False),
        ),
        does_not_fire("a service that lets in the runner", barred(let(to_pods(app="agent-runner"), port="7233"))),
        does_not_fire("a service that lets in a port by its name", barred(let(port="rpc"))),
        does_not_fire("a service that lets in the pod's address", barred(let(PolicyPeer(cidr=f"{POD}/32")))),
        does_not_fire(
            "a service whose pods are not known",
            barred(facts=with_service("temporal", failing("temporal", DROPPED), pods=None)),
        ),
        does_not_fire(
            "a service that only policies for other pods shut",
            barred(selector=LabelSelector(labels={"app": "backend"})),
        ),
        does_not_fire("a service of another namespace", barred(facts=no_service())),
        does_not_fire("a service that lets in nothing, by a network that does not enforce it", barred(facts=in_pod())),
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

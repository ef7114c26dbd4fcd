"""What the text of a NetworkPolicy lets through, and what it does not tell."""

from __future__ import annotations

import pytest

from stigmer_doctor.analysis.policies import Passage, Traffic, entering, leaving, matches, passage
from stigmer_doctor.model.pod import (
    LabelExpression,
    LabelSelector,
    NetworkPolicy,
    PolicyPeer,
    PolicyPort,
    PolicyRule,
    SelectedPod,
)

HERE, THERE = "agents", "data"
NAME = "kubernetes.io/metadata.name"
DENIED, UNKNOWN, ALLOWED = Passage
POD = SelectedPod(name="db-0", ready=True, labels={"app": "db"})


def to(
    *, addresses: tuple[str, ...] = ("10.0.0.9",), pods: tuple[SelectedPod, ...] | None = (POD,), namespace: str = HERE
) -> Traffic:
    return Traffic(addresses, (5432, 9), pods, namespace, (("pg", 5432), ("far", 1)))


def labelled(**labels: str) -> LabelSelector:
    return LabelSelector(labels=labels)


def asking(key: str, operator: str, *values: str) -> LabelSelector:
    return LabelSelector(expressions=(LabelExpression(key=key, operator=operator, values=values),))


@pytest.mark.parametrize(
    ("selector", "found"),
    [
        (LabelSelector(), True),
        (labelled(app="db"), True),
        (labelled(app="db", tier="x"), False),
        (labelled(app="web"), False),
        (asking("app", "In", "db", "web"), True),
        (asking("app", "In", "web"), False),
        (asking("tier", "In", "x"), False),
        (asking("app", "NotIn", "web"), True),
        (asking("app", "NotIn", "db"), False),
        (asking("tier", "NotIn", "x"), True),
        (asking("app", "Exists"), True),
        (asking("tier", "Exists"), False),
        (asking("app", "DoesNotExist"), False),
        (asking("tier", "DoesNotExist"), True),
    ],
)
def test_a_selector_finds_pods_by_all_that_it_asks(selector: LabelSelector, *, found: bool) -> None:
    assert matches(selector, {"app": "db"}) is found
    both = LabelSelector(labels={"app": "db"}, expressions=selector.expressions)
    assert matches(both, {"app": "db"}) is (found if selector.expressions else True)


def test_a_policy_says_what_leaves_and_what_enters_where_it_speaks_of_that() -> None:
    out, into, other = (
        NetworkPolicy(name="out", egress=()),
        NetworkPolicy(name="into", ingress=()),
        NetworkPolicy(name="other", selector=labelled(app="web"), egress=(), ingress=()),
    )
    assert leaving((out, into, other), {"app": "db"}) == (out,)
    assert entering((out, into, other), {"app": "db"}) == (into,)


@pytest.mark.parametrize(
    ("port", "let"),
    [
        (PolicyPort(), ALLOWED),
        (PolicyPort(protocol="UDP"), DENIED),
        (PolicyPort(port="5432"), ALLOWED),
        (PolicyPort(port="5433"), DENIED),
        (PolicyPort(port="5431", end=5432), ALLOWED),
        (PolicyPort(port="5431", end=5431), DENIED),
        (PolicyPort(port="5433", end=5434), DENIED),
        (PolicyPort(port="pg"), ALLOWED),
        (PolicyPort(port="far"), UNKNOWN),
        (PolicyPort(port="other"), UNKNOWN),
    ],
)
def test_ports(port: PolicyPort, let: Passage) -> None:
    assert passage([PolicyRule(ports=(port,))], to(), HERE) is let


@pytest.mark.parametrize(
    ("peer", "traffic", "let"),
    [
        (PolicyPeer(cidr="10.0.0.0/24"), to(), ALLOWED),
        (PolicyPeer(cidr="10.0.1.0/24"), to(), DENIED),
        (PolicyPeer(cidr="10.0.0.1/24", excepted=("10.0.0.9/32",)), to(), DENIED),
        (PolicyPeer(cidr="10.0.0.0/24", excepted=("10.0.0.8/32",)), to(), ALLOWED),
        (PolicyPeer(cidr="10.0.0.0/24"), to(addresses=()), UNKNOWN),
        (PolicyPeer(cidr="10.0.0.0/24"), to(addresses=("10.0.1.1", "10.0.0.1")), ALLOWED),
        (PolicyPeer(cidr="nonsense"), to(), DENIED),
        (PolicyPeer(pods=labelled(app="db")), to(), ALLOWED),
        (PolicyPeer(pods=labelled(app="web")), to(), DENIED),
        (PolicyPeer(pods=labelled(app="db")), to(pods=None), UNKNOWN),
        (PolicyPeer(pods=labelled(app="db")), to(pods=()), DENIED),
        (PolicyPeer(pods=labelled(app="db")), to(namespace=THERE), DENIED),
        (PolicyPeer(pods=labelled(app="db")), to(namespace=""), UNKNOWN),
        (PolicyPeer(pods=labelled(app="web")), to(namespace=""), DENIED),
        (PolicyPeer(namespaces=LabelSelector()), to(namespace=THERE), ALLOWED),
        (PolicyPeer(namespaces=labelled(**{NAME: THERE})), to(namespace=THERE), ALLOWED),
        (PolicyPeer(namespaces=labelled(**{NAME: THERE})), to(), DENIED),
        (PolicyPeer(namespaces=labelled(team="x")), to(), UNKNOWN),
        (PolicyPeer(namespaces=asking("team", "Exists")), to(), UNKNOWN),
        (PolicyPeer(namespaces=labelled(**{NAME: THERE}), pods=labelled(app="db")), to(namespace=THERE), ALLOWED),
    ],
)
def test_peers(peer: PolicyPeer, traffic: Traffic, let: Passage) -> None:
    assert passage([PolicyRule(peers=(peer,))], traffic, HERE) is let


def test_what_one_rule_allows_is_allowed_and_a_rule_needs_peer_and_port() -> None:
    web, known = PolicyPeer(pods=labelled(app="web")), PolicyPeer(pods=labelled(app="db"))
    right, wrong = PolicyPort(port="5432"), PolicyPort(port="1")
    assert passage([], to(), HERE) is DENIED
    assert passage([PolicyRule()], to(), HERE) is ALLOWED
    assert passage([PolicyRule(peers=(web, known), ports=(wrong, right))], to(), HERE) is ALLOWED
    assert passage([PolicyRule(peers=(known,), ports=(wrong,))], to(), HERE) is DENIED
    assert passage([PolicyRule(peers=(web,), ports=(right,))], to(), HERE) is DENIED
    assert passage([PolicyRule(peers=(web,)), PolicyRule(peers=(known,))], to(), HERE) is ALLOWED
    assert passage([PolicyRule(ports=(PolicyPort(port="far"),)), PolicyRule(peers=(web,))], to(), HERE) is UNKNOWN

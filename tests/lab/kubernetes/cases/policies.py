"""SD223 network-policy-selects-pod: what the runner sends is dropped.

The lab's stand-in enforces it (policies.py): where it leaves the runner's pod, or where it arrives.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.lab.kubernetes.cases.case import Case
from tests.lab.kubernetes.cases.environment import healthy
from tests.lab.kubernetes.manifests import RUNNER, Manifest
from tests.lab.kubernetes.programs import Site
from tests.lab.kubernetes.situation import Situation
from tests.lab.services import PORTS


def policy(name: str, selected: str, **rules: list[Any]) -> Manifest:
    """Of the pods with that label, `egress` and `ingress` are what is let through; nothing else is."""
    spec = {
        "podSelector": {"matchLabels": {"app": selected}},
        "policyTypes": [direction.capitalize() for direction in rules],
        **rules,
    }
    return {"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy", "metadata": {"name": name}, "spec": spec}


def _names(site: Site) -> dict[str, Any]:
    ports = [{"protocol": protocol, "port": 53} for protocol in ("UDP", "TCP")]
    return {"to": [{"ipBlock": {"cidr": f"{site.node}/32"}}], "ports": ports}


def _to(*names: str) -> list[dict[str, Any]]:
    return [
        {"to": [{"podSelector": {"matchLabels": {"app": name}}}], "ports": [{"protocol": "TCP", "port": PORTS[name]}]}
        for name in names
    ]


def _leaving(*allowed: str) -> Callable[[Situation], None]:
    """After the runner has started, only these services may be called."""

    def bring_up(situation: Situation) -> None:
        healthy(situation)
        situation.apply(policy("runner", RUNNER, egress=[_names(situation.cluster.site), *_to(*allowed)]))
        situation.wait_enforced(RUNNER)

    return bring_up


def _entering(allowed: str, selected: str = "backend") -> Callable[[Situation], None]:
    def bring_up(situation: Situation) -> None:
        healthy(situation)
        sources = {"from": [{"podSelector": {"matchLabels": {"app": allowed}}}]}
        situation.apply(policy("server", selected, ingress=[sources]))
        situation.wait_enforced(selected)

    return bring_up


def _everything(situation: Situation) -> None:
    """Nothing leaves, not even questions about names."""
    healthy(situation)
    situation.apply(policy("nothing", RUNNER, egress=[]))
    situation.wait_enforced(RUNNER)


CASES = (
    Case("policy-egress", "a policy lets the runner call Temporal and the LLM, not the backend",
         _leaving("temporal", "llm"), ("SD223",)),
    Case("policy-egress-nothing", "a policy lets nothing leave the runner's pod", _everything, ("SD223",)),
    Case("policy-egress-right", "a policy lets the runner call all that it calls", _leaving(*PORTS)),
    Case("policy-ingress", "a policy lets another pod call the backend, not the runner", _entering("gateway"),
         ("SD223",)),
    Case("policy-ingress-right", "a policy lets the runner call the backend", _entering(RUNNER)),
)  # fmt: skip

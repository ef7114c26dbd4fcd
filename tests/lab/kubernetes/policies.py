"""What enforces NetworkPolicies in the lab, as the bridge plugin does not: `python -m tests.lab.kubernetes.policies`.

A stand-in, not a network plugin that anybody uses: it turns the policies into rules of iptables, and drops what none
of them lets through, as Calico and Cilium do. Of a policy it knows what the scenarios have: selectors by labels, ports
by number, ranges of addresses. Whoever relies on more sees a KeyError in its log.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from tests.lab.addresses import Addresses
from tests.lab.kubernetes import api
from tests.lab.kubernetes.programs import Site

Object = Mapping[str, Any]
_EVERY_S = 0.3
# The direction a policy speaks of, its chain, and the sides of a packet that the pod and its peer are.
_DIRECTIONS = (("Egress", "LAB-EGRESS", "to", "--source", "--destination"),
               ("Ingress", "LAB-INGRESS", "from", "--destination", "--source"))  # fmt: skip


def rules(policies: Sequence[Object], pods: Sequence[Object], namespaces: Sequence[Object]) -> Iterator[str]:
    """The rules of both chains: for each pod that a policy selects what is let through, and then a drop."""
    for direction, chain, peers, own, other in _DIRECTIONS:
        isolated = [(pod, _of(policies, pod, direction)) for pod in pods]
        for pod, selecting in isolated:
            side = f"{own} {pod['status']['podIP']}"
            for rule in (rule for policy in selecting for rule in policy["spec"].get(direction.lower(), ())):
                ranges = _ranges(rule.get(peers), pod["metadata"]["namespace"], pods, namespaces)
                for where in ranges:
                    yield from (f"-A {chain} {side} {other} {where} {port}--jump RETURN" for port in _ports(rule))
            if selecting:
                yield f"-A {chain} {side} --jump DROP"


def _of(policies: Sequence[Object], pod: Object, direction: str) -> list[Object]:
    return [
        policy
        for policy in policies
        if policy["metadata"]["namespace"] == pod["metadata"]["namespace"]
        and direction in policy["spec"]["policyTypes"]
        and _selects(policy["spec"]["podSelector"], pod)
    ]


def _ranges(
    peers: Sequence[Object] | None, namespace: str, pods: Sequence[Object], namespaces: Sequence[Object]
) -> list[str]:
    if not peers:
        return ["0.0.0.0/0"]
    found: list[str] = []
    for peer in peers:
        if "ipBlock" in peer:
            found.append(peer["ipBlock"]["cidr"])
            continue
        inside = {namespace}
        if "namespaceSelector" in peer:
            inside = {row["metadata"]["name"] for row in namespaces if _selects(peer["namespaceSelector"], row)}
        found += [
            pod["status"]["podIP"]
            for pod in pods
            if pod["metadata"]["namespace"] in inside and _selects(peer.get("podSelector", {}), pod)
        ]
    return found


def _ports(rule: Object) -> list[str]:
    if not rule.get("ports"):
        return [""]
    return [f"--protocol {port['protocol'].lower()} --dport {int(port['port'])} " for port in rule["ports"]]


def _selects(selector: Object, item: Object) -> bool:
    if "matchExpressions" in selector:
        raise KeyError("matchExpressions")
    labels = item["metadata"].get("labels", {})
    return all(labels.get(name) == value for name, value in selector.get("matchLabels", {}).items())


def _install(lines: list[str]) -> None:
    """Both chains in one go; a packet of a connection that exists passes."""
    chains = [chain for _, chain, *_ in _DIRECTIONS]
    known = [f"-A {chain} --match conntrack --ctstate ESTABLISHED,RELATED --jump RETURN" for chain in chains]
    text = "\n".join(["*filter", *(f":{chain} - [0:0]" for chain in chains), *known, *lines, "COMMIT", ""])
    subprocess.run(["iptables-restore", "--noflush"], input=text, text=True, check=True)


def main() -> None:
    site = Site(Path(sys.argv[1]), Addresses(int(sys.argv[2]), -1))
    _install([])
    # What a pod sends to the node itself, where the cluster's name server is, leaves it too.
    for place, chain in (("FORWARD", "LAB-EGRESS"), ("FORWARD", "LAB-INGRESS"), ("INPUT", "LAB-EGRESS")):
        subprocess.run(["iptables", "--insert", place, "--jump", chain], check=True)
    before: list[str] = []
    while True:
        time.sleep(_EVERY_S)
        pods = [pod for pod in _items(site, "/api/v1/pods") if "podIP" in pod["status"]]
        policies = _items(site, "/apis/networking.k8s.io/v1/networkpolicies")
        now = list(rules(policies, pods, _items(site, "/api/v1/namespaces")))
        if now != before:
            _install(now)
            before = now


def _items(site: Site, path: str) -> list[Object]:
    found: list[Object] = json.loads(api.get(site, path))["items"]
    return found


if __name__ == "__main__":
    main()

"""What NetworkPolicies let out of a pod, and into one, as far as their text tells."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Sequence
from enum import IntEnum

import msgspec

from stigmer_doctor.model.pod import LabelSelector, NetworkPolicy, PolicyPeer, PolicyPort, PolicyRule, SelectedPod

_NAMESPACE = "kubernetes.io/metadata.name"


class Passage(IntEnum):
    """Whether something is let through; the larger one counts where there are several rules."""

    DENIED = 0
    UNKNOWN = 1
    ALLOWED = 2


class Traffic(msgspec.Struct, frozen=True):
    """Packets that a policy is asked about. `addresses`, `pods` and `namespace` are the other side's (to whom they go
    where they leave, from whom they come where they enter): (), None and "" where they are not known. `ports` and
    `named` are the receiver's: where the packets arrive, and what its pods call their ports."""

    addresses: tuple[str, ...]
    ports: tuple[int, ...]
    pods: tuple[SelectedPod, ...] | None
    namespace: str
    named: tuple[tuple[str, int], ...] = ()
    protocol: str = "TCP"


def leaving(policies: Iterable[NetworkPolicy], labels: dict[str, str]) -> tuple[NetworkPolicy, ...]:
    """Those that say what may leave a pod of these labels."""
    return tuple(policy for policy in policies if policy.egress is not None and matches(policy.selector, labels))


def entering(policies: Iterable[NetworkPolicy], labels: dict[str, str]) -> tuple[NetworkPolicy, ...]:
    """Those that say what may enter a pod of these labels."""
    return tuple(policy for policy in policies if policy.ingress is not None and matches(policy.selector, labels))


def matches(selector: LabelSelector, labels: dict[str, str]) -> bool:
    if not selector.labels.items() <= labels.items():
        return False
    return all(_holds(line.key, line.operator, line.values, labels) for line in selector.expressions)


def _holds(key: str, operator: str, values: Sequence[str], labels: dict[str, str]) -> bool:
    match operator:
        case "In":
            return labels.get(key) in values
        case "NotIn":
            return labels.get(key) not in values
        case "Exists":
            return key in labels
        case _:
            return key not in labels


def passage(rules: Iterable[PolicyRule], traffic: Traffic, namespace: str) -> Passage:
    """Whether rules of policies in that namespace let the traffic through. What one of them allows is allowed."""
    return max((_rule(rule, traffic, namespace) for rule in rules), default=Passage.DENIED)


def _rule(rule: PolicyRule, traffic: Traffic, namespace: str) -> Passage:
    peers = max((_peer(peer, traffic, namespace) for peer in rule.peers), default=Passage.ALLOWED)
    ports = max((_port(port, traffic) for port in rule.ports), default=Passage.ALLOWED)
    return min(peers, ports)


def _port(port: PolicyPort, traffic: Traffic) -> Passage:
    if port.protocol != traffic.protocol:
        return Passage.DENIED
    if not port.port:
        return Passage.ALLOWED
    if port.port.isdecimal():
        first = int(port.port)
        return Passage.ALLOWED if any(first <= one <= max(port.end, first) for one in traffic.ports) else Passage.DENIED
    named = {number for name, number in traffic.named if name == port.port}
    return Passage.ALLOWED if named & set(traffic.ports) else Passage.UNKNOWN


def _peer(peer: PolicyPeer, traffic: Traffic, namespace: str) -> Passage:
    if peer.cidr and not traffic.addresses:
        return Passage.UNKNOWN
    if peer.cidr:
        return Passage.ALLOWED if any(_within(address, peer) for address in traffic.addresses) else Passage.DENIED
    there = _namespace(peer.namespaces, traffic, namespace)
    if there is Passage.DENIED or peer.pods is None:
        return there
    if traffic.pods is None:
        return Passage.UNKNOWN
    alike = any(matches(peer.pods, pod.labels) for pod in traffic.pods)
    return min(there, Passage.ALLOWED) if alike else Passage.DENIED


def _namespace(selector: LabelSelector | None, traffic: Traffic, namespace: str) -> Passage:
    """Of a namespace no more is known than the label that has its name."""
    if not traffic.namespace:
        return Passage.UNKNOWN
    if selector is None:
        return Passage.ALLOWED if traffic.namespace == namespace else Passage.DENIED
    asked = {*selector.labels, *(line.key for line in selector.expressions)}
    if asked - {_NAMESPACE}:
        return Passage.UNKNOWN
    return Passage.ALLOWED if matches(selector, {_NAMESPACE: traffic.namespace}) else Passage.DENIED


def _within(address: str, peer: PolicyPeer) -> bool:
    try:
        found = ipaddress.ip_address(address)
        ranges = [ipaddress.ip_network(one, strict=False) for one in (peer.cidr, *peer.excepted)]
    except ValueError:
        return False
    return found in ranges[0] and not any(found in one for one in ranges[1:])

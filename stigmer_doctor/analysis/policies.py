"""What NetworkPolicies let out of a pod, as far as their text tells."""

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


class PolicyTarget(msgspec.Struct, frozen=True):
    """What is dialled: the `addresses` where packets go in the end, on `ports`; `pods` are those behind it, None where
    they are not known, in `namespace` ("" where that is not known)."""

    addresses: tuple[str, ...]
    ports: tuple[int, ...]
    pods: tuple[SelectedPod, ...] | None
    namespace: str
    protocol: str = "TCP"


def selecting(policies: Iterable[NetworkPolicy], labels: dict[str, str]) -> tuple[NetworkPolicy, ...]:
    """Those that say what may leave a pod of these labels."""
    return tuple(policy for policy in policies if policy.egress is not None and matches(policy.selector, labels))


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


def passage(policies: Iterable[NetworkPolicy], target: PolicyTarget, namespace: str) -> Passage:
    """Whether these let the target through; `namespace` is theirs. What one allows is allowed."""
    rules = (rule for policy in policies for rule in policy.egress or ())
    return max((_rule(rule, target, namespace) for rule in rules), default=Passage.DENIED)


def _rule(rule: PolicyRule, target: PolicyTarget, namespace: str) -> Passage:
    peers = max((_peer(peer, target, namespace) for peer in rule.peers), default=Passage.ALLOWED)
    ports = max((_port(port, target) for port in rule.ports), default=Passage.ALLOWED)
    return min(peers, ports)


def _port(port: PolicyPort, target: PolicyTarget) -> Passage:
    if port.protocol != target.protocol:
        return Passage.DENIED
    if not port.port:
        return Passage.ALLOWED
    if port.port.isdecimal():
        first = int(port.port)
        return Passage.ALLOWED if any(first <= one <= max(port.end, first) for one in target.ports) else Passage.DENIED
    named = {number for pod in target.pods or () for name, number in pod.ports if name == port.port}
    return Passage.ALLOWED if named & set(target.ports) else Passage.UNKNOWN


def _peer(peer: PolicyPeer, target: PolicyTarget, namespace: str) -> Passage:
    if peer.cidr:
        return Passage.ALLOWED if any(_within(address, peer) for address in target.addresses) else Passage.DENIED
    there = _namespace(peer.namespaces, target, namespace)
    if there is Passage.DENIED or peer.pods is None:
        return there
    if target.pods is None:
        return Passage.UNKNOWN
    alike = any(matches(peer.pods, pod.labels) for pod in target.pods)
    return min(there, Passage.ALLOWED) if alike else Passage.DENIED


def _namespace(selector: LabelSelector | None, target: PolicyTarget, namespace: str) -> Passage:
    """Of a namespace no more is known than the label that has its name."""
    if not target.namespace:
        return Passage.UNKNOWN
    if selector is None:
        return Passage.ALLOWED if target.namespace == namespace else Passage.DENIED
    asked = {*selector.labels, *(line.key for line in selector.expressions)}
    if asked - {_NAMESPACE}:
        return Passage.UNKNOWN
    return Passage.ALLOWED if matches(selector, {_NAMESPACE: target.namespace}) else Passage.DENIED


def _within(address: str, peer: PolicyPeer) -> bool:
    try:
        found = ipaddress.ip_address(address)
        ranges = [ipaddress.ip_network(one, strict=False) for one in (peer.cidr, *peer.excepted)]
    except ValueError:
        return False
    return found in ranges[0] and not any(found in one for one in ranges[1:])

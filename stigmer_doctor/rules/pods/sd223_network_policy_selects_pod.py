"""SD223: NetworkPolicies select the runner's pod, or those of a service, and keep the runner from the service."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

import msgspec

from stigmer_doctor.analysis.links import Link, Links
from stigmer_doctor.analysis.pod_traffic import incoming, outgoing
from stigmer_doctor.analysis.policies import Passage, Traffic, entering, leaving, passage
from stigmer_doctor.model.facts import ClusterServices, NetworkPolicies, NotMeasured, Outcome, Pod
from stigmer_doctor.model.findings import Evidence, Finding, Remediation, Severity
from stigmer_doctor.model.pod import ClusterService, NetworkPolicy, PolicyRule
from stigmer_doctor.model.rules import Judgement, Rule
from stigmer_doctor.rules import linking, wording
from stigmer_doctor.rules.commands import kubectl
from stigmer_doctor.rules.pods.behind import behind

_DNS = 53
_DROPPED = (Outcome.TIMED_OUT, Outcome.NO_ROUTE, Outcome.FAILED)
_UNFOLLOWED = "not all of its rules can be followed from here"
_OUTWARDS = (
    "Add {title} to the egress rules (the pods' port counts, not the Service's), and port 53 for names; or leave this "
    "pod out of the selector."
)
_INWARDS = (
    "Add this pod, by its labels, to the ingress rules of {title}'s pods (their port counts, not the Service's); or "
    "leave those pods out of the selector."
)


class _Direction(StrEnum):
    EGRESS = "egress"
    INGRESS = "ingress"


class _Shut(msgspec.Struct, frozen=True):
    """The policies that keep the runner from what it dials; `said` is what they do, in words."""

    direction: _Direction
    policies: tuple[NetworkPolicy, ...]
    passage: Passage
    said: str


def check(
    pod: Pod,
    dialled_links: Links,
    network_policies: NetworkPolicies,
    *,
    cluster_services: ClusterServices | NotMeasured,
) -> Judgement:
    for link in dialled_links.with_address:
        if link.connects is not False or link.endpoint.loopback:
            continue
        service = (
            None
            if isinstance(cluster_services, NotMeasured)
            else behind(link.endpoint.host, cluster_services, pod.namespace)
        )
        if link.resolves is False:
            shut = [_names(pod, link, network_policies, service)]
        elif service is None or service.ready is None or service.ready:
            shut = [_out(pod, link, network_policies, service), _into(pod, link, network_policies, service)]
        else:
            shut = []
        yield from (_finding(link, found) for found in shut if found)


def _names(pod: Pod, link: Link, known: NetworkPolicies, service: ClusterService | None) -> _Shut | None:
    """A name that the cluster has does not resolve: where no rule lets questions to port 53 out, that is why."""
    policies = leaving(known.items, pod.labels)
    questions = [Traffic((), (_DNS,), None, "", protocol=protocol) for protocol in ("UDP", "TCP")]
    rules = _rules(policies, _Direction.EGRESS)
    kept_in = policies and all(passage(rules, one, pod.namespace) is Passage.DENIED for one in questions)
    if service is None or not kept_in:
        return None
    said = f"{link.endpoint.host} does not resolve, as port {_DNS} is not let out"
    return _Shut(_Direction.EGRESS, policies, Passage.DENIED, said)


def _out(pod: Pod, link: Link, known: NetworkPolicies, service: ClusterService | None) -> _Shut | None:
    """What the policies of the runner's pod let out."""
    policies = leaving(known.items, pod.labels)
    let = _through(policies, _Direction.EGRESS, outgoing(pod, link, service), pod.namespace)
    if not _stops(link, let):
        return None
    doubt = "is not let out" if let is Passage.DENIED else f"may not be let out: {_UNFOLLOWED}"
    return _Shut(_Direction.EGRESS, policies, let, f"{link.endpoint.address} {doubt}")


def _into(pod: Pod, link: Link, known: NetworkPolicies, service: ClusterService | None) -> _Shut | None:
    """What the policies of the service's pods let in; those of another namespace are not known."""
    if service is None or service.namespace != pod.namespace:
        return None
    serving = [one for one in service.pods or () if one.ready]
    chosen = [entering(known.items, one.labels) for one in serving]
    traffic = incoming(pod, link, service)
    lets = {_through(policies, _Direction.INGRESS, traffic, pod.namespace) for policies in chosen}
    let = lets.pop() if len(lets) == 1 else Passage.UNKNOWN
    policies = tuple({policy.name: policy for several in chosen for policy in several}.values())
    if not policies or not _stops(link, let):
        return None
    doubt = "is not let in" if let is Passage.DENIED else f"may not be let in: {_UNFOLLOWED}"
    return _Shut(_Direction.INGRESS, policies, let, f"this pod {doubt}")


def _through(policies: tuple[NetworkPolicy, ...], way: _Direction, traffic: Traffic, namespace: str) -> Passage:
    """Where no policy selects a pod, all may pass."""
    return passage(_rules(policies, way), traffic, namespace) if policies else Passage.ALLOWED


def _rules(policies: Sequence[NetworkPolicy], way: _Direction) -> list[PolicyRule]:
    return [rule for policy in policies for rule in _of(policy, way)]


def _of(policy: NetworkPolicy, way: _Direction) -> tuple[PolicyRule, ...]:
    return (policy.egress if way is _Direction.EGRESS else policy.ingress) or ()


def _stops(link: Link, let: Passage) -> bool:
    """A refusal comes from a listener that is not there, unless nothing at all may pass to it."""
    return let is Passage.DENIED or (let is Passage.UNKNOWN and link.verdict in _DROPPED)


# ---- words -----------------------------------------------------------------------------------------------------------


def _finding(link: Link, shut: _Shut) -> Finding:
    endpoint, names = link.endpoint, [policy.name for policy in shut.policies]
    several = "NetworkPolicy" if len(names) == 1 else "NetworkPolicies"
    verb = "selects" if len(names) == 1 else "select"
    outwards = shut.direction is _Direction.EGRESS
    selected = "this pod" if outwards else f"the pods of {endpoint.title} at {endpoint.address}"
    return Finding(
        subject=wording.listed(names),
        message=f"the {several} {wording.listed(names)} {verb} {selected}: {shut.said}",
        measured=wording.joined(f"{shut.direction} rules of {wording.listed(names)}", wording.outcome(link)),
        expected=f"a rule that lets this pod reach {endpoint.title} at {endpoint.address}",
        remediation=Remediation(
            text=(_OUTWARDS if outwards else _INWARDS).format(title=endpoint.title),
            commands=tuple(kubectl("describe", "networkpolicy", operands=(name,)) for name in names[:3]),
        ),
        evidence=tuple(
            Evidence(
                source="engine",
                locator=f"NetworkPolicy {policy.name}",
                value=f"{len(_of(policy, shut.direction))} {shut.direction} rules",
            )
            for policy in shut.policies[:5]
        ),
        endpoints=(endpoint.name,),
        severity=None if shut.passage is Passage.DENIED else Severity.WARNING,
    )


RULE = Rule(
    code="SD223",
    severity=Severity.ERROR,
    check=check,
    causes=("SD303", *linking.CONNECTION, *linking.LOGGED, *linking.START_UP),
)

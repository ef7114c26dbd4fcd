"""SD223: a NetworkPolicy selects the runner's pod, and does not let out what the runner dials."""

from __future__ import annotations

from stigmer_doctor.analysis.links import Link, Links
from stigmer_doctor.analysis.policies import Passage, PolicyTarget, passage, selecting
from stigmer_doctor.model.facts import ClusterServices, NetworkPolicies, NotMeasured, Outcome, Pod
from stigmer_doctor.model.findings import Evidence, Finding, Remediation, Severity
from stigmer_doctor.model.pod import ClusterService, NetworkPolicy
from stigmer_doctor.model.rules import Judgement, Rule
from stigmer_doctor.rules import linking, wording
from stigmer_doctor.rules.commands import kubectl
from stigmer_doctor.rules.pods.behind import behind

_DNS = 53
_DROPPED = (Outcome.TIMED_OUT, Outcome.NO_ROUTE, Outcome.FAILED)


def check(
    pod: Pod,
    dialled_links: Links,
    network_policies: NetworkPolicies,
    *,
    cluster_services: ClusterServices | NotMeasured,
) -> Judgement:
    policies = selecting(network_policies.items, pod.labels)
    if not policies:
        return
    for link in dialled_links.with_address:
        if link.connects is not False or link.endpoint.loopback:
            continue
        service = (
            None
            if isinstance(cluster_services, NotMeasured)
            else behind(link.endpoint.host, cluster_services, pod.namespace)
        )
        if link.resolves is False:
            yield from _unresolved(pod, link, policies, service)
        elif service is None or service.ready is None or service.ready:
            yield from _stopped(pod, link, policies, service)


def _unresolved(pod: Pod, link: Link, policies: tuple[NetworkPolicy, ...], service: ClusterService | None) -> Judgement:
    """A name that the cluster has does not resolve: where no rule lets questions to port 53 out, that is why."""
    targets = [PolicyTarget((), (_DNS,), None, "", protocol=protocol) for protocol in ("UDP", "TCP")]
    if service is not None and all(passage(policies, one, pod.namespace) is Passage.DENIED for one in targets):
        yield _finding(link, policies, f"{link.endpoint.host} does not resolve, as port {_DNS} is not let out")


def _stopped(pod: Pod, link: Link, policies: tuple[NetworkPolicy, ...], service: ClusterService | None) -> Judgement:
    dropped = link.verdict in _DROPPED
    let = passage(policies, _target(pod, link, service), pod.namespace)
    # A refusal comes from a listener that is not there, unless nothing may leave for it at all.
    if let is Passage.DENIED or (let is Passage.UNKNOWN and dropped):
        certain = let is Passage.DENIED
        said = "is not let out" if certain else "may not be let out: not all of its rules can be followed from here"
        yield _finding(link, policies, f"{link.endpoint.address} {said}", certain=certain)


def _target(pod: Pod, link: Link, service: ClusterService | None) -> PolicyTarget:
    """Policies are about the pods behind a Service, and about their ports."""
    if service is None:
        addresses = tuple(dial.address for dial in link.dials)
        return PolicyTarget(addresses, (link.endpoint.port,), None, "")
    ports = service.endpoint_ports or (link.endpoint.port,)
    return PolicyTarget(service.ready or (), ports, service.pods, pod.namespace)


def _finding(link: Link, policies: tuple[NetworkPolicy, ...], said: str, *, certain: bool = True) -> Finding:
    endpoint, names = link.endpoint, [policy.name for policy in policies]
    several = "NetworkPolicy" if len(names) == 1 else "NetworkPolicies"
    verb = "selects" if len(names) == 1 else "select"
    return Finding(
        subject=wording.listed(names),
        message=f"the {several} {wording.listed(names)} {verb} this pod: {said}",
        measured=wording.joined(f"egress rules of {wording.listed(names)}", wording.outcome(link)),
        expected=f"a rule that lets this pod reach {endpoint.title} at {endpoint.address}",
        remediation=Remediation(
            text=f"Add {endpoint.title} to the egress rules (the pods' port counts, not the Service's), and port 53 "
            "for names; or leave this pod out of the selector.",
            commands=tuple(kubectl("describe", "networkpolicy", operands=(name,)) for name in names[:3]),
        ),
        evidence=tuple(
            Evidence(
                source="engine",
                locator=f"NetworkPolicy {policy.name}",
                value=f"{len(policy.egress or ())} egress rules",
            )
            for policy in policies[:5]
        ),
        endpoints=(endpoint.name,),
        severity=None if certain else Severity.WARNING,
    )


RULE = Rule(
    code="SD223",
    severity=Severity.ERROR,
    check=check,
    causes=("SD303", *linking.CONNECTION, *linking.LOGGED, *linking.START_UP),
)

"""SD221: a Service that the runner dials has no pod behind it that is ready."""

from __future__ import annotations

from stigmer_doctor.analysis.links import Link, Links
from stigmer_doctor.model.facts import ClusterServices, Pod
from stigmer_doctor.model.findings import Evidence, Finding, Remediation, Severity, Skip
from stigmer_doctor.model.pod import ClusterService
from stigmer_doctor.model.rules import Judgement, Rule
from stigmer_doctor.rules import linking, wording
from stigmer_doctor.rules.commands import kubectl
from stigmer_doctor.rules.pods.behind import failing


def check(pod: Pod, links: Links, cluster_services: ClusterServices) -> Judgement:
    if cluster_services.endpoints:
        yield Skip(reason=cluster_services.endpoints)
        return
    for link, service in failing(links, cluster_services, pod.namespace):
        if service.external:
            continue
        if not service.ready:
            yield _finding(link, service)


def _finding(link: Link, service: ClusterService) -> Finding:
    selected = service.pods or ()
    selector = ",".join(f"{key}={value}" for key, value in sorted(service.selector.items()))
    labelled = f"its selector {selector}" if selector else "nothing, as it has no selector"
    several = "a pod that is not ready" if len(selected) == 1 else f"{len(selected)} pods, of which none is ready"
    said = several if selected else "no pod"
    look = kubectl("get", "pods", f"--selector={selector}") if selector else kubectl("get", "pods", "--show-labels")
    if selected:
        text = f"Look why they are not ready: {wording.listed(pod.name for pod in selected[:5])}."
    else:
        text = (
            f"Start {link.endpoint.title}, or make the Service select its pods: the labels in the selector have to be "
            "those of the pods. The command lists the pods with their labels."
        )
        look = kubectl("get", "pods", "--show-labels")
    return Finding(
        subject=service.name,
        message=f"the Service {service.name}, at which {link.endpoint.title} is dialled, has no ready endpoint: it "
        f"selects {said}",
        measured=wording.joined(f"selects by {labelled}: {said}; 0 ready endpoints", wording.outcome(link)),
        expected=f"a ready pod of {link.endpoint.title} behind {service.name}",
        remediation=Remediation(text=text, commands=(look,)),
        evidence=(
            wording.in_force(link.endpoint),
            Evidence(source="engine", locator=f"Service {service.name}", value=f"selector {selector or 'none'}"),
        ),
        endpoints=(link.endpoint.name,),
    )


RULE = Rule(
    code="SD221",
    severity=Severity.ERROR,
    check=check,
    causes=("SD303", *linking.CONNECTION, *linking.LOGGED, *linking.START_UP),
)

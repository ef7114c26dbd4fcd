"""SD224: the runner dials a Service by a name that only pods of another namespace have for it."""

from __future__ import annotations

from stigmer_doctor.analysis.addressing import Addressing
from stigmer_doctor.analysis.cluster_addresses import service_of
from stigmer_doctor.analysis.links import Link
from stigmer_doctor.model.addresses import host_port
from stigmer_doctor.model.facts import ClusterServices, NotMeasured, Pod
from stigmer_doctor.model.findings import Evidence, Finding, Remediation, Severity, Skip
from stigmer_doctor.model.pod import ClusterService
from stigmer_doctor.model.rules import Judgement, Rule
from stigmer_doctor.rules import linking, wording
from stigmer_doctor.rules.commands import kubectl


def check(pod: Pod, addressing: Addressing, cluster_services: ClusterServices) -> Judgement:
    for link in addressing.links.with_address:
        name = service_of(link.endpoint.host, pod.namespace)
        if not name or link.endpoint.loopback or link.connects or cluster_services.named(name):
            continue
        if link.resolves:
            continue  # it is a name of something else
        elsewhere = cluster_services.elsewhere
        if isinstance(elsewhere, NotMeasured):
            yield Skip(reason=f"whether {name} is a Service of another namespace: {elsewhere.reason}")
        elif found := [service for service in elsewhere if service.name == name]:
            yield _finding(pod, link, found, addressing)


def _finding(pod: Pod, link: Link, found: list[ClusterService], addressing: Addressing) -> Finding:
    endpoint, name = link.endpoint, found[0].name
    places = [service.namespace for service in found]
    host = f"{name}.{places[0]}"
    certain = len(places) == 1 and endpoint.movable
    port = endpoint.port if found[0].port(endpoint.port) or endpoint.port_variable else endpoint.standard_port
    return Finding(
        subject=endpoint.address,
        message=f"{endpoint.title} is dialled at {endpoint.host}, and the Service {name} is in the namespace "
        f"{wording.listed(places[:5], 'or')}, not in {pod.namespace}",
        measured=wording.joined(f"no Service {name} in {pod.namespace}", wording.outcome(link)),
        expected=host_port(host, port),
        remediation=Remediation(
            text=f"A name without a namespace means a Service of the pod's own. Say {host}"
            + ("." if len(places) == 1 else ", or the one that is meant."),
            changes=addressing.move(endpoint, host, port) if certain else (),
            commands=() if certain else (kubectl("get", "services", "--all-namespaces"),),
        ),
        evidence=(
            wording.in_force(endpoint),
            *(
                Evidence(source="engine", locator=f"Service {service.name}", value=f"namespace {service.namespace}")
                for service in found[:5]
            ),
        ),
        endpoints=(endpoint.name,),
        # A name that nobody has looked up may be known to the name server all the same.
        severity=None if link.resolves is False else Severity.WARNING,
    )


RULE = Rule(
    code="SD224",
    severity=Severity.ERROR,
    check=check,
    causes=("SD303", *linking.CONNECTION, *linking.LOGGED, *linking.START_UP),
)
